"""Values along a line through an image, and means of a box along one of its axes."""

from dataclasses import dataclass
from math import ceil, hypot

import numpy as np

from beamio.model import Array

_ROUNDED = 1e-9


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line between the centres of two pixels; they may be fractions."""

    start: tuple[float, float]
    """Row and column."""
    end: tuple[float, float]
    width: int = 1
    """How many parallel lines, one pixel apart, the mean is taken over."""

    @property
    def length(self) -> float:
        """From end to end, in pixels."""
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def places(self) -> tuple[Array, Array, Array]:
        """Return distances, rows and columns of the points to look at.

        The first has the shape (points,), the others (width, points). Points are one
        pixel apart or a little less, and the last one is the end of the line.
        """
        steps = max(ceil(self.length - 1e-9), 1)
        share = np.linspace(0, 1, steps + 1)
        down, across = self.end[0] - self.start[0], self.end[1] - self.start[1]
        length = self.length or 1.0
        aside = np.arange(self.width) - (self.width - 1) / 2
        down_aside, across_aside = across / length, -down / length
        rows = self.start[0] + share * down + aside[:, np.newaxis] * down_aside
        columns = self.start[1] + share * across + aside[:, np.newaxis] * across_aside
        return share * self.length, _whole(rows), _whole(columns)

    def bounds(self, shape: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of an image that the points lie between."""
        _, rows, columns = self.places()
        return _span(rows, shape[0]), _span(columns, shape[1])


def along_line(
    pixels: Array, line: Line, corner: tuple[int, int] = (0, 0)
) -> tuple[Array, Array]:
    """Return distances in pixels, and the mean of the valid values across the line.

    Between the centres of pixels, values are interpolated linearly in both directions;
    where one of the pixels around is invalid or outside, there is no value.

    Parameters
    ----------
    pixels
        Shape (rows, columns), float64, NaN where invalid.
    line
        In the rows and columns of the whole image.
    corner
        Row and column of the whole image where `pixels` begin.

    Examples
    --------
    >>> image = np.arange(12.0).reshape(3, 4)
    >>> along_line(image, Line((1, 0), (1, 3)))[1].tolist()
    [4.0, 5.0, 6.0, 7.0]
    >>> along_line(image, Line((1, 0), (1, 1), width=3))[1].tolist()
    [4.0, 5.0]
    """
    distances, rows, columns = line.places()
    return distances, mean_of_valid(
        _between(pixels, rows - corner[0], columns - corner[1]), 0
    )


def mean_of_valid(values: Array, axis: int) -> Array:
    """Return the mean of what is not NaN along an axis, NaN where there is nothing."""
    good = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: Array = np.where(good, values, 0).sum(axis) / good.sum(axis)
    return mean


def _whole(places: Array) -> Array:
    """Return places, whole where only rounding made them fractions."""
    near = np.rint(places)
    return np.where(np.abs(places - near) < _ROUNDED, near, places)


def _between(pixels: Array, rows: Array, columns: Array) -> Array:
    """Return values at fractions of rows and columns; NaN outside."""
    total = np.zeros(rows.shape)
    top, left = np.floor(rows), np.floor(columns)
    for down in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - down - (rows - top)) * np.abs(
                1 - right - (columns - left)
            )
            near = _at(pixels, top + down, left + right)
            # A pixel without weight may be invalid.
            total += np.where(weight > 0, near * weight, 0)
    return total


def _at(pixels: Array, rows: Array, columns: Array) -> Array:
    inside = (rows >= 0) & (columns >= 0)
    inside &= (rows < pixels.shape[0]) & (columns < pixels.shape[1])
    found = np.full(rows.shape, np.nan)
    place = rows[inside].astype(np.intp), columns[inside].astype(np.intp)
    found[inside] = pixels[place]
    return found


def _span(places: Array, length: int) -> slice:
    first = int(np.clip(np.floor(places.min()), 0, length - 1))
    last = int(np.clip(np.ceil(places.max()), 0, length - 1))
    return slice(first, last + 1)

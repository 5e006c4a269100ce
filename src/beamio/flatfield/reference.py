"""Flats, or darks, as a function of position."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from beamio.errors import MissingImagesError, PositionError, ShapeMismatchError
from beamio.flatfield.combine import Reduction, combine
from beamio.model import Array

Images: TypeAlias = Sequence[Array] | Array
"""Shape (rows, columns) for one image, (images, rows, columns) for more."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Images at increasing positions, and what lies between them.

    Between two images the reference is their linear interpolation; beyond the
    first and the last it is constant.
    """

    positions: tuple[float, ...]
    images: tuple[Array, ...]
    """float64, each of shape (rows, columns)."""

    @classmethod
    def from_images(
        cls,
        images: Images,
        positions: Sequence[float] | None = None,
        *,
        how: Reduction = "median",
        sigma: float = 3.0,
    ) -> "Reference":
        """Return the reference of images in any order, those of one position combined.

        Parameters
        ----------
        images
            One or more.
        positions
            One for each image; None if all have the same.
        how, sigma
            As `combine`.

        Raises
        ------
        MissingImagesError, ShapeMismatchError, PositionError
            If there is no image, shapes differ, or a position is not a number.
        """
        stack = each_image(images)
        shapes = {np.shape(image) for image in stack}
        if len(shapes) > 1 or len(next(iter(shapes))) != 2:  # noqa: PLR2004 (rows, columns)
            raise ShapeMismatchError(f"images need one shape (rows, columns): {shapes}")
        places = [0.0] * len(stack) if positions is None else list(positions)
        if len(places) != len(stack):
            raise PositionError(f"{len(places)} positions for {len(stack)} images")
        if not np.isfinite(places).all():
            raise PositionError(f"positions must be finite numbers: {places}")
        groups: dict[float, list[Array]] = {}
        for index in sorted(range(len(stack)), key=places.__getitem__):
            groups.setdefault(float(places[index]), []).append(stack[index])
        return cls(
            tuple(groups),
            tuple(_combined(group, how, sigma) for group in groups.values()),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.images[0].shape
        return rows, columns

    def neighbours(self, position: float) -> tuple[int, int, float]:
        """Return the images on both sides of a position and the second one's weight.

        Examples
        --------
        >>> image = np.zeros((1, 1))
        >>> flats = Reference((0.0, 500.0), (image, image))
        >>> flats.neighbours(100), flats.neighbours(-5), flats.neighbours(500)
        ((0, 1, 0.2), (0, 0, 0.0), (1, 1, 0.0))
        """
        after = bisect_right(self.positions, position)
        if after == 0:
            return 0, 0, 0.0
        before = after - 1
        low = self.positions[before]
        if after == len(self.positions) or low == position:
            return before, before, 0.0
        return before, after, (position - low) / (self.positions[after] - low)

    def at(
        self, position: float, rows: slice = slice(None), *, out: Array | None = None
    ) -> Array:
        """Return some rows of the reference at a position, in counts.

        `out` may be used for the result; what is returned must not be changed.
        """
        before, after, weight = self.neighbours(position)
        low = self.images[before][rows]
        if before == after:
            return low
        step = np.subtract(self.images[after][rows], low, out=out)
        step *= weight
        step += low
        return step


def each_image(images: Images) -> list[Array]:
    """Return the images of a stack, or the one image, as a list.

    Raises
    ------
    MissingImagesError
        If there is none.
    """
    if len(images) == 0:
        raise MissingImagesError("no image was given")
    return [np.asarray(images)] if np.ndim(images[0]) == 1 else list(images)


def _combined(group: list[Array], how: Reduction, sigma: float) -> Array:
    if len(group) == 1:
        return np.asarray(group[0], np.float64)
    return combine(np.stack(group), how, sigma=sigma)

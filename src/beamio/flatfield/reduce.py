"""One image from a series of flats, or darks, whatever its length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from beamio.engine import in_order
from beamio.flatfield.combine import Reduction, combine
from beamio.flatfield.current import at_current
from beamio.flatfield.invalid import without_invalid
from beamio.flatfield.positions import Series
from beamio.flatfield.reference import Reference
from beamio.model import Array, Region

_HELD = 128 << 20
"""Bytes of raw images that are in memory at a time."""
_COMBINED = 8 << 20
"""Bytes that a thread combines at a time."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """What brings the flats of a series to one beam current."""

    dark: Reference
    ratios: Array
    """The reference current over the flat's own, one for each member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reducer:
    """Reads series and combines each into one image."""

    region: Region
    how: Reduction
    sigma: float
    invalid: float | None
    threads: int
    step: Callable[[], None]
    """Called after each image that was read."""

    def image(self, series: Series, scaling: Scaling | None = None) -> Array:
        """Return the typical image of a series, float64, shape of the region.

        Memory stays bounded however long the series is: bands of rows are read
        from all members, one band after the other.
        """
        rows, columns = self.region.shape
        result = np.empty((rows, columns))
        row = len(series.members) * columns * _dtype(series).itemsize
        for band in _bands(rows, max(1, _HELD // row)):
            stack = self._read(series, band)
            height = max(1, _COMBINED // row)
            parts = list(_bands(len(stack[0]), height))

            def reduced(part: slice, stack: Array = stack, band: slice = band) -> Array:
                values = without_invalid(stack[:, part], self.invalid)
                if scaling is not None:
                    at = slice(band.start + part.start, band.start + part.stop)
                    dark = scaling.dark.at(series.position, at)
                    ratios = scaling.ratios[:, None, None]
                    values = at_current(values.astype(np.float64), dark, ratios)
                return combine(values, self.how, sigma=self.sigma)

            images = in_order(reduced, parts, threads=self.threads)
            for part, image in zip(parts, images, strict=True):
                result[band][part] = image
        return result

    def _read(self, series: Series, band: slice) -> Array:
        start = self.region.rows.start
        region = Region(
            slice(start + band.start, start + band.stop), self.region.columns
        )
        stack = np.empty((len(series.members), *region.shape), _dtype(series))
        gaps: list[tuple[int, Array]] = []
        for number, (frames, index) in enumerate(series.members):
            target = stack[number]
            target[...] = frames.read(index, region)
            gap = frames.gap(index, region)
            if gap is not None:
                gaps.append((number, gap))
            self.step()
        if gaps:
            stack = stack.astype(np.float64)
        for number, gap in gaps:
            stack[number, gap] = np.nan
        return stack


def _dtype(series: Series) -> np.dtype[np.generic]:
    return np.result_type(*{frames.dtype for frames, _ in series.members})


def _bands(rows: int, height: int) -> Iterator[slice]:
    for start in range(0, rows, height):
        yield slice(start, min(start + height, rows))

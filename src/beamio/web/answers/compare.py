"""What two frames differ in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array
from beamio.view.pyramid import block_means, valid_only
from beamio.web.answers.answer import Answer, as_array
from beamio.web.answers.image.plane import Plane, cut, plane_of
from beamio.web.answers.reading import Reading
from beamio.web.questions.compare import DifferenceAsked
from beamio.web.questions.image import OfFrame

_BAND = 1 << 22
"""Pixels that are compared at once, about."""
_SAMPLE = 1 << 18
"""Pixels of a band of which percentiles are taken, at most."""
_PERCENT = (1.0, 99.0)


@dataclass(slots=True)
class Tally:
    """What is known of what was compared by now."""

    number: int = 0
    total: float = 0.0
    squares: float = 0.0
    low: float = float("inf")
    high: float = float("-inf")
    differing: int = 0
    """Pixels that differ, or are valid in one frame only."""
    invalid: int = 0

    def add(self, values: Array, differing: int) -> None:
        """Note values, NaN where there are none."""
        good = values[np.isfinite(values)]
        self.differing += differing
        self.invalid += values.size - good.size
        self.number += good.size
        if good.size:
            self.total += float(good.sum())
            self.squares += float(np.square(good).sum())
            self.low = min(self.low, float(good.min()))
            self.high = max(self.high, float(good.max()))

    def facts(self) -> dict[str, Any]:
        """Return the statistics by name."""
        known = self.number > 0
        return {
            "number": self.number,
            "invalid": self.invalid,
            "differing": self.differing,
            "minimum": self.low if known else None,
            "maximum": self.high if known else None,
            "mean": self.total / self.number if known else None,
            "rms": (self.squares / self.number) ** 0.5 if known else None,
        }


def difference(reading: Reading, asked: DifferenceAsked) -> Answer:
    """Return what two frames differ in, as an image of at most so many pixels.

    Where their shapes differ, the rows and columns are compared that both have, from
    the first on; the facts tell both shapes.
    """
    with _planes(reading, asked) as (one, other):
        shape = (
            min(one.shape[0], other.shape[0]),
            min(one.shape[1], other.shape[1]),
        )
        if asked.how == "first":
            shape = one.shape
        if asked.how == "second":
            shape = other.shape
        rows, columns = cut(asked, shape, asked.path)
        longest = max(rows.stop - rows.start, columns.stop - columns.start)
        size = -(-longest // asked.most)
        tally = Tally()
        bands, samples = [], []
        for band in _bands(rows, columns, size):
            values = _compared(one, other, (band, columns), asked.how, tally)
            samples.append(_sample(values))
            bands.append(values if size == 1 else block_means(values, size))
    pixels = np.concatenate(bands)
    return as_array(
        pixels.astype(np.float32) if size > 1 else pixels,
        size=size,
        top=rows.start,
        left=columns.start,
        bottom=rows.stop,
        right=columns.stop,
        shapes=[list(one.shape), list(other.shape)],
        limits=_limits(np.concatenate(samples)),
        **tally.facts(),
    )


@contextmanager
def _planes(reading: Reading, asked: DifferenceAsked) -> Iterator[tuple[Plane, Plane]]:
    second = OfFrame(
        file=asked.other_file,
        path=asked.other_path,
        slice=asked.other_slice,
        transposed=asked.transposed,
    )
    first = OfFrame(
        file=asked.file,
        path=asked.path,
        slice=asked.slice,
        transposed=asked.transposed,
    )
    with plane_of(reading, first) as one, plane_of(reading, second) as other:
        yield one, other


def _bands(rows: slice, columns: slice, size: int) -> Iterator[slice]:
    width = columns.stop - columns.start
    step = max(1, _BAND // (width * size)) * size
    for start in range(rows.start, rows.stop, step):
        yield slice(start, min(start + step, rows.stop))


def _compared(
    one: Plane, other: Plane, part: tuple[slice, slice], how: str, tally: Tally
) -> Array:
    """Return what two frames differ in there, float64, NaN where one means nothing."""
    if how in {"first", "second"}:
        plane = one if how == "first" else other
        values = valid_only(plane.read(*part), plane.invalid)
        tally.add(values, 0)
        return values
    a, b = (valid_only(plane.read(*part), plane.invalid) for plane in (one, other))
    if a.shape != b.shape:
        raise OptionError("the frames changed while they were compared; try again")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        values = a - b if how == "difference" else a / b
    values[np.isinf(values)] = np.nan
    tally.add(values, int(values.size - np.count_nonzero(same)))
    return values


def _sample(values: Array) -> Array:
    flat = values.reshape(-1)
    few = flat[:: max(1, flat.size // _SAMPLE)]
    found: Array = few[np.isfinite(few)]
    return found


def _limits(sample: Array) -> list[float] | None:
    """Return the percentiles between which most values lie."""
    if not sample.size:
        return None
    return [float(each) for each in np.percentile(sample, _PERCENT)]

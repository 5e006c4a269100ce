"""How bright the pixels of a frame are."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from beamio.engine import usable_threads
from beamio.model import Array
from beamio.model.histogram import Histogram
from beamio.model.statistics import Statistics
from beamio.picture.pixels import statistics_of
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.image.plane import Plane, cut, invalid_of, plane_of
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import BoxAsked

PERCENTS = (0, 0.05, 0.1, 0.5, 1, 2, 5, 25, 50, 75, 95, 98, 99, 99.5, 99.9, 99.95, 100)
_SAMPLE = 1 << 22
"""Pixels that percentiles and histograms are taken of, at most about."""
_BINS = 512
_COUNTED = 2
"""Bytes of integers whose every value is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Brightness:
    """What is known of the valid pixels among some."""

    statistics: Statistics
    """Saturated pixels are counted, and otherwise left out."""
    histogram: Histogram
    percentiles: Array
    """Shape (len(PERCENTS),), NaN if there is no valid pixel."""

    @classmethod
    def of(cls, pixels: Array) -> "Brightness":
        """Return what is known of pixels of one frame.

        Examples
        --------
        >>> found = Brightness.of(np.array([1, 2, 3, 65535], "u2"))
        >>> found.percentiles[[0, 8, 16]].tolist(), found.statistics.saturated
        ([1.0, 2.0, 3.0], 1)
        """
        if pixels.dtype.kind in "iu" and pixels.dtype.itemsize <= _COUNTED:
            return cls._counted(pixels)
        numbers = valid_numbers(pixels)
        statistics = _of_all(statistics_of(numbers, usable_threads()), pixels)
        if not numbers.size:
            return cls(statistics, Histogram(), np.full(len(PERCENTS), np.nan))
        found = np.percentile(numbers.astype(np.float64, copy=False), PERCENTS)
        return cls(statistics, Histogram.of(numbers, _BINS), found)

    @classmethod
    def _counted(cls, pixels: Array) -> "Brightness":
        """Return the same of integers so short that all of them can be counted."""
        lowest = int(np.iinfo(pixels.dtype).min)
        flat = np.ascontiguousarray(pixels).reshape(-1)
        places = flat.view(f"u{flat.itemsize}") ^ (-lowest)  # in the order of values
        counts = np.bincount(places, minlength=1 << (8 * flat.itemsize))
        saturated = int(counts[-1])
        if invalid_of(pixels.dtype) is not None:
            counts[-1] = 0
        return cls(
            _of_counts(counts, lowest, pixels.size, saturated),
            Histogram.of_counts(counts, lowest, _BINS),
            _percentiles(counts, lowest),
        )

    def facts(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        pairs = zip(PERCENTS, self.percentiles.tolist(), strict=True)
        return {
            "statistics": self.statistics.facts(),
            "percentiles": [[percent, value] for percent, value in pairs],
            "histogram": self.histogram.facts(),
        }


def contrast(reading: Reading, asked: BoxAsked) -> Answer:
    """Return what is known of a frame, or of a part of it: of every pixel."""
    with plane_of(reading, asked) as plane:
        rows, columns = cut(asked, plane.shape, asked.path)
        found = Brightness.of(plane.read(rows, columns))
        return as_json({**found.facts(), "share": 1.0})


def contrast_of(plane: Plane) -> dict[str, Any]:
    """Return what is known of some rows of a frame, evenly spread; of a small, all."""
    rows, columns = plane.shape
    step = max(1, -(-rows * columns // _SAMPLE))
    if plane.is_kept_whole or step == 1:
        sample = plane.read()[::step]
    else:
        start = np.linspace(0, rows, 9, dtype=int)[:-1]
        number = max(1, rows // step // 8)
        sample = np.concatenate([plane.read(slice(n, n + number)) for n in start])
    return {**Brightness.of(sample).facts(), "share": sample.size / (rows * columns)}


def valid_numbers(pixels: Array) -> Array:
    """Return the pixels that mean something, shape (valid pixels,)."""
    flat = pixels.reshape(-1)
    if pixels.dtype.kind == "f":
        good = np.isfinite(flat)
    else:
        invalid = invalid_of(pixels.dtype)
        if invalid is None:
            return flat
        good = flat != invalid
    return flat if good.all() else flat[good]


def _of_all(found: Statistics, pixels: Array) -> Statistics:
    """Return the statistics of valid pixels with the number of the others."""
    others = pixels.size - found.count
    if pixels.dtype.kind != "f":
        return replace(found, count=pixels.size, saturated=others)
    missing = int(np.count_nonzero(np.isnan(pixels))) if others else 0
    return replace(found, count=pixels.size, missing=missing, infinite=others - missing)


def _of_counts(counts: Array, lowest: int, number: int, saturated: int) -> Statistics:
    finite = int(counts.sum())
    if not finite:
        return Statistics(number, saturated=saturated)
    there = np.flatnonzero(counts)
    values, weights = (there + lowest).astype(np.float64), counts[there] / finite
    mean = float(values @ weights)
    return Statistics(
        number,
        finite,
        float(values[0]),
        float(values[-1]),
        mean,
        float(np.sqrt((values - mean) ** 2 @ weights)),
        saturated=saturated,
    )


def _percentiles(counts: Array, lowest: int) -> Array:
    """Return what `numpy.percentile` does of the values that were counted."""
    until = np.cumsum(counts)
    if not until[-1]:
        return np.full(len(PERCENTS), np.nan)
    place = np.array(PERCENTS) / 100 * (until[-1] - 1)
    below, above = (
        np.searchsorted(until, each, side="right") + lowest
        for each in (np.floor(place), np.ceil(place))
    )
    found: Array = below + (above - below) * (place - np.floor(place))
    return found

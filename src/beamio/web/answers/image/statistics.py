"""Statistics of stacks, told while they are worked out."""

from collections.abc import Iterator
from itertools import product
from time import monotonic
from typing import Any

import numpy as np

from beamio.engine import ahead
from beamio.errors import OptionError
from beamio.model import Array
from beamio.model.histogram import Histogram
from beamio.model.statistics import Statistics
from beamio.picture.pixels import real
from beamio.web.answers.image.contrast import Brightness, valid_numbers
from beamio.web.answers.image.plane import check_images, cut, plane_of
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import AlongAsked
from beamio.web.questions.question import OfObject

_BATCH = 32 << 20
"""Bytes that are read at once, about."""
_EVERY = 0.1
"""Seconds from one event to the next, at least: the page draws each."""


def statistics(reading: Reading, asked: OfObject) -> Iterator[dict[str, Any]]:
    """Yield what is known of the first frames of a dataset, of more and more of them.

    The last one is of all; saturated pixels, NaN and infinity are counted, and else
    left out.
    """
    with reading.item(asked.file, asked.path) as dataset:
        check_images(dataset, asked.path)
        total, histogram, done = Statistics(0), Histogram(), 0
        number, told = int(np.prod(dataset.shape)), 0.0
        for part in ahead(_parts(dataset)):
            found = Brightness.of(part)
            total, histogram = total + found.statistics, histogram + found.histogram
            done += part.size
            if monotonic() - told >= _EVERY or done == number:
                told = monotonic()
                yield {
                    "done": done,
                    "total": number,
                    "statistics": total.facts(),
                    "histogram": histogram.facts(),
                }


def region(reading: Reading, asked: AlongAsked) -> Iterator[dict[str, Any]]:
    """Yield statistics of a part of each frame, some frames after the other.

    Raises
    ------
    OptionError
        If the axis is one of the frame, or there is no such axis.
    """
    with plane_of(reading, asked) as plane:
        shape = plane.dataset.shape
        if asked.along in plane.axes or asked.along >= len(shape):
            raise OptionError(
                f"{asked.path}: frames do not differ in axis {asked.along}",
                place=asked.path,
            )
        rows, columns = cut(asked, plane.shape, asked.path)
        index: list[int | slice] = list(plane.at)
        index[plane.axes[0]], index[plane.axes[1]] = rows, columns
        nbytes = (rows.stop - rows.start) * (columns.stop - columns.start) * 8
        step = max(1, _BATCH // nbytes)

        def read(first: int) -> Array:
            index[asked.along] = slice(first, min(first + step, shape[asked.along]))
            values = real(np.asarray(plane.dataset[tuple(index)]))
            kept = [
                axis for axis in range(len(shape)) if isinstance(index[axis], slice)
            ]
            return np.moveaxis(values, kept.index(asked.along), 0)

        starts = range(0, shape[asked.along], step)
        for first, values in zip(starts, ahead(map(read, starts)), strict=True):
            yield {"first": first, "total": shape[asked.along], **_each(values)}


def _each(values: Array) -> dict[str, list[float]]:
    """Return the statistics of each of some frames."""
    found = [Statistics.of(valid_numbers(frame)) for frame in values]
    return {
        "mean": [each.mean for each in found],
        "std": [each.deviation for each in found],
        "min": [each.minimum for each in found],
        "max": [each.maximum for each in found],
        "sum": [each.mean * each.finite for each in found],
    }


def _parts(dataset: Any) -> Iterator[Array]:
    """Yield all of a dataset, some frames or rows at a time."""
    *leading, rows, columns = dataset.shape
    size = max(columns * dataset.dtype.itemsize, 1)
    if not leading or rows * size > _BATCH:
        step = max(1, _BATCH // size)
        spans = [slice(n, n + step) for n in range(0, rows, step)]
        for place in product(*map(range, leading), spans):
            yield real(np.asarray(dataset[place]))
        return
    step = max(1, _BATCH // (rows * size))
    spans = [slice(n, n + step) for n in range(0, leading[-1], step)]
    for place in product(*map(range, leading[:-1]), spans):
        yield real(np.asarray(dataset[place]))

"""An image in bands: its statistics, and a smaller one of it to be drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import numpy as np

from beamio.engine import in_order, usable_threads
from beamio.model import Array
from beamio.model.statistics import Statistics
from beamio.view.contrast import unsaturated
from beamio.view.reduce import reduced

_BAND = 32 << 20
"""Bytes that are read at once, about."""
_WORKED = 1 << 20
"""Pixels that a thread takes at once."""
_SAMPLE = 1 << 20
"""Pixels of which percentiles are taken, at most about."""

Reader = Callable[[slice], Array]
"""Gives some rows, shape (rows, columns)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """What is drawn of an image, and what is known of all of it."""

    shown: Array
    """Shape (rows, columns): the image, or a smaller one."""
    statistics: Statistics
    sample: Array
    """Some of the numbers, finite and not saturated."""


def read_pixels(
    read: Reader,
    shape: tuple[int, int],
    dtype: np.dtype[Any],
    *,
    most: int,
    how: str,
    threads: int | None,
) -> Pixels:
    """Return an image of at most `most` rows and columns, and what is known of all.

    Parameters
    ----------
    read
        Gives rows of the image.
    shape, dtype
        Of the whole image.
    most
        Rows and columns to keep.
    how
        What a pixel is where one stands for many, "max" or "mean".
    threads
        How many to use.

    Notes
    -----
    However large the image is, a band of it is in memory at a time.
    """
    number = usable_threads(threads)
    rows, columns = shape
    bands, statistics, samples = [], [], []
    wanted = min(rows, most)
    step = max(1, rows * columns // _SAMPLE)
    for band, kept in _bands(shape, dtype.itemsize, wanted):
        pixels = real(read(band))
        statistics.append(statistics_of(pixels, number))
        samples.append(unsaturated(pixels.reshape(-1)[::step]))
        bands.append(reduced(pixels, (kept, most), how=how))
    total = reduce(add, statistics)
    return Pixels(np.concatenate(bands), total, np.concatenate(samples))


def _bands(
    shape: tuple[int, int], itemsize: int, wanted: int
) -> Iterator[tuple[slice, int]]:
    """Yield rows to read, and how many are kept of them."""
    rows, columns = shape
    size = rows * columns * itemsize
    number = min(wanted, max(1, -(-size // _BAND)))
    ends = np.arange(number + 1) * wanted // number
    for first, last in pairwise(ends):
        start, stop = first * rows // wanted, last * rows // wanted
        yield slice(int(start), int(stop)), int(last - first)


def real(values: Array) -> Array:
    """Return values as numbers that have an order: of complex ones, `abs`.

    Examples
    --------
    >>> real(np.array([3 + 4j])).tolist(), real(np.array([True])).tolist()
    ([5.0], [1])
    """
    if values.dtype.kind == "c":
        return np.abs(values)
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.dtype == np.float16:
        return values.astype(np.float32)
    return (
        values if values.dtype.isnative else values.astype(values.dtype.newbyteorder())
    )


def statistics_of(values: Array, threads: int) -> Statistics:
    """Return the statistics of numbers, worked out in threads."""
    flat = values.reshape(-1)
    parts = [flat[i : i + _WORKED] for i in range(0, max(flat.size, 1), _WORKED)]
    number = min(threads, len(parts))
    return reduce(add, in_order(Statistics.of, parts, threads=number))

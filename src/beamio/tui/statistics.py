"""Statistics of a whole dataset, part by part, in as much memory as a part takes."""

from collections.abc import Callable, Iterator
from math import prod
from threading import Event
from typing import Any

import numpy as np

from beamio.errors import NotAnImageError
from beamio.model.statistics import Statistics
from beamio.tui.entries import Entry, Files

_PART = 64 << 20
"""Bytes that are read at once."""


def whole_statistics(
    files: Files, entry: Entry, tell: Callable[[float], Any], stop: Event
) -> Statistics | None:
    """Return the statistics of all elements; None if it was stopped.

    Parameters
    ----------
    files, entry
        What is looked at.
    tell
        Told after each part which share is done.
    stop
        Set by who does not want it any more.

    Raises
    ------
    BeamioError, OSError
        If something can't be read: never a number of what is left.
    """
    with files.opened(entry.file, entry.path) as found:
        kind = getattr(getattr(found, "dtype", None), "kind", "")
        if kind not in "biufc" or not kind or found.shape is None:
            raise NotAnImageError(f"{entry.url}: holds no numbers", place=entry.url)
        known = Statistics.of(np.empty(0, found.dtype))
        done, total = 0, prod(found.shape)
        for part in parts(found.shape, found.dtype.itemsize):
            if stop.is_set():
                return None
            values = np.asarray(found[part])
            known += Statistics.of(values)
            done += values.size
            tell(done / total)
    return known


def parts(shape: tuple[int, ...], itemsize: int) -> Iterator[tuple[int | slice, ...]]:
    """Yield selections that together are all, each of a bounded number of bytes.

    Examples
    --------
    >>> list(parts((3, 4), 8)), list(parts((), 8))
    ([(slice(0, 3, None),)], [()])
    """
    if not shape:
        yield ()
        return
    if 0 in shape:
        return
    row = prod(shape[1:]) * itemsize
    if row > _PART:
        for index in range(shape[0]):
            for part in parts(shape[1:], itemsize):
                yield index, *part
        return
    step = max(1, _PART // row)
    for start in range(0, shape[0], step):
        yield (slice(start, min(start + step, shape[0])),)


def statistics_line(known: Statistics) -> str:
    """Return statistics in a line.

    Examples
    --------
    >>> statistics_line(Statistics.of(np.array([1.0, 3.0])))
    'whole: min 1 · max 3 · mean 2 · std 1'
    """
    if not known.finite:
        return "whole: no finite number"
    told = [
        f"min {known.minimum:.7g}",
        f"max {known.maximum:.7g}",
        f"mean {known.mean:.7g}",
        f"std {known.deviation:.5g}",
    ]
    for number, name in (
        (known.missing, "NaN"),
        (known.infinite, "infinite"),
        (known.saturated, "saturated"),
    ):
        if number:
            told.append(f"{number:,} {name}")
    return "whole: " + " · ".join(told)

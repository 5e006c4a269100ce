"""Curves, histograms and scattered points."""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import numpy as np

from beamio.engine import usable_threads
from beamio.model import Array
from beamio.model.picture import Axis, Curves, Line, Picture, Scatter
from beamio.model.statistics import Statistics
from beamio.nexus.plottable import Plottable
from beamio.picture.contrast import contrast
from beamio.picture.labels import axis_of, leading, name_of, value_axis
from beamio.picture.options import PictureOptions
from beamio.picture.pixels import real, statistics_of
from beamio.picture.source import Part, place_of
from beamio.view.reduce import extremes, starts

_BLOCK = 1 << 22
"""Points that are read at once."""
_POINTS = 50_000
"""Scattered points that are drawn, at most."""


def curves(
    plot: Plottable,
    part: Part,
    options: PictureOptions,
    most: int,
    counted: tuple[int, int],
) -> Picture:
    """Return the picture of one curve, or of several signals; as `image`."""
    frame, frames = counted
    before = leading(part, frame, 1)
    length = part.shape[-1]
    lines, statistics, joined = [], [], 1
    for dataset in (part.dataset, *plot.auxiliary):
        values, known, joined = _points(part.like(dataset), before, options, 2 * most)
        label = value_axis(dataset).label
        lines.append(Line(label, values))
        statistics.append(known)
    if plot.errors is not None and joined == 1:
        errors = real(part.like(plot.errors).read(before, threads=options.threads))
        lines[0] = replace(lines[0], errors=np.asarray(errors, np.float64))
    log = plot.log_signal if options.log is None else options.log
    y = value_axis(part.dataset, log=log)
    kept = len(part.shape) - 1
    place = part.kept[kept]
    log_x = place < len(plot.log_axes) and plot.log_axes[place]
    axis = plot.axes[place]
    x = axis_of(part, axis, kept, "" if axis is None else name_of(axis), log=log_x)
    if joined > 1:
        x = _thinned(x, length, lines[0].values.size)
    return Picture(
        Curves(x, y, tuple(lines), joined),
        place_of(part.dataset),
        plot.title,
        tuple(part.dataset.shape),
        str(part.dtype),
        frame if frames > 1 else None,
        frames,
        statistics[0],
    )


def _points(
    part: Part, before: tuple[Any, ...], options: PictureOptions, most: int
) -> tuple[Array, Statistics, int]:
    """Return the points to draw, what is known of all, and how many were joined."""
    length = part.shape[-1]
    known = []
    found = []
    wanted = min(length, most)
    number = usable_threads(options.threads)
    for block, kept in _blocks(length, wanted):
        values = real(part.read((*before, block), threads=options.threads))
        known.append(statistics_of(values, number))
        found.append(extremes(values, kept) if wanted < length else values)
    joined = 1 if wanted == length else -(-2 * length // wanted)
    return np.concatenate(found), reduce(add, known), joined


def _blocks(length: int, wanted: int) -> Iterator[tuple[slice, int]]:
    """Yield points to read, and how many are kept of them."""
    if wanted == length:
        yield slice(0, length), length
        return
    pairs = wanted // 2
    number = max(1, min(pairs, -(-length // _BLOCK)))
    ends = [pairs * i // number for i in range(number + 1)]
    for first, last in pairwise(ends):
        yield slice(first * length // pairs, last * length // pairs), 2 * (last - first)


def _thinned(x: Axis, length: int, points: int) -> Axis:
    """Return the positions of blocks, twice each: for the least and the largest."""
    first = np.repeat(starts(length, max(points // 2, 1)), 2)[:points]
    return replace(x, values=np.asarray(x.positions(length), np.float64)[first])


def scatter(plot: Plottable, part: Part, options: PictureOptions) -> Picture:
    """Return the picture of values at points of a plane."""
    values = real(part.read(threads=options.threads))
    statistics = statistics_of(values, usable_threads(options.threads))
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    log = plot.log_signal if options.log is None else options.log
    limits, _ = contrast(finite, statistics, options, log=log)
    step = -(-values.size // _POINTS)
    x, y = (
        replace(
            value_axis(points),
            values=np.asarray(real(part.like(points).read())[::step], np.float64),
        )
        for points in plot.points or ()
    )
    value = replace(value_axis(part.dataset, log=log), values=values[::step])
    return Picture(
        Scatter(x, y, value, limits, options.colormap),
        place_of(part.dataset),
        plot.title,
        tuple(part.dataset.shape),
        str(part.dtype),
        statistics=statistics,
    )

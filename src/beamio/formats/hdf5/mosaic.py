"""A virtual dataset as a mosaic of tiles, each a selection of one source."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Self

import numpy as np

from beamio.engine.native import Picks
from beamio.formats.hdf5.mappings import Mapping
from beamio.formats.hdf5.sides import Line, Side, pairs
from beamio.model import Array

_CELLS = 1 << 27
"""Pieces that a selection is cut into to see what lies over what, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Elements of a virtual dataset at equal distances, and where they come from."""

    mapping: Mapping
    here: tuple[Line, ...]
    there: tuple[Line, ...]
    """Where these are in the source, along the axes that are longer than 1."""
    long: tuple[bool, ...]
    """Whether the mapping is longer than 1, along each axis."""
    anchors: tuple[int | None, ...] | None
    """Where the source's axes of length 1 lie, None for the longer ones; None for all
    of a source, whose shape the mapping does not tell."""

    def source_axes(self, shape: tuple[int, ...]) -> tuple[int | None, ...] | None:
        """Return `anchors` for a source of some shape; None if it is another."""
        if self.anchors is not None:
            return self.anchors if len(self.anchors) == len(shape) else None
        sides = zip(self.mapping.here or (), self.long, strict=True)
        lengths = tuple(side.length for side, is_long in sides if is_long)
        if lengths != tuple(length for length in shape if length > 1):
            return None
        return tuple(0 if length == 1 else None for length in shape)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What a selection takes of a tile."""

    tile: Tile
    places: tuple[Line, ...]
    """Where it lies in the selection, along each axis."""
    within: tuple[Line, ...]
    """Which elements of the tile these are."""

    def view(self, out: Array, axes: tuple[int | None, ...]) -> Array:
        """Return the part of a selection's values, with the axes of the source."""
        long = zip(self.places, self.tile.long, strict=True)
        chosen = [line.as_slice if is_long else line.start for line, is_long in long]
        part: Array = out[(*chosen, ...)]  # a view, even of one element
        view: Array = part[tuple(slice(None) if a is None else None for a in axes)]
        return view

    def picks(self, axes: tuple[int | None, ...]) -> tuple[Line, ...]:
        """Return what is taken of the source, along each of its axes."""
        taken = zip(self.tile.there, self.within, self.tile.long, strict=True)
        lines = iter([line.at(within) for line, within, is_long in taken if is_long])
        return tuple(next(lines) if a is None else Line(a, 1, 1) for a in axes)


@dataclass(frozen=True, slots=True, eq=False)
class Mosaic:
    """The tiles of a virtual dataset, in the order in which they were laid."""

    tiles: list[Tile]
    is_fixed: bool
    """Whether it stays as it is while its sources grow."""
    axis: int
    """The one along which the tiles differ most."""
    order: list[int]
    """Which tiles begin first, along that axis."""
    starts: list[int]
    """Where these begin."""
    span: int
    """What the longest tile spans there."""

    @classmethod
    def of(cls, mappings: Iterable[Mapping], rank: int) -> Self | None:
        """Return the mosaic of some mappings; None if one is no box of blocks."""
        tiles: list[Tile] = []
        is_fixed = True
        for mapping in mappings:
            found = _tiles(mapping)
            if found is None:
                return None
            tiles += found
            is_fixed = is_fixed and not mapping.grows
        starts = [[tile.here[axis].start for tile in tiles] for axis in range(rank)]
        axis = max(range(rank), key=lambda axis: len(set(starts[axis])))
        order = sorted(range(len(tiles)), key=starts[axis].__getitem__)
        lines = [tile.here[axis] for tile in tiles]
        span = max((line.last - line.start + 1 for line in lines), default=0)
        return cls(tiles, is_fixed, axis, order, sorted(starts[axis]), span)

    def cuts(self, picks: Sequence[Picks]) -> list[Cut]:
        """Return what a selection takes of each tile that it meets."""
        wanted = [Line(*pick) for pick in picks]
        line = wanted[self.axis]
        low = bisect_right(self.starts, line.start - self.span)
        high = bisect_right(self.starts, line.last)
        near = sorted(self.order[low:high])
        cuts = (_cut(self.tiles[i], wanted) for i in near)
        return [cut for cut in cuts if cut is not None]


def _tiles(mapping: Mapping) -> list[Tile] | None:
    """Return a mapping as tiles; None if only libhdf5 knows what belongs together."""
    here, there = mapping.here, mapping.there
    if here is None or there is None:
        return None
    long = tuple(side.length > 1 for side in here)
    lengths = [side.length for side in here if side.length > 1]
    sides = [side for side in there if side.length > 1]
    anchors = tuple(None if side.length > 1 else side.start for side in there)
    if not there:
        sides = [Side(0, 1, length, 1) for length in lengths]
    if lengths != [side.length for side in sides]:
        return None
    rest = iter(sides)
    axes = [
        pairs(side, next(rest) if is_long else Side(0, 1, 1, 1))
        for side, is_long in zip(here, long, strict=True)
    ]
    if any(axis is None for axis in axes):
        return None
    return [
        Tile(
            mapping,
            tuple(line for line, _ in lines),
            tuple(line for _, line in lines),
            long,
            anchors if there else None,
        )
        for lines in product(*(axis or () for axis in axes))
    ]


def _cut(tile: Tile, wanted: Sequence[Line]) -> Cut | None:
    places, within = [], []
    for line, other in zip(wanted, tile.here, strict=True):
        met = line.meets(other)
        if met is None:
            return None
        places.append(met[0])
        within.append(met[1])
    return Cut(tile, tuple(places), tuple(within))


def in_rounds(
    cuts: Sequence[Cut], counts: tuple[int, ...]
) -> tuple[list[list[Cut]], bool] | None:
    """Return cuts in rounds, in each of which none lies over another.

    Parameters
    ----------
    cuts
        In their order: a later one lies over an earlier one.
    counts
        Elements of the selection along each axis.

    Returns
    -------
    list of list of Cut, bool
        The rounds, and whether there are gaps between the tiles. None if there are
        too many pieces to see that.
    """
    if len(cuts) == 1:
        covered = prod(line.length for line in cuts[0].places)
        return [list(cuts)], covered < prod(counts)
    edges = [
        _edges([cut.places[axis] for cut in cuts], count)
        for axis, count in enumerate(counts)
    ]
    sizes = [len(ends) - 1 for ends in edges]
    if prod(sizes) > _CELLS:
        return None
    painted = np.zeros(sizes, np.int32)
    rounds: list[list[Cut]] = [[]]
    for cut in cuts:
        lines = zip(cut.places, edges, strict=True)
        cells = painted[tuple(_cells(line, ends) for line, ends in lines)]
        if (cells == len(rounds)).any():
            rounds.append([])
        cells[...] = len(rounds)
        rounds[-1].append(cut)
    return rounds, not painted.all()


def _edges(lines: Sequence[Line], count: int) -> Array:
    """Return where something begins or ends along an axis; everywhere, with steps."""
    if any(line.step > 1 and line.length > 1 for line in lines):
        return np.arange(count + 1)
    ends = [(line.start, line.start + line.length) for line in lines]
    return np.unique([0, count, *(place for pair in ends for place in pair)])


def _cells(line: Line, edges: Array) -> slice:
    step = line.step if line.length > 1 else 1
    start, stop = np.searchsorted(edges, (line.start, line.last + 1))
    return slice(start, stop, step)

"""A virtual dataset as a mosaic of selections of its sources."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import h5py

from beamio.engine.native import Job, Picks
from beamio.formats.hdf5.dependencies import opened_source
from beamio.formats.hdf5.file import place_of
from beamio.formats.hdf5.select import Selection
from beamio.formats.hdf5.stored import Layouts, find_stored
from beamio.model import Array

_OPEN = 200
"""Source files that are held open at the same time, at most."""

_Box = tuple[slice, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A selection of a dataset, and the array that it is to fill."""

    dataset: Any
    selection: Selection
    out: Array
    """Of the dataset's axes, each as long as what is selected of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Tile:
    """A rectangle of a virtual dataset, and where it comes from."""

    here: _Box
    there: _Box
    """Empty for all of the source, of which the mapping does not tell the shape."""
    file: str
    path: str


def jobs_of(
    part: Part, stack: ExitStack, layouts: Layouts | None = None
) -> list[Job] | None:
    """Return what the engine must read for a part; None if libhdf5 must do it.

    Parameters
    ----------
    part
        What is wanted.
    stack
        Keeps the files open that are read.
    layouts
        What is known of the dataset's own file, see `find_stored`.

    Raises
    ------
    MissingFileError, MissingPathError, DamagedFileError
        If a source that is needed is not there.
    """
    properties = part.dataset.id.get_create_plist()
    if properties.get_layout() == h5py.h5d.VIRTUAL:
        return _virtual_jobs(part, stack)
    chunk = part.dataset.chunks
    touched = None if chunk is None else part.selection.touched(chunk)
    stored = find_stored(part.dataset, layouts, touched=touched)
    if stored is None:
        return None
    files = stack.enter_context(stored.opened())
    return [
        Job(
            stored.layout, files, part.selection.picks, part.out, place_of(part.dataset)
        )
    ]


def _virtual_jobs(part: Part, stack: ExitStack) -> list[Job] | None:
    tiles = _tiles(part.dataset)
    if tiles is None:
        return None
    wanted = [(tile, cut) for tile in tiles if (cut := _cut(part, tile)) is not None]
    covered = sum(prod(map(_length, cut)) for _, cut in wanted)
    if covered != prod(part.selection.counts) or len(wanted) > _OPEN:
        return None  # libhdf5 fills gaps, and knows the order of overlaps
    if not _are_apart([tile.here for tile, _ in wanted]):
        return None
    jobs: list[Job] = []
    for tile, cut in wanted:
        source = stack.enter_context(opened_source(part.dataset, tile.file, tile.path))
        if source.dtype != part.dataset.dtype or source == part.dataset:
            return None
        inner = _source_part(source, tile, cut, part)
        found = None if inner is None else jobs_of(inner, stack)
        if found is None:
            return None
        jobs += found
    return jobs


def _tiles(dataset: Any) -> list[_Tile] | None:
    """Return the rectangles of a virtual dataset; None if it is of other shapes."""
    tiles = []
    for mapping in dataset.virtual_sources():
        here = _box(mapping.vspace)
        there = _box(mapping.src_space)
        if (
            here is None
            or there is None
            or "%" in mapping.file_name + mapping.dset_name
        ):
            return None
        tiles.append(_Tile(here, there, mapping.file_name, mapping.dset_name))
    return tiles


def _box(space: Any) -> _Box | None:
    """Return the rectangle that a space selects; None if it is of another shape."""
    if space.get_select_type() == h5py.h5s.SEL_ALL:
        return tuple(slice(0, length) for length in space.shape)
    if (
        space.get_select_type() != h5py.h5s.SEL_HYPERSLABS
        or not space.is_regular_hyperslab()
    ):
        return None
    box = []
    for start, stride, count, block in zip(*space.get_regular_hyperslab(), strict=True):
        if h5py.h5s.UNLIMITED in (count, block) or (count > 1 and stride != block):
            return None
        box.append(slice(start, start + count * block))
    return tuple(box)


def _cut(part: Part, tile: _Tile) -> _Box | None:
    """Return which picks of a part lie in a tile, along each axis; None if none do."""
    box = []
    for (start, step, count), side in zip(part.selection.picks, tile.here, strict=True):
        first = max(0, -(-(side.start - start) // step))
        end = min(count, -(-(side.stop - start) // step))
        if first >= end:
            return None
        box.append(slice(first, end))
    return tuple(box)


def _source_part(source: Any, tile: _Tile, cut: _Box, part: Part) -> Part | None:
    """Return what a tile takes of its source, whose axes of length 1 may be others."""
    there = tile.there or tuple(slice(0, length) for length in source.shape)
    long_here = [i for i, side in enumerate(tile.here) if _length(side) > 1]
    long_there = [i for i, side in enumerate(there) if _length(side) > 1]
    lengths = [_length(tile.here[i]) for i in long_here]
    if (
        len(there) != source.ndim
        or lengths != [_length(there[i]) for i in long_there]
        or any(side.stop > n for side, n in zip(there, source.shape, strict=True))
    ):
        return None
    view = part.out[cut]
    view = view[tuple(slice(None) if i in long_here else 0 for i in range(view.ndim))]
    axes = tuple(slice(None) if i in long_there else None for i in range(source.ndim))
    picks: list[Picks] = [(side.start, 1, 1) for side in there]
    for i, j in zip(long_here, long_there, strict=True):
        start, step, _ = part.selection.picks[i]
        offset = start + cut[i].start * step - tile.here[i].start
        picks[j] = (there[j].start + offset, step, _length(cut[i]))
    return Part(source, Selection(tuple(picks), (True,) * source.ndim), view[axes])


def _length(side: slice) -> int:
    return int(side.stop - side.start)


def _are_apart(boxes: Sequence[_Box]) -> bool:
    """Tell whether no two boxes overlap, if they differ along one axis only."""
    if len(boxes) < 2:  # noqa: PLR2004 (a pair)
        return True
    differing = [
        axis
        for axis in range(len(boxes[0]))
        if any(box[axis] != boxes[0][axis] for box in boxes)
    ]
    if len(differing) != 1:
        return not any(
            all(
                a.start < b.stop and b.start < a.stop for a, b in zip(x, y, strict=True)
            )
            for i, x in enumerate(boxes)
            for y in boxes[:i]
        )
    sides = sorted((box[differing[0]].start, box[differing[0]].stop) for box in boxes)
    return all(stop <= start for (_, stop), (start, _) in pairwise(sides))

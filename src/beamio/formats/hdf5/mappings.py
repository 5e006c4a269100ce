"""The mappings of a virtual dataset, each of one source, and as long as it is now.

In the file, a mapping may name its sources by a pattern (``%b`` stands for the number
of a block), or be unlimited: as long as its source has grown.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import h5py

from beamio.formats.hdf5.sides import UNLIMITED, Box, Line, Side

_ESCAPE = re.compile("%[b%]")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A part of a virtual dataset, and the part of a source that is seen there."""

    here: Box | None
    """None if it is no box of blocks."""
    there: Box | None
    """The same of the source; empty for all of it, of which the shape isn't told."""
    file: str
    path: str
    space: Any
    """What it takes in the dataset as libhdf5 tells it; unlimited, if it is that."""
    grows: bool = False
    """Whether it is as long as its source."""


def mappings_of(
    dataset: Any, source_shape: Callable[[str, str], tuple[int, ...] | None]
) -> list[Mapping]:
    """Return the mappings of a virtual dataset, in the order in which they count.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset`, virtual.
    source_shape
        Gives the shape of the source in a file, by its path; None if it is missing.
        It is asked for sources that grow.
    """
    found: list[Mapping] = []
    for virtual in h5py.Dataset.virtual_sources(dataset):
        if virtual.vspace.get_select_type() == h5py.h5s.SEL_NONE:
            continue
        there = _box(virtual.src_space)
        if virtual.src_space.get_select_type() == h5py.h5s.SEL_ALL:
            there = ()
        mapping = Mapping(
            _box(virtual.vspace),
            there,
            virtual.file_name,
            virtual.dset_name,
            virtual.vspace,
        )
        axis, source_axis = _unlimited(mapping.here), _unlimited(there)
        if axis is None:
            found.append(_of_block(mapping, 0))
        elif source_axis is None:
            found += _blocks(mapping, axis, dataset.shape[axis])
        else:
            mapping = replace(_of_block(mapping, 0), grows=True)
            shape = source_shape(mapping.file, mapping.path)
            length = None if shape is None else shape[source_axis]
            extents = dataset.shape[axis], length
            found += _as_long_as_now(mapping, (axis, source_axis), extents)
    return found


def _box(space: Any) -> Box | None:
    """Return what a space selects; None if it is no box of blocks."""
    kind = space.get_select_type()
    if kind == h5py.h5s.SEL_ALL:
        return tuple(Side(0, 1, length, 1) for length in space.shape)
    if kind != h5py.h5s.SEL_HYPERSLABS or not space.is_regular_hyperslab():
        return None
    return tuple(map(Side.of, *space.get_regular_hyperslab()))


def _unlimited(box: Box | None) -> int | None:
    """Return the axis along which a box is unlimited."""
    axes = (axis for axis, side in enumerate(box or ()) if side.count == UNLIMITED)
    return next(axes, None)


def _of_block(mapping: Mapping, block: int) -> Mapping:
    """Return a mapping with the name that its source has for a block."""
    if "%" not in mapping.file + mapping.path:
        return mapping
    file, path = (in_block(name, block) for name in (mapping.file, mapping.path))
    return replace(mapping, file=file, path=path)


def in_block(name: str, block: int) -> str:
    """Return the name that a pattern stands for in a block.

    Examples
    --------
    >>> in_block("scan_%b.h5", 7), in_block("50%%.h5", 7)
    ('scan_7.h5', '50%.h5')
    """
    return _ESCAPE.sub(lambda escape: "%" if escape[0] == "%%" else str(block), name)


def _with(box: Box, axis: int, side: Side) -> Box:
    return (*box[:axis], side, *box[axis + 1 :])


def _blocks(mapping: Mapping, axis: int, extent: int) -> Iterator[Mapping]:
    """Yield the mapping of each block below `extent`, each with its own source."""
    here = mapping.here or ()
    side = here[axis]
    for block, start in enumerate(range(side.start, extent, side.stride)):
        one = Side(start, 1, side.block, 1)
        yield replace(_of_block(mapping, block), here=_with(here, axis, one))


def _as_long_as_now(
    mapping: Mapping, axes: tuple[int, int], extents: tuple[int, int | None]
) -> Iterator[Mapping]:
    """Yield a mapping cut to what there is; all there can be, of a missing source."""
    here, there = mapping.here or (), mapping.there or ()
    side, source = here[axes[0]].joined(), there[axes[1]].joined()
    length = side.below(extents[0])
    if extents[1] is not None:
        length = min(length, source.below(extents[1]))
    if side.block != source.block and 1 not in {side.block, source.block}:
        yield replace(mapping, here=None)
        return
    for one, other in _firsts(side, source, length):
        yield replace(
            mapping,
            here=_with(here, axes[0], one),
            there=_with(there, axes[1], other),
        )


def _firsts(one: Side, other: Side, length: int) -> Iterator[tuple[Side, Side]]:
    """Yield the first elements of two sides in parts that are boxes on both."""
    if one.block == other.block:
        yield from zip(one.first(length), other.first(length), strict=True)
        return
    done = 0
    for part in (other if one.block == 1 else one).first(length):
        places = Line(done, 1, part.length)
        yield (one.at(places), part) if one.block == 1 else (part, other.at(places))
        done += part.length

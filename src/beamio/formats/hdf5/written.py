"""How much of a dataset was written, when its writer is still at work.

The shape may grow before the index of chunks: what the index lacks reads as fill.
"""

import os
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.errors import BeamioError
from beamio.formats.hdf5.libhdf5 import chunk_rows
from beamio.formats.hdf5.mappings import Mapping, mappings_of
from beamio.formats.hdf5.sides import Side
from beamio.formats.hdf5.sources import opened_source, source_shape

_DEEP = 5
"""Virtual datasets over virtual ones that are followed."""
_MANY = 200
"""Mappings that are all looked at; of more, they are taken to fill up in order."""

_NONE = 1 << 62
"""Larger than the number of any frame."""


@dataclass(frozen=True, slots=True)
class Written:
    """What there is of a dataset to read."""

    frames: int
    """So many from the first on, along the first axis, are there without a gap."""
    newest: int
    """One past the last one that is there."""
    is_elsewhere: bool = False
    """Whether the values lie in other files, whose changes its own does not show."""


def written(dataset: Any) -> Written:
    """Return how many frames of an open `h5py.Dataset` were written.

    Notes
    -----
    A chunk of several frames counts as soon as it is in the index. Contiguous data
    that were allocated at once, as by a writer that fills a file of known size, tell
    nothing: they count as written.
    """
    return _written(dataset, _DEEP)


def _written(dataset: Any, deep: int) -> Written:
    shape = dataset.shape
    if not shape or 0 in shape:
        return Written(*(shape[:1] * 2 if shape else (1, 1)))
    properties = dataset.id.get_create_plist()
    layout = properties.get_layout()
    if layout == h5py.h5d.VIRTUAL:
        found = _of_mappings(dataset, deep)
        return Written(found, found, is_elsewhere=True)
    if properties.get_external_count():
        found = _of_raw_files(dataset)
        return Written(found, found, is_elsewhere=True)
    if layout == h5py.h5d.CHUNKED:
        return _of_chunks(dataset, properties.get_chunk())
    is_there = layout == h5py.h5d.COMPACT or dataset.id.get_storage_size() > 0
    number = shape[0] if is_there else 0
    return Written(number, number)


def _of_chunks(dataset: Any, chunk: tuple[int, ...]) -> Written:
    shape = dataset.shape
    grid = [-(-n // size) for n, size in zip(shape, chunk, strict=True)]
    if dataset.id.get_num_chunks() == prod(grid):
        return Written(shape[0], shape[0])
    rank = len(shape)
    first = chunk_rows(dataset)[:, :rank]
    inside = (first < np.array(shape, np.uint64)).all(axis=1)
    rows = first[inside, 0].astype(np.int64) // chunk[0]
    counts = np.bincount(rows, minlength=grid[0])
    whole = counts >= prod(grid[1:])
    gaps = np.flatnonzero(~whole)
    there = np.flatnonzero(whole)
    leading = int(gaps[0]) if gaps.size else grid[0]
    newest = int(there[-1]) + 1 if there.size else 0
    return Written(*(min(shape[0], n * chunk[0]) for n in (leading, newest)))


def _of_raw_files(dataset: Any) -> int:
    """Return the frames whose bytes are in the raw files, which follow each other."""
    frame = dataset.id.get_type().get_size() * prod(dataset.shape[1:])
    wanted = frame * dataset.shape[0]
    prefix = os.environ.get("HDF5_EXTFILE_PREFIX", "")
    prefix = prefix or os.fsdecode(dataset.id.get_access_plist().get_efile_prefix())
    origin = str(Path(dataset.file.filename).parent.absolute())
    there = 0
    for name, offset, size in dataset.external:
        part = min(size, wanted - there)
        try:
            path = Path(prefix.replace("${ORIGIN}", origin)) / name
            have = max(0, path.stat().st_size - offset)
        except OSError:
            have = 0
        there += min(part, have)
        if have < part or there >= wanted:
            break
    return int(there // frame)


def _of_mappings(dataset: Any, deep: int) -> int:
    """Return the first frame that a source lacks."""
    length: int = dataset.shape[0]
    mappings = mappings_of(dataset, lambda *name: source_shape(dataset, *name))
    known = [mapping for mapping in mappings if mapping.here is not None]
    known.sort(key=lambda mapping: mapping.here[0].start if mapping.here else 0)

    def lacking(mapping: Mapping) -> int:
        return _lacking(dataset, mapping, deep)

    if len(known) > _MANY:
        return min(length, _first_lacking(known, lacking))
    return min([length, *map(lacking, known)])


def _first_lacking(mappings: list[Mapping], lacking: Any) -> int:
    """Return the first frame that is lacking, of sources that fill up in order."""
    low, high = 0, len(mappings)
    first = _NONE
    while low < high:
        middle = (low + high) // 2
        found = lacking(mappings[middle])
        if found < _NONE:
            first, high = found, middle
        else:
            low = middle + 1
    return first


def _lacking(dataset: Any, mapping: Mapping, deep: int) -> int:
    """Return the first frame that a mapping lacks."""
    side = (mapping.here or ())[0]
    if not deep:
        return _NONE
    try:
        with opened_source(dataset, mapping.file, mapping.path) as source:
            there, shape = _written(source, deep - 1).frames, source.shape
    except (BeamioError, OSError, KeyError, RuntimeError, ValueError):
        return side.start
    axes = mapping.there or tuple(Side(0, 1, n, 1) for n in shape)
    if len(axes) == len(mapping.here or ()):
        return _place(side, axes[0].below(there))
    return _NONE if axes and there >= axes[0].stop else side.start


def _place(side: Side, number: int) -> int:
    """Return which frame the element of this number is; none if it has no such."""
    if number >= side.length:
        return _NONE
    blocks, rest = divmod(number, side.block)
    return side.start + blocks * side.stride + rest

"""Where the bytes of an HDF5 dataset lie, so that the engine can read them."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from h5py._objects import phil  # libhdf5's lock; there is no public name for it

from beamio.engine.native import OpenFile, new_encoder, new_layout
from beamio.formats.hdf5.known import Known
from beamio.formats.hdf5.libhdf5 import chunk_rows
from beamio.formats.hdf5.raw import raw_parts
from beamio.formats.hdf5.storage import Storage, storage_of
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Layout

_LARGEST = 2**63 - 1

_ALL_FILTERS = 2**32 - 1
"""The filter mask of a chunk that is stored without any."""
_INDEXED = 1000
"""So many chunks are looked up for each that was asked for, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A dataset whose elements lie where the engine can read them."""

    layout: "Layout"
    dataset: Any
    raw_files: tuple[str, ...] = ()
    """External files that hold the elements, instead of its own."""

    @contextmanager
    def opened(self) -> Iterator[list[OpenFile]]:
        """Give its files, open for as long as this lasts, whoever closes them else."""
        if self.raw_files:
            with ExitStack() as stack:
                opened = [
                    stack.enter_context(Path(path).open("rb"))
                    for path in self.raw_files
                ]
                yield [OpenFile(file.fileno(), file.name) for file in opened]
            return
        with descriptor_of(self.dataset) as descriptor:
            yield [OpenFile(descriptor, storage_of(self.dataset).file)]


@contextmanager
def descriptor_of(dataset: Any) -> Iterator[int]:
    """Give the file that a dataset is in, open for as long as this lasts."""
    with phil:  # nobody closes the file in between
        handle = h5py.h5i.get_file_id(dataset.id).get_vfd_handle()
        descriptor = os.dup(handle)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def find_stored(
    dataset: Any, known: Known | None = None, *, touched: int | None = None
) -> Stored | None:
    """Return where the elements of a dataset lie; None if libhdf5 must read them.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset` that has elements.
    known
        Kept from one call to the next.
    touched
        How many chunks will be read; if few of many, and few were before, the result
        is None, since to index them all takes longer.
    """
    storage = storage_of(dataset)
    if storage.is_external:
        return _external(dataset, storage)
    if storage.descriptor is None or not storage.is_plain:
        return None
    if not storage.is_steady:
        known = None
        if not _is_flushed(dataset, storage):
            return None
    layout = None if known is None else known.layouts.get(storage.key)
    if layout is None and _is_worth(dataset, storage, known, touched):
        layout = _layout(dataset, storage)
        if layout is not None and known is not None:
            known.layouts[storage.key] = layout
    return None if layout is None else Stored(layout, dataset)


def _is_flushed(dataset: Any, storage: Storage) -> bool:
    """Bring what was written to the file; tell whether that can be done."""
    if storage.is_paged:
        return False
    if storage.may_be_written:
        dataset.id.flush()
    return True


def _is_worth(
    dataset: Any, storage: Storage, known: Known | None, touched: int | None
) -> bool:
    """Tell whether so many chunks are read that all may be looked up."""
    if touched is None or storage.chunk is None:
        return True
    if known is not None:
        touched = known.asked_for(storage.key, touched)
    return touched * _INDEXED >= prod(storage.grid(dataset.shape))


def _external(dataset: Any, storage: Storage) -> Stored | None:
    if not storage.is_plain:
        return None
    if storage.may_be_written:
        dataset.id.flush()
    parts = raw_parts(dataset)
    extents = [(part.length, i, part.offset) for i, part in enumerate(parts)]
    itemsize = storage.dtype.itemsize
    layout = new_layout(dataset.shape, itemsize, fill=bytes(itemsize), extents=extents)
    if layout is None:
        return None
    return Stored(layout, dataset, tuple(part.path for part in parts))


def _layout(dataset: Any, storage: Storage) -> "Layout | None":
    fill, shape, itemsize = storage.fill, dataset.shape, storage.dtype.itemsize
    if storage.layout == h5py.h5d.CONTIGUOUS:
        if dataset.id.get_storage_size() == 0:  # never written: all is fill value
            return None
        offset = dataset.id.get_offset()
        extents = [(prod(shape) * itemsize, 0, offset)]
        return new_layout(shape, itemsize, fill=fill, extents=extents)
    if storage.chunk is None:
        return None
    # Before all chunks are asked for:
    if new_encoder(storage.chunk, fill, storage.filters) is None:
        return None
    return new_layout(
        shape,
        itemsize,
        fill=fill,
        extents=[(_LARGEST, 0, 0)],
        chunk=storage.chunk,
        filters=storage.filters,
        table=chunk_table(dataset, storage.chunk),
    )


def chunk_table(
    dataset: Any, chunk: tuple[int, ...]
) -> tuple[Array, Array, Array, Array]:
    """Return cells, addresses, lengths and filter masks of the chunks, by cell."""
    storage = storage_of(dataset)
    rank, extent = len(chunk), dataset.shape
    rows = chunk_rows(dataset)
    first = rows[:, :rank]
    inside = (first < np.array(extent, np.uint64)).all(axis=1)
    if not inside.all():
        rows, first = rows[inside], first[inside]
    sizes = np.array(chunk, np.uint64)
    grid = storage.grid(extent)
    weights = [prod(grid[axis + 1 :]) for axis in range(rank)]
    cells = (first // sizes) @ np.array(weights, np.uint64)
    if (cells[1:] < cells[:-1]).any():
        order = np.argsort(cells, kind="stable")
        cells, rows = cells[order], rows[order]
    address, length, skipped = rows[:, rank:].T.copy()
    if storage.edges_unfiltered:
        ends = rows[:, :rank] + sizes
        skipped[(ends > np.array(extent, np.uint64)).any(axis=1)] = _ALL_FILTERS
    return np.ascontiguousarray(cells), address, length, skipped.astype(np.uint32)

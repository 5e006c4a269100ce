"""Where the bytes of an HDF5 dataset lie, so that the engine can read them."""

import os
from array import array
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from h5py._objects import phil  # libhdf5's lock; there is no public name for it

from beamio.engine.native import OpenFile, new_encoder, new_layout
from beamio.formats.hdf5.dependencies import raw_parts
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Layout

_LARGEST = 2**63 - 1

Layouts = MutableMapping[tuple[int, int], "Layout"]
"""What is known already, by file and address; for a file that does not change."""


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
            yield [OpenFile(descriptor, str(self.dataset.file.filename))]


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


def filters_of(properties: Any) -> list[tuple[int, list[int]]]:
    """Return the filters of a creation property list, by number and options."""
    found = map(properties.get_filter, range(properties.get_nfilters()))
    return [(number, list(options)) for number, _, options, _ in found]


def fill_of(dataset: Any, properties: Any) -> bytes:
    """Return the bytes of an element that was never written."""
    value = np.zeros((), dataset.dtype)
    if properties.fill_value_defined() != h5py.h5d.FILL_VALUE_UNDEFINED:
        properties.get_fill_value(value)
    return value.tobytes()


def may_be_written(dataset: Any) -> bool:
    """Tell whether the file of a dataset was opened to be written, by this process."""
    writing = h5py.h5f.ACC_RDWR | h5py.h5f.ACC_SWMR_WRITE
    return bool(h5py.h5i.get_file_id(dataset.id).get_intent() & writing)


def is_plain(dataset: Any) -> bool:
    """Tell whether the bytes of the elements are those of NumPy's type."""
    dtype = dataset.dtype
    if dtype.hasobject or dtype.itemsize == 0:
        return False
    kind = dataset.id.get_type()
    if isinstance(kind, h5py.h5t.TypeStringID):
        # Of other paddings, libhdf5 makes NumPy's.
        return bool(kind.get_strpad() == h5py.h5t.STR_NULLPAD)
    return bool(kind == h5py.h5t.py_create(dtype, logical=True))


def find_stored(
    dataset: Any, layouts: Layouts | None = None, *, touched: int | None = None
) -> Stored | None:
    """Return where the elements of a dataset lie; None if libhdf5 must read them.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset` that has elements.
    layouts
        Kept from one call to the next, where its file is only read.
    touched
        How many chunks will be read; if few of many, and nothing is known yet,
        the result is None, since to index them all takes longer.
    """
    if dataset.id.get_create_plist().get_external_count():
        return _external(dataset)
    file = h5py.h5i.get_file_id(dataset.id)
    access = file.get_access_plist()
    if access.get_driver() != h5py.h5fd.SEC2 or not is_plain(dataset):
        return None
    steady = file.get_intent() == h5py.h5f.ACC_RDONLY
    about = h5py.h5o.get_info(dataset.id)
    key = (int(about.fileno), int(about.addr))
    if steady and layouts is not None and key in layouts:
        return Stored(layouts[key], dataset)
    if not steady and not _is_flushed(dataset, access):
        return None
    layout = _layout(dataset, touched)
    if layout is None:
        return None
    if steady and layouts is not None:
        layouts[key] = layout
    return Stored(layout, dataset)


def _is_flushed(dataset: Any, access: Any) -> bool:
    """Bring what was written to the file; tell whether that can be done."""
    if access.get_page_buffer_size()[0]:
        return False
    if may_be_written(dataset):
        dataset.id.flush()
    return True


def _external(dataset: Any) -> Stored | None:
    if not is_plain(dataset):
        return None
    if may_be_written(dataset):
        dataset.id.flush()
    parts = raw_parts(dataset)
    extents = [(part.length, i, part.offset) for i, part in enumerate(parts)]
    fill = bytes(dataset.dtype.itemsize)
    layout = new_layout(
        dataset.shape, dataset.dtype.itemsize, fill=fill, extents=extents
    )
    if layout is None:
        return None
    return Stored(layout, dataset, tuple(part.path for part in parts))


def _layout(dataset: Any, touched: int | None) -> "Layout | None":
    properties = dataset.id.get_create_plist()
    kind = properties.get_layout()
    fill = fill_of(dataset, properties)
    shape, itemsize = dataset.shape, dataset.dtype.itemsize
    if kind == h5py.h5d.CONTIGUOUS:
        if dataset.id.get_storage_size() == 0:  # never written: all is fill value
            return None
        offset = dataset.id.get_offset()
        extents = [(prod(shape) * itemsize, 0, offset)]
        return new_layout(shape, itemsize, fill=fill, extents=extents)
    if kind != h5py.h5d.CHUNKED:
        return None
    if touched is not None and touched * 1000 < dataset.id.get_num_chunks():
        return None
    chunk = properties.get_chunk()
    filters = filters_of(properties)
    if new_encoder(chunk, fill, filters) is None:  # before all chunks are asked for
        return None
    return new_layout(
        shape,
        itemsize,
        fill=fill,
        extents=[(_LARGEST, 0, 0)],
        chunk=chunk,
        filters=filters,
        table=chunk_table(dataset, chunk),
    )


def chunk_table(
    dataset: Any, chunk: tuple[int, ...]
) -> tuple[Array, Array, Array, Array]:
    """Return cells, addresses, lengths and filter masks of the chunks, by cell."""
    rank = len(chunk)
    numbers = array("Q")

    def note(info: Any) -> None:
        numbers.extend(info.chunk_offset)
        numbers.append(info.byte_offset)
        numbers.append(info.size)
        numbers.append(info.filter_mask)

    dataset.id.chunk_iter(note)
    rows = np.frombuffer(numbers, np.uint64).reshape(-1, rank + 3)
    sizes = np.array(chunk, np.uint64)
    shape = np.array(dataset.shape, np.uint64)
    rows = rows[(rows[:, :rank] < shape).all(axis=1)]
    grid = -(-shape.astype(object) // sizes.astype(object))
    weights = np.array([prod(grid[axis + 1 :]) for axis in range(rank)], np.uint64)
    cells = (rows[:, :rank] // sizes) @ weights
    if (cells[1:] < cells[:-1]).any():
        order = np.argsort(cells, kind="stable")
        cells, rows = cells[order], rows[order]
    address, length, skipped = (
        np.ascontiguousarray(rows[:, rank + i]) for i in range(3)
    )
    return np.ascontiguousarray(cells), address, length, skipped.astype(np.uint32)

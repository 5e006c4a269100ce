"""Whether two datasets hold the same values, bit by bit or within a tolerance."""

import os
from collections.abc import Iterator

import h5py
import numpy as np
from h5py import h5z

from beamio.engine import ahead, in_order, usable_threads
from beamio.formats.hdf5.storage import storage_of
from beamio.formats.hdf5.stored import chunk_table, descriptor_of
from beamio.formats.hdf5.tolerance import Compare
from beamio.model import Array
from beamio.repack.storage import pipeline_of
from beamio.repack.values import Done, Reader, is_one_slab, slab_shape, written_boxes

_BLOCK = 4 << 20
"""Bytes that a thread compares at a time."""
_READ = 32 << 20
"""Bytes of encoded chunks that are compared at a time."""


def same_bytes(one: Array, other: Array, *, threads: int = 1) -> bool:
    """Tell whether two arrays of one shape and type hold the same bits.

    Examples
    --------
    >>> nan = np.array([np.nan])
    >>> same_bytes(nan, nan.copy()), same_bytes(nan, -nan)
    (True, False)
    """
    a, b = (
        np.ascontiguousarray(each).reshape(-1).view(np.uint8) for each in (one, other)
    )
    if a.size % 8 == 0:
        a, b = a.view(np.uint64), b.view(np.uint64)
    step = _BLOCK // a.itemsize

    def same(first: int) -> bool:
        return bool((a[first : first + step] == b[first : first + step]).all())

    return all(in_order(same, range(0, a.size, step), threads=threads))


def same_values(
    source: h5py.Dataset,
    copy: h5py.Dataset,
    done: Done,
    *,
    compare: Compare | None = None,
    threads: int | None = None,
) -> bool:
    """Tell whether a copy in other chunks has the values of a source.

    Parameters
    ----------
    source, copy
        Datasets of one shape and type.
    done
        Told how many bytes were compared.
    compare
        Tells whether two arrays are the same; by default all bits must be.
    threads
        How many to use.
    """
    chunk = copy.chunks or source.shape
    itemsize = source.id.get_type().get_size()
    slab = slab_shape(source.shape, chunk, source.chunks, itemsize)
    readers = Reader(source, threads), Reader(copy, threads)
    rooms = [tuple(each.room(slab) for each in readers) for _ in range(2)]

    def pairs() -> Iterator[tuple[Array, Array]]:
        for i, box in enumerate(written_boxes(source, chunk, slab)):
            one, other = (
                reader.read(box, room)
                for reader, room in zip(readers, rooms[i % 2], strict=True)
            )
            yield one, other

    alone = is_one_slab(source.shape, slab)
    for one, other in pairs() if alone else ahead(pairs()):
        same = (
            same_bytes(one, other, threads=usable_threads(threads))
            if compare is None
            else compare(one, other)
        )
        if not same:
            return False
        done(one.nbytes)
    return True


def same_chunks(source: h5py.Dataset, copy: h5py.Dataset) -> bool:
    """Tell whether two datasets have the same encoded chunks, byte for byte."""
    tables = [chunk_table(each, each.chunks) for each in (source, copy)]
    (cells, _, lengths, masks), others = tables
    if not all(
        np.array_equal(a, b)
        for a, b in zip((cells, lengths, masks), (others[0], *others[2:]), strict=True)
    ):
        return False
    if storage_of(copy).descriptor is None:  # of a file that is not there as yet
        places = _first_elements(cells, source)
        return all(
            source.id.read_direct_chunk(place)[1] == copy.id.read_direct_chunk(place)[1]
            for place in places
        )
    with descriptor_of(source) as one, descriptor_of(copy) as other:
        for first, last in _groups(lengths):
            rows = slice(first, last)
            a = _bytes(one, tables[0][1][rows], lengths[rows])
            b = _bytes(other, others[1][rows], lengths[rows])
            if a != b:
                return False
    return True


def _first_elements(cells: Array, dataset: h5py.Dataset) -> list[tuple[int, ...]]:
    """Return where chunks begin, by their number in the grid."""
    axes = zip(dataset.shape, dataset.chunks, strict=True)
    grid = [-(-length // size) for length, size in axes]
    indices = np.unravel_index(cells.astype(np.int64), grid)
    sides = zip(indices, dataset.chunks, strict=True)
    starts = [(index * size).tolist() for index, size in sides]
    return list(zip(*starts, strict=True))


def _groups(lengths: Array) -> Iterator[tuple[int, int]]:
    """Yield ranges of chunks of a moderate size together, of one at least."""
    first = 0
    ends = np.cumsum(lengths, dtype=np.int64)
    while first < len(ends):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _READ, "right")))
        yield first, last
        first = last


def _bytes(file: int, addresses: Array, lengths: Array) -> list[bytes]:
    pairs = zip(addresses.tolist(), lengths.tolist(), strict=True)
    return [os.pread(file, length, address) for address, length in pairs]


def check_decoding(
    dataset: h5py.Dataset, done: Done, *, threads: int | None = None
) -> None:
    """Read all that was written of a dataset, if its filters are there.

    Raises
    ------
    UnreadableError
        If anything can't be read.
    """
    pipeline = pipeline_of(dataset.id.get_create_plist())
    if not all(h5z.filter_avail(number) for number, _, _ in pipeline):
        return
    itemsize = dataset.id.get_type().get_size()
    chunk = dataset.chunks
    slab = slab_shape(dataset.shape, chunk, chunk, itemsize)
    reader = Reader(dataset, threads)
    room = reader.room(slab)
    for box in written_boxes(dataset, chunk, slab):
        done(reader.read(box, room).nbytes)

"""Datasets read and written by the engine, where it can; h5py does the rest."""

from contextlib import ExitStack
from math import prod
from operator import add
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from beamio.engine.native import (
    Selected,
    encode_chunks,
    is_available,
    new_encoder,
    new_result,
)
from beamio.engine.threads import usable_threads
from beamio.errors import CorruptChunkError
from beamio.formats.hdf5.known import Known
from beamio.formats.hdf5.reader import Part, Reader
from beamio.formats.hdf5.state import being_written
from beamio.formats.hdf5.storage import Storage, storage_of
from beamio.formats.hdf5.stored import find_stored
from beamio.formats.select import Selection, plain_selection
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Encoder

_SMALL = 1 << 16
"""Bytes that h5py reads before the engine has found out where they are."""
_KEEP_LENGTH = {h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
"""Filters whose bytes are as many as those of the values, but for a checksum."""
_CHECKSUM = 4
"""Bytes of a checksum."""
_KEPT = 1 << 20
"""Bytes of decoded chunks that libhdf5 keeps, unless told otherwise."""
_SAFE = {
    h5py.h5z.FILTER_DEFLATE,
    h5py.h5z.FILTER_SHUFFLE,
    h5py.h5z.FILTER_FLETCHER32,
    h5py.h5z.FILTER_LZF,
}
"""Filters in which libhdf5 notices damage as the engine does."""
_WORTH_AN_INDEX = 1 << 20
"""Bytes for which the chunks of a file that is being written are looked up."""


def read_selection(
    dataset: Any,
    args: Any,
    *,
    out: Array | None = None,
    dtype: np.dtype[Any] | None = None,
    threads: int | None = None,
    known: Known | None = None,
) -> Array | None:
    """Return a selection of a dataset, decoded in threads; None if h5py must do it.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset`.
    args
        The selection, as given to ``dataset[args]``.
    out
        Array of the selection's shape, of any strides, to be filled and returned.
    dtype
        Type of the result if it is not that of the dataset or of `out`; NumPy must
        call the cast safe.
    threads
        How many to use; None for as many as may be used.
    known
        What is known of the file already; kept from one call to the next.

    Raises
    ------
    CorruptChunkError, DamagedFileError, UnreadableError
        As `beamio.engine.native.read`.
    MissingFileError, MissingPathError
        If a source that is needed is not there.
    BusyFileError
        If another program changes the file meanwhile.
    """
    storage, shape = storage_of(dataset), dataset.shape
    itemsize, quick = storage.dtype.itemsize, _quick_bytes(storage)
    if shape and _at_most(args, shape) * itemsize <= quick:
        return None
    selection = _selected(dataset, args)
    if selection is None or (out is not None and out.shape != selection.shape):
        return None
    if prod(selection.counts) * itemsize <= quick:
        return None
    known = Known() if known is None else known
    known.look(storage)
    stored_type = storage.dtype
    if out is not None and out.dtype == stored_type:
        values = out
    else:
        values = new_result(selection.shape, stored_type)
    if not _fill(values, dataset, selection, threads, known):
        return None
    if out is not None:
        if out is not values:
            out[...] = values
        return out
    return values if dtype is None else values.astype(dtype, copy=False)


def find_source(dataset: Any, stack: ExitStack, known: Known) -> Selected | None:
    """Return where a dataset lies in its own files; None if h5py must read it.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset`, which is not virtual.
    stack
        Keeps the files open.
    known
        As `read_selection`.
    """
    storage = storage_of(dataset)
    if not is_available() or storage.is_virtual:
        return None
    known.look(storage)
    stored = find_stored(dataset, known)
    if stored is None:
        return None
    files = stack.enter_context(stored.opened())
    picks = [(0, 1, length) for length in dataset.shape]
    return Selected(stored.layout, files, picks, storage.place)


def check_chunks(dataset: Any, args: Any) -> None:
    """Raise what is wrong with the chunks of a selection that h5py could not read.

    Raises
    ------
    CorruptChunkError, DamagedFileError, UnreadableError
        As `read_selection`, if the engine knows the filters.
    """
    selection = _selected(dataset, args)
    if selection is not None:
        values = np.empty(selection.shape, dataset.dtype)
        _fill(values, dataset, selection, threads=None, known=Known())


def _fill(
    values: Array,
    dataset: Any,
    selection: Selection,
    threads: int | None,
    known: Known,
) -> bool:
    """Read a selection; False if only libhdf5 can do that."""
    part = Part(dataset, selection, selection.expanded(values))
    try:
        return Reader(known, usable_threads(threads)).read(part)
    except NotImplementedError:  # a chunk has what its filter's options don't tell
        return False
    except CorruptChunkError as error:
        storage = storage_of(dataset)
        if known.was_changed(storage):
            raise being_written(storage.place) from error
        raise


def _selected(dataset: Any, args: Any) -> Selection | None:
    """Return a selection that the engine may read or write; None if h5py must."""
    if not is_available() or not dataset.shape:
        return None
    return plain_selection(args, dataset.shape)


def _quick_bytes(storage: Storage) -> int:
    """Return how many bytes h5py reads before the engine has found where they are."""
    quick = _WORTH_AN_INDEX - 1 if storage.may_be_written else 0
    if storage.is_virtual:  # libhdf5 asks every mapping
        return quick
    if not storage.filters:  # of large chunks libhdf5 reads all
        return max(quick, _SMALL) if storage.chunk_bytes <= _KEPT else quick
    # libhdf5 keeps a few small chunks decoded, for those who read them bit by bit.
    length = storage.chunk_bytes
    kept = length <= _KEPT and storage.filter_numbers <= _SAFE
    return max(quick, (length - 1) // 2, _SMALL // 4) if kept else quick


def _at_most(args: Any, shape: tuple[int, ...]) -> int:
    """Return how many elements a selection has at most, by the numbers it begins with.

    Examples
    --------
    >>> _at_most((3, 0, slice(2)), (5, 6, 7)), _at_most(slice(1), (5, 6, 7))
    (7, 210)
    """
    left = 0
    for item in args if isinstance(args, tuple) else (args,):
        if not isinstance(item, int):
            break
        left += 1
    return prod(shape[left:])


def write_selection(
    dataset: Any, args: Any, value: Any, *, threads: int | None = None
) -> bool:
    """Write whole chunks, encoded in threads; False if h5py must do it.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset`.
    args
        The selection, as given to ``dataset[args] = value``.
    value
        Array of the selection's shape.
    threads
        How many to use; None for as many as may be used.
    """
    if not isinstance(value, np.ndarray):
        return False
    storage = storage_of(dataset)
    selection = _selected(dataset, args)
    if (
        selection is None
        or storage.chunk is None
        or value.shape != selection.shape
        or value.dtype != storage.dtype
        or not selection.is_whole_chunks(dataset.shape, storage.chunk)
        or not storage.is_plain
        or storage.edges_unfiltered  # which chunks are encoded, libhdf5 decides
    ):
        return False
    if sum(number not in _KEEP_LENGTH for number, _ in storage.filters) != 1:
        return False
    encoder = new_encoder(storage.chunk, storage.fill, storage.filters)
    if encoder is None:
        return False
    _write_chunks(dataset, selection, value, encoder, threads)
    return True


def chunk_encoder(dataset: Any) -> "Encoder | None":
    """Return what encodes the chunks of a dataset; None if only libhdf5 can."""
    storage = storage_of(dataset)
    if storage.chunk is None or not storage.is_plain or storage.edges_unfiltered:
        return None
    return new_encoder(storage.chunk, storage.fill, storage.filters)


def _write_chunks(
    dataset: Any, selection: Selection, value: Array, encoder: Any, threads: int | None
) -> None:
    chunk = dataset.chunks
    first = [
        start // size
        for (start, _, _), size in zip(selection.picks, chunk, strict=True)
    ]
    length = prod(chunk) * dataset.dtype.itemsize

    def write(cell: tuple[int, ...], data: memoryview) -> None:
        offset = tuple(
            (start + place) * size
            for start, place, size in zip(first, cell, chunk, strict=True)
        )
        # Where a chunk of that length is stored without its filter, libhdf5 would
        # keep the old filter mask for the new bytes.
        if len(data) in {length, length + _CHECKSUM}:
            _write_with_h5py(dataset, selection, value, offset)
        else:
            dataset.id.write_direct_chunk(offset, data)

    values = selection.expanded(value)
    encode_chunks(encoder, values, chunk, write, threads=usable_threads(threads))


def _write_with_h5py(
    dataset: Any, selection: Selection, value: Array, offset: tuple[int, ...]
) -> None:
    stops = map(add, offset, dataset.chunks)
    part = tuple(map(slice, offset, map(min, stops, dataset.shape)))
    within = tuple(
        slice(place.start - start, place.stop - start)
        for place, (start, _, _) in zip(part, selection.picks, strict=True)
    )
    h5py.Dataset.__setitem__(dataset, part, selection.expanded(value)[within])

"""Datasets read and written by the engine, where it can; h5py does the rest."""

from math import prod
from typing import Any

import numpy as np

from beamio.engine.native import (
    Job,
    encoded_chunks,
    is_available,
    new_encoder,
    read,
)
from beamio.engine.threads import usable_threads
from beamio.formats.hdf5.select import Selection, plain_selection
from beamio.formats.hdf5.stored import (
    Layouts,
    Stored,
    fill_of,
    filters_of,
    find_stored,
    is_plain,
)
from beamio.model import Array

_SMALL = 1 << 16
"""Bytes that h5py reads before the engine has found out where they are."""
_WORTH_AN_INDEX = 1 << 20
"""Bytes for which the chunks of a file that is being written are looked up."""


def read_selection(
    dataset: Any,
    args: tuple[Any, ...],
    *,
    out: Array | None = None,
    dtype: np.dtype[Any] | None = None,
    threads: int | None = None,
    layouts: Layouts | None = None,
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
    layouts
        What is known of the file already, see `find_stored`.

    Raises
    ------
    CorruptChunkError, DamagedFileError, UnreadableError
        As `beamio.engine.native.read`.
    """
    selection = plain_selection(args, dataset.shape) if _has_elements(dataset) else None
    if selection is None or (out is not None and out.shape != selection.shape):
        return None
    stored = _find(dataset, selection, layouts)
    if stored is None:
        return None
    stored_type = dataset.dtype
    direct = out is not None and out.dtype == stored_type
    values = (
        out if out is not None and direct else np.empty(selection.shape, stored_type)
    )
    with stored.opened() as files:
        job = Job(
            stored.layout,
            files,
            selection.picks,
            selection.expanded(values),
            stored.place,
        )
        read([job], threads=usable_threads(threads))
    if out is not None:
        if not direct:
            out[...] = values
        return out
    return values if dtype is None else values.astype(dtype, copy=False)


def _has_elements(dataset: Any) -> bool:
    return is_available() and bool(dataset.shape)


def _find(dataset: Any, selection: Selection, layouts: Layouts | None) -> Stored | None:
    """Return where a selection lies, if the engine reads it faster than h5py."""
    nbytes = prod(selection.counts) * dataset.dtype.itemsize
    chunk = dataset.chunks
    filtered = chunk is not None and dataset.id.get_create_plist().get_nfilters()
    if (nbytes <= _SMALL and not filtered) or (
        nbytes < _WORTH_AN_INDEX and dataset.file.mode != "r"
    ):
        return None
    touched = None if chunk is None else selection.touched(chunk)
    return find_stored(dataset, layouts, touched=touched)


def write_selection(
    dataset: Any, args: tuple[Any, ...], value: Any, *, threads: int | None = None
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
    chunk = dataset.chunks if _has_elements(dataset) else None
    if chunk is None or not isinstance(value, np.ndarray):
        return False
    selection = plain_selection(args, dataset.shape)
    if (
        selection is None
        or value.shape != selection.shape
        or value.dtype != dataset.dtype
        or not selection.is_whole_chunks(dataset.shape, chunk)
        or not is_plain(dataset)
    ):
        return False
    properties = dataset.id.get_create_plist()
    filters = filters_of(properties)
    if not filters:
        return False
    encoder = new_encoder(chunk, fill_of(dataset, properties), filters)
    if encoder is None:
        return False
    _write_chunks(dataset, selection, value, encoder, threads)
    return True


def _write_chunks(
    dataset: Any, selection: Selection, value: Array, encoder: Any, threads: int | None
) -> None:
    chunk = dataset.chunks
    first = [
        start // size
        for (start, _, _), size in zip(selection.picks, chunk, strict=True)
    ]
    chunks = encoded_chunks(
        encoder, selection.expanded(value), chunk, threads=usable_threads(threads)
    )
    for cell, data in chunks:
        offset = tuple(
            (start + place) * size
            for start, place, size in zip(first, cell, chunk, strict=True)
        )
        dataset.id.write_direct_chunk(offset, data)

"""What libhdf5 tells and h5py does not ask it, called in the library that h5py uses."""

import ctypes
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from h5py._objects import phil  # libhdf5's lock; there is no public name for it

from beamio.engine.native import chunk_noter
from beamio.model import Array

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK_ITER_AS_NOW = (1, 14, 0)
"""The version of libhdf5 that gave H5Dchunk_iter its present form."""
_DONT_FILTER_PARTIAL_CHUNKS = 2
_DEFAULT_PROPERTIES = 0
_HEADER = 3
"""Numbers before those of the chunks: how many fit, how many are there, the rank."""

_identifier = ctypes.c_int64


def _function(name: str, *types: Any) -> "Callable[..., int] | None":
    """Return a function of the library that h5py has loaded; None if it isn't found."""
    try:
        found = getattr(ctypes.CDLL(h5py.h5d.__file__), name)
    except (AttributeError, OSError):
        return None
    found.argtypes, found.restype = types, ctypes.c_int
    called: Callable[..., int] = found
    return called


_chunk_iter = _function(
    "H5Dchunk_iter", _identifier, _identifier, ctypes.c_void_p, ctypes.c_void_p
)
_get_chunk_opts = _function("H5Pget_chunk_opts", _identifier, ctypes.c_void_p)


def leaves_edges_unfiltered(properties: Any) -> bool:
    """Tell whether chunks that reach beyond a dataset are stored without filters."""
    if _get_chunk_opts is None:
        return False
    options = ctypes.c_uint(0)
    with phil:
        failed = _get_chunk_opts(properties.id, ctypes.byref(options))
    return failed >= 0 and bool(options.value & _DONT_FILTER_PARTIAL_CHUNKS)


def chunk_rows(dataset: Any) -> Array:
    """Return a row for each chunk that was written, in any order, of uint64.

    Its columns are the first element along each axis, the address in the file, the
    length in bytes and the filter mask.
    """
    rank = dataset.ndim
    number = dataset.id.get_num_chunks()
    rows = np.empty(_HEADER + number * (rank + 3), np.uint64)
    rows[:_HEADER] = number, 0, rank
    note = chunk_noter()
    if note is None or _chunk_iter is None or _is_old():
        return _through_h5py(dataset)
    with phil:
        failed = _chunk_iter(dataset.id.id, _DEFAULT_PROPERTIES, note, rows.ctypes.data)
    if failed < 0:  # h5py says why
        return _through_h5py(dataset)
    return rows[_HEADER:].reshape(-1, rank + 3)[: int(rows[1])]


def _is_old() -> bool:
    version: tuple[int, ...] = h5py.version.hdf5_version_tuple
    return version < _CHUNK_ITER_AS_NOW


def _through_h5py(dataset: Any) -> Array:
    numbers: list[int] = []

    def note(chunk: Any) -> None:
        offset, skipped, address, length = chunk
        numbers.extend((*offset, address, length, skipped))

    dataset.id.chunk_iter(note)
    return np.array(numbers, np.uint64).reshape(-1, dataset.ndim + 3)

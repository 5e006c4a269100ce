"""How a dataset is stored: what stays as it is while it is open."""

import os
from dataclasses import dataclass
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.formats.hdf5.libhdf5 import leaves_edges_unfiltered

_WRITING: int = h5py.h5f.ACC_RDWR | h5py.h5f.ACC_SWMR_WRITE


@dataclass(frozen=True, slots=True, eq=False)
class Storage:
    """How a dataset is stored."""

    dtype: np.dtype[Any]
    layout: int
    """As h5py numbers them: `h5py.h5d.CHUNKED`..."""
    chunk: tuple[int, ...] | None
    chunk_bytes: int
    """Bytes of a chunk, decoded; 0 if there are none."""
    filters: list[tuple[int, list[int]]]
    """By number, with their options."""
    filter_numbers: frozenset[int]
    fill: bytes
    """The bytes of an element that was never written; empty if not plain."""
    key: tuple[int, int]
    """The number that libhdf5 gives the file, and the address in it."""
    is_plain: bool
    """Whether the bytes of the elements are those of NumPy's type."""
    is_virtual: bool
    """Whether other datasets hold the elements."""
    is_external: bool
    """Whether the elements lie in external raw files."""
    is_steady: bool
    """Whether its file is only read, and not in SWMR mode."""
    is_paged: bool
    """Whether libhdf5 keeps pages of its file in memory."""
    may_be_written: bool
    """Whether its file was opened to be written, by this process."""
    edges_unfiltered: bool
    """Whether chunks that reach beyond the dataset are stored without filters."""

    descriptor: int | None
    """The system's number for its file, if libhdf5 reads that by system calls."""
    file: str
    """The name that its file was opened by."""
    place: str
    """What messages call it, ``file::/path``."""
    virtual_prefix: str
    """A folder to look for the sources of a virtual dataset in."""

    def grid(self, shape: tuple[int, ...]) -> list[int]:
        """Return the number of chunks along each axis, for a shape of the dataset."""
        sizes = self.chunk or shape
        return [-(-length // size) for length, size in zip(shape, sizes, strict=True)]


def storage_of(dataset: Any) -> Storage:
    """Return how an open `h5py.Dataset` is stored; asked once, and kept in it.

    Raises
    ------
    TypeError
        If NumPy has no such type.
    """
    kept: Storage | None = vars(dataset).get("storage")
    if kept is None:
        kept = dataset.storage = found_storage(dataset)
    return kept


def found_storage(dataset: Any) -> Storage:
    """Return how an open `h5py.Dataset` is stored, asked from libhdf5."""
    properties = dataset.id.get_create_plist()
    layout = properties.get_layout()
    chunked, is_virtual = layout == h5py.h5d.CHUNKED, layout == h5py.h5d.VIRTUAL
    about = h5py.h5o.get_info(dataset.id)
    file = h5py.h5i.get_file_id(dataset.id)
    access = file.get_access_plist()
    in_one_file = access.get_driver() == h5py.h5fd.SEC2
    name = os.fsdecode(h5py.h5f.get_name(dataset.id))
    intent = file.get_intent()
    kind = dataset.id.get_type()
    dtype = kind.dtype
    plain = is_plain(kind, dtype)
    chunk = properties.get_chunk() if chunked else None
    filters = filters_of(properties)
    return Storage(
        dtype=dtype,
        layout=layout,
        chunk=chunk,
        chunk_bytes=prod(chunk) * dtype.itemsize if chunk else 0,
        filters=filters,
        filter_numbers=frozenset(number for number, _ in filters),
        is_virtual=is_virtual,
        fill=_fill_of(properties, dtype) if plain else b"",
        key=(int(about.fileno), int(about.addr)),
        is_plain=plain,
        is_external=bool(properties.get_external_count()),
        is_steady=intent == h5py.h5f.ACC_RDONLY,
        descriptor=file.get_vfd_handle() if in_one_file else None,
        is_paged=bool(access.get_page_buffer_size()[0]),
        may_be_written=bool(intent & _WRITING),
        edges_unfiltered=chunked and leaves_edges_unfiltered(properties),
        file=name,
        place=f"{name}::{dataset.name}",
        virtual_prefix=_virtual_prefix(dataset) if is_virtual else "",
    )


def filters_of(properties: Any) -> list[tuple[int, list[int]]]:
    """Return the filters of a creation property list, by number and options."""
    found = map(properties.get_filter, range(properties.get_nfilters()))
    return [(number, list(options)) for number, _, options, _ in found]


def _fill_of(properties: Any, dtype: np.dtype[Any]) -> bytes:
    """Return the bytes of an element that was never written."""
    if properties.fill_value_defined() != h5py.h5d.FILL_VALUE_USER_DEFINED:
        return bytes(dtype.itemsize)
    value = np.zeros((), dtype)
    properties.get_fill_value(value)
    return value.tobytes()


def is_plain(kind: Any, dtype: np.dtype[Any]) -> bool:
    """Tell whether the bytes of elements of an HDF5 type are those of NumPy's."""
    if dtype.hasobject or dtype.itemsize == 0:
        return False
    if isinstance(kind, h5py.h5t.TypeStringID):
        # Of other paddings, libhdf5 makes NumPy's.
        return bool(kind.get_strpad() == h5py.h5t.STR_NULLPAD)
    return bool(kind == h5py.h5t.py_create(dtype, logical=True))


def _virtual_prefix(dataset: Any) -> str:
    return os.fsdecode(dataset.id.get_access_plist().get_virtual_prefix())

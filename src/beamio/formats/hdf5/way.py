"""Which way the elements of a dataset are read, and why."""

from typing import Any

import h5py

from beamio.engine.native import is_available, new_encoder
from beamio.formats.hdf5.element_type import element_type
from beamio.formats.hdf5.filter_names import KNOWN_FILTERS
from beamio.formats.hdf5.storage import Storage, storage_of
from beamio.model import Way


def way_of(dataset: Any) -> tuple[Way, str]:
    """Return which way an `h5py.Dataset` is read, and why if not by the engine.

    Selections of less than 64 kB go through h5py anyway.
    """
    try:
        storage = storage_of(dataset)
    except TypeError:
        words = element_type(dataset.id.get_type()).words
        return Way.NONE, f"NumPy has no type for {words}"
    if why := _missing_filter(storage):
        return Way.NONE, why
    if dataset.shape is None or not dataset.size:
        return Way.H5PY, "holds no elements"
    why = _why_not(dataset, storage)
    return (Way.H5PY, why) if why else (Way.ENGINE, "")


def _missing_filter(storage: Storage) -> str:
    """Return what is said of a filter that nobody has; empty if there is none."""
    for number, _ in storage.filters:
        if not h5py.h5z.filter_avail(number) and not _decodes(storage):
            name = KNOWN_FILTERS.get(number, f"filter {number}")
            return f"{name} is not installed"
    return ""


def _decodes(storage: Storage) -> bool:
    chunk = storage.chunk
    if chunk is None or not storage.is_plain:
        return False
    return new_encoder(chunk, storage.fill, storage.filters) is not None


def _why_not(dataset: Any, storage: Storage) -> str:
    """Return why the engine does not read a dataset; empty if it does."""
    if not is_available():
        return "the native module was not built"
    if not storage.is_plain:
        words = element_type(dataset.id.get_type()).words.split(" {")[0]
        return f"elements of type {words}"
    if storage.is_virtual or storage.is_external:
        return ""
    if storage.descriptor is None:
        return "the file is not opened by the usual driver"
    return _why_not_so(dataset, storage)


def _why_not_so(dataset: Any, storage: Storage) -> str:
    """Return why the engine does not read what is stored in such a way."""
    if storage.layout == h5py.h5d.CONTIGUOUS:
        written = dataset.id.get_storage_size() > 0
        return "" if written else "never written"
    if storage.chunk is None:
        return "stored in the header"
    if _decodes(storage):
        return ""
    numbers = [number for number, _ in storage.filters]
    names = [KNOWN_FILTERS.get(number, str(number)) for number in numbers]
    return f"filter {'+'.join(names)}"

"""How a dataset of HDF5 is stored, and what it needs from elsewhere."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from h5py import h5d, h5s

from beamio.errors import OutsideError
from beamio.formats.confinement import check_allowed
from beamio.formats.hdf5.filter_names import filter_names
from beamio.formats.hdf5.links import find_place
from beamio.formats.hdf5.raw import raw_start
from beamio.model import Outside, Storage

_LAYOUTS = {
    h5d.COMPACT: "compact",
    h5d.CONTIGUOUS: "contiguous",
    h5d.CHUNKED: "chunked",
    h5d.VIRTUAL: "virtual",
}


def storage_of(dataset: Any) -> Storage:
    """Return how an open `h5py.h5d.DatasetID` is stored."""
    properties = dataset.get_create_plist()
    layout = properties.get_layout()
    is_external = properties.get_external_count() > 0
    return Storage(
        "external" if is_external else _LAYOUTS.get(layout, "unknown"),
        _elements(dataset) * int(dataset.get_type().get_size()),
        # What libhdf5 tells of others is the size of their sources, or of the mapping.
        0 if is_external or layout == h5d.VIRTUAL else dataset.get_storage_size(),
        properties.get_chunk() if layout == h5d.CHUNKED else None,
        filter_names(properties),
    )


def _elements(dataset: Any) -> int:
    space = dataset.get_space()
    is_empty = space.get_simple_extent_type() == h5s.NULL
    return 0 if is_empty else int(space.get_simple_extent_npoints())


def outside_of(dataset: Any, filename: str) -> tuple[Outside, ...]:
    """Return what the elements of an open `h5py.h5d.DatasetID` are taken from."""
    properties = dataset.get_create_plist()
    if properties.get_layout() == h5d.VIRTUAL:
        prefix = os.fsdecode(dataset.get_access_plist().get_virtual_prefix())
        return tuple(dict.fromkeys(_virtual(properties, filename, prefix)))
    start = raw_start(dataset.get_access_plist(), filename)
    return tuple(dict.fromkeys(_raw(properties, start)))


def _virtual(properties: Any, filename: str, prefix: str) -> Iterator[Outside]:
    known: dict[str, str] = {}
    for index in range(properties.get_virtual_count()):
        file = os.fsdecode(properties.get_virtual_filename(index))
        path = os.fsdecode(properties.get_virtual_dsetname(index))
        if file == ".":
            yield Outside("virtual source", path)
            continue
        if file not in known:
            known[file] = _missing_source(file, filename, prefix)
        yield Outside("virtual source", f"{file}::{path}", known[file])


def _missing_source(file: str, filename: str, prefix: str) -> str:
    if "%b" in file:  # the number of a block: there may be any
        return ""
    try:
        found, first = find_place(filename, file, "HDF5_VDS_PREFIX", prefix)
    except OutsideError as error:
        return str(error)
    if found is not None and found.is_file():
        return ""
    return f"missing file (looked for {first})"


def _raw(properties: Any, start: Path) -> Iterator[Outside]:
    for index in range(properties.get_external_count()):
        name = os.fsdecode(properties.get_external(index)[0])
        yield Outside("raw file", name, _missing_raw((start / name).absolute()))


def _missing_raw(path: Path) -> str:
    try:
        check_allowed(path, str(path))
    except OutsideError as error:
        return str(error)
    return "" if path.is_file() else f"missing file (looked for {path})"

"""What a dataset depends on outside its own bytes, and what was never written.

libhdf5 reads fill values, without a word, where a source of a virtual dataset is
missing, an external raw file is too short, or a chunk was never written. A read
must be truthful, so beamio looks first.
"""

from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.errors import DamagedFileError, MissingFileError, MissingPathError
from beamio.formats.hdf5.file import member, open_file


def source_files(dataset: Any) -> list[str]:
    """Return every file that an `h5py.Dataset` takes data from, its own first.

    Raises
    ------
    MissingFileError, MissingPathError
        If a source of a virtual dataset, or an external raw file, is not there.
    DamagedFileError
        If an external raw file is too short.
    """
    return list(dict.fromkeys(_source_files(dataset, frozenset())))


def _source_files(dataset: Any, above: frozenset[tuple[str, str]]) -> list[str]:
    here = (str(dataset.file.filename), str(dataset.name))
    files = [here[0]]
    properties = dataset.id.get_create_plist()
    if properties.get_layout() == h5py.h5d.VIRTUAL and here not in above:
        mappings = dataset.virtual_sources()
        for name, path in {(m.file_name, m.dset_name) for m in mappings}:
            # A printf pattern stands for as many sources as there are.
            if "%" not in name + path:
                files += _virtual_source(dataset, name, path, above | {here})
    elif properties.get_external_count():
        files += _raw_files(dataset)
    return files


def _virtual_source(
    dataset: Any, name: str, path: str, above: frozenset[tuple[str, str]]
) -> list[str]:
    place = f"{dataset.file.filename}::{dataset.name}"
    folder = Path(dataset.file.filename).parent
    found = dataset.file.filename
    if name != ".":  # the places that libhdf5 tries
        tried = (folder / name, folder / Path(name).name, Path(name))
        there = [file for file in tried if file.is_file()]
        if not there:
            raise MissingFileError(
                f"{place}: takes data from {name}, which is not there "
                f"(looked for {tried[0]}); bring it back, or run this where it is",
                place=place,
            )
        found = str(there[0])
    with open_file(found) as file:
        source = member(file, path)
        if not isinstance(source, h5py.Dataset):
            raise MissingPathError(
                f"{place}: takes data from {found}::{path}, which is not there",
                place=place,
            )
        return _source_files(source, above)


def _raw_files(dataset: Any) -> list[str]:
    place = f"{dataset.file.filename}::{dataset.name}"
    wanted, files = dataset.nbytes, []
    for name, offset, size in dataset.external:
        if wanted <= 0:
            break
        # libhdf5 looks from the current folder, wherever the HDF5 file is.
        file = Path(name)
        if not file.is_file():
            raise MissingFileError(
                f"{place}: takes data from {name}, which is not there "
                f"(looked for {file.absolute()}); run this in the folder that has it",
                place=place,
            )
        part = min(size, wanted)
        have = max(0, file.stat().st_size - offset)
        if have < part:
            raise DamagedFileError(
                f"{place}: its raw file {file} is cut short: {have:,} of {part:,} "
                "bytes are there; copy the file again",
                place=place,
            )
        files.append(name)
        wanted -= part
    return files


def unwritten_images(dataset: Any) -> frozenset[int]:
    """Return the images of a dataset that were never written, or only in part."""
    properties = dataset.id.get_create_plist()
    layout = properties.get_layout()
    images = dataset.shape[0] if dataset.ndim > 2 else 1  # noqa: PLR2004 (one image)
    if layout == h5py.h5d.CHUNKED:
        return _without_all_chunks(dataset)
    if layout == h5py.h5d.VIRTUAL:
        return _without_all_sources(dataset, images)
    if layout == h5py.h5d.CONTIGUOUS and not properties.get_external_count():
        written = dataset.id.get_storage_size() > 0
        return frozenset() if written else frozenset(range(images))
    return frozenset()


def _without_all_chunks(dataset: Any) -> frozenset[int]:
    sizes = zip(dataset.shape, dataset.chunks, strict=True)
    grid = [-(-length // size) for length, size in sizes]
    if dataset.id.get_num_chunks() >= prod(grid):
        return frozenset()
    if dataset.ndim == 2:  # noqa: PLR2004 (one image)
        return frozenset([0])
    written = np.zeros(grid[0], np.int64)
    depth = dataset.chunks[0]

    def note(chunk: Any) -> None:
        written[chunk.chunk_offset[0] // depth] += 1

    dataset.id.chunk_iter(note)
    missing = np.flatnonzero(written < prod(grid[1:]))
    frames = range(dataset.shape[0])
    return frozenset(i for row in missing for i in frames[row * depth :][:depth])


def _without_all_sources(dataset: Any, images: int) -> frozenset[int]:
    covered = np.zeros(images)
    for mapping in dataset.virtual_sources():
        space = mapping.vspace
        if "%" in mapping.file_name + mapping.dset_name:
            return frozenset()
        if h5py.h5s.UNLIMITED in space.get_simple_extent_dims(maxdims=True):
            return frozenset()
        low, high = space.get_select_bounds()
        first, last = (low[0], high[0]) if dataset.ndim > 2 else (0, 0)  # noqa: PLR2004
        points = space.get_select_npoints() / (last - first + 1)
        covered[first : last + 1] += points
    pixels = prod(dataset.shape[-2:])
    return frozenset(np.flatnonzero(covered < pixels).tolist())

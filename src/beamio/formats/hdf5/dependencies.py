"""What a dataset depends on outside its own bytes, and what was never written.

libhdf5 reads fill values, without a word, where a source of a virtual dataset is
missing, an external raw file is too short, or a chunk was never written. A read
must be truthful, so beamio looks first.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.errors import DamagedFileError, MissingFileError, MissingPathError
from beamio.formats.hdf5.coverage import Coverage
from beamio.formats.hdf5.file import member, open_file, place_of
from beamio.formats.hdf5.links import places


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the bytes of a dataset come from."""

    files: list[str]
    """Every file, its own first."""
    unwritten: frozenset[int]
    """The images that were never written, or in a chunked dataset not as a whole."""
    coverage: Coverage | None = None
    """Which pixels have a source, in a virtual dataset."""


def find_sources(dataset: Any) -> Sources:
    """Return where the bytes of an `h5py.Dataset` come from.

    Raises
    ------
    MissingFileError, MissingPathError
        If a source of a virtual dataset, or an external raw file, is not there.
    DamagedFileError
        If an external raw file is too short, or what a virtual dataset takes from
        a source was never written and can't be told image by image.
    """
    return _find_sources(dataset, frozenset())


def check_sources(dataset: Any) -> None:
    """Make sure that every source of the bytes of an `h5py.Dataset` is there.

    Raises
    ------
    MissingFileError, MissingPathError
        If a source of a virtual dataset, or an external raw file, is not there.
    DamagedFileError
        If an external raw file is too short.
    """
    _check_sources(dataset, set())


def _check_sources(dataset: Any, seen: set[tuple[str, str]]) -> None:
    here = (str(dataset.file.filename), str(dataset.name))
    if here in seen:
        return
    seen.add(here)
    properties = dataset.id.get_create_plist()
    if properties.get_external_count():
        raw_parts(dataset)
    if properties.get_layout() != h5py.h5d.VIRTUAL:
        return
    for index in range(properties.get_virtual_count()):
        name = properties.get_virtual_filename(index)
        path = properties.get_virtual_dsetname(index)
        if "%" in name + path:  # as many sources as there are
            continue
        with opened_source(dataset, name, path) as source:
            _check_sources(source, seen)


def _find_sources(dataset: Any, above: frozenset[tuple[str, str]]) -> Sources:
    here = (str(dataset.file.filename), str(dataset.name))
    properties = dataset.id.get_create_plist()
    layout = properties.get_layout()
    images = dataset.shape[0] if dataset.ndim > 2 else 1  # noqa: PLR2004 (one image)
    if layout == h5py.h5d.CHUNKED:
        return Sources([here[0]], _without_all_chunks(dataset))
    if layout == h5py.h5d.VIRTUAL and here not in above:
        return _virtual_sources(dataset, above | {here})
    if properties.get_external_count():
        return Sources(
            [here[0], *(part.path for part in raw_parts(dataset))], frozenset()
        )
    announced = layout == h5py.h5d.CONTIGUOUS and dataset.id.get_storage_size() == 0
    return Sources([here[0]], frozenset(range(images) if announced else ()))


def _virtual_sources(dataset: Any, above: frozenset[tuple[str, str]]) -> Sources:
    place = place_of(dataset)
    files, unwritten = [str(dataset.file.filename)], set[int]()
    seen: dict[tuple[str, str], Sources] = {}
    mappings = dataset.virtual_sources()
    for mapping in mappings:
        name, path = mapping.file_name, mapping.dset_name
        if "%" in name + path:  # as many sources as there are
            files += _matching(dataset, name)
            continue
        if (name, path) not in seen:
            seen[name, path] = _virtual_source(dataset, name, path, above)
            files += seen[name, path].files
        source = seen[name, path]
        if source.unwritten:
            first, offset, count = _frames_of(mapping)
            if count == 0:
                raise DamagedFileError(
                    f"{place}: takes images from {name}::{path} that were never "
                    "written; correct that dataset itself",
                    place=place,
                )
            taken = range(offset, offset + count)
            unwritten |= {first + i - offset for i in source.unwritten if i in taken}
    coverage = Coverage([mapping.vspace for mapping in mappings], dataset.shape)
    unwritten |= coverage.uncovered()
    return Sources(list(dict.fromkeys(files)), frozenset(unwritten), coverage)


def _frames_of(mapping: Any) -> tuple[int, int, int]:
    """Return first virtual image, first source image, and how many; 0 if not so."""
    spans = []
    for space in (mapping.vspace, mapping.src_space):
        rank = len(space.shape)
        if space.get_select_type() == h5py.h5s.SEL_ALL:
            low, high = [0] * rank, [length - 1 for length in space.shape]
        else:
            low, high = space.get_select_bounds()
        spans.append((low[0], high[0] - low[0] + 1) if rank > 2 else (0, 1))  # noqa: PLR2004 (one image)
    (first, count), (offset, taken) = spans
    dense = mapping.vspace.get_select_npoints() % count == 0
    return int(first), int(offset), int(count) if count == taken and dense else 0


def _virtual_source(
    dataset: Any, name: str, path: str, above: frozenset[tuple[str, str]]
) -> Sources:
    with opened_source(dataset, name, path) as source:
        return _find_sources(source, above)


@contextmanager
def opened_source(dataset: Any, name: str, path: str) -> Iterator[Any]:
    """Give the `h5py.Dataset` that a virtual dataset takes data from."""
    file = dataset.file
    place = place_of(dataset)
    access = dataset.id.get_access_plist()
    prefix = os.fsdecode(access.get_virtual_prefix())
    tried = list(places(file.filename, name, "HDF5_VDS_PREFIX", prefix))
    found = next((str(path) for path in tried if path.is_file()), None)
    if name == ".":
        found = file.filename
    if found is None:
        raise MissingFileError(
            f"{place}: takes data from {name}, which is not there "
            f"(looked for {tried[0]}); bring it back, or run this where it is",
            place=place,
        )
    own = name == "." or Path(found).samefile(file.filename)
    with nullcontext(file) if own else open_file(found) as other:
        source = member(other, path)
        if not isinstance(source, h5py.Dataset):
            raise MissingPathError(
                f"{place}: takes data from {found}::{path}, which is not there",
                place=place,
            )
        yield source


def _matching(dataset: Any, pattern: str) -> list[str]:
    """Return the files that a printf pattern of a virtual dataset may stand for."""
    folder = Path(dataset.file.filename).parent
    glob = pattern.replace("%%", "?").replace("%b", "*")
    if pattern == "." or Path(glob).is_absolute():
        return []
    return [str(file) for file in folder.glob(glob) if file.is_file()]


@dataclass(frozen=True, slots=True)
class RawPart:
    """The bytes of a dataset that lie in an external raw file."""

    path: str
    offset: int
    length: int


def raw_parts(dataset: Any) -> list[RawPart]:
    """Return where the bytes of a dataset with external raw files lie, in order.

    Raises
    ------
    MissingFileError, DamagedFileError
        If a file is not there, or too short.
    """
    place = place_of(dataset)
    wanted, parts = dataset.nbytes, []
    prefix = os.environ.get("HDF5_EXTFILE_PREFIX", "")
    prefix = prefix or os.fsdecode(dataset.id.get_access_plist().get_efile_prefix())
    origin = str(Path(dataset.file.filename).parent.absolute())
    for name, offset, size in dataset.external:
        if wanted <= 0:
            break
        # libhdf5 looks from the current folder, wherever the HDF5 file is.
        file = Path(prefix.replace("${ORIGIN}", origin)) / name
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
        parts.append(RawPart(str(file), offset, part))
        wanted -= part
    return parts


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

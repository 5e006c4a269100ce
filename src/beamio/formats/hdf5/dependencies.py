"""What a dataset depends on outside its own bytes, and what was never written.

libhdf5 reads fill values, without a word, where a source of a virtual dataset is
missing, an external raw file is too short, or a chunk was never written. A read
must be truthful, so beamio looks first.
"""

from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.errors import DamagedFileError
from beamio.formats.hdf5.coverage import Coverage
from beamio.formats.hdf5.file import place_of
from beamio.formats.hdf5.known import Key
from beamio.formats.hdf5.mappings import Mapping, mappings_of
from beamio.formats.hdf5.raw import raw_parts
from beamio.formats.hdf5.sides import Box
from beamio.formats.hdf5.sources import (
    check_picks,
    mapped_to_itself,
    opened_source,
    source_shape,
)
from beamio.formats.hdf5.storage import storage_of


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
    _check_sources(dataset, set(), frozenset())


def _check_sources(dataset: Any, seen: set[Key], above: frozenset[Key]) -> None:
    storage = storage_of(dataset)
    if storage.key in above:
        raise mapped_to_itself(storage)
    if storage.key in seen:
        return
    seen.add(storage.key)
    if storage.is_external:
        raw_parts(dataset)
    if not storage.is_virtual:
        return
    for mapping in mappings_of(dataset, partial(source_shape, dataset)):
        with opened_source(dataset, mapping.file, mapping.path) as source:
            _check_sources(source, seen, above | {storage.key})
            if mapping.there and not mapping.grows:
                picks = [(side.stop - 1, 1, 1) for side in mapping.there]
                check_picks(dataset, picks, source.shape, place_of(source))


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
    mappings = mappings_of(dataset, partial(source_shape, dataset))
    for mapping in mappings:
        name, path = mapping.file, mapping.path
        if (name, path) not in seen:
            seen[name, path] = _virtual_source(dataset, name, path, above)
            files += seen[name, path].files
        source = seen[name, path]
        if source.unwritten:
            frames = _frames_by_source(mapping)
            if frames is None:
                raise DamagedFileError(
                    f"{place}: takes images from {name}::{path} that were never "
                    "written; correct that dataset itself",
                    place=place,
                )
            unwritten |= {frames[i] for i in source.unwritten if i in frames}
    coverage = Coverage(mappings, dataset.shape)
    unwritten |= coverage.uncovered()
    return Sources(list(dict.fromkeys(files)), frozenset(unwritten), coverage)


def _frames_by_source(mapping: Mapping) -> dict[int, int] | None:
    """Return the virtual image of each image of a source; None if it is not so."""
    if mapping.here is None or mapping.there is None:
        return None
    frames = _frames(mapping.here)
    taken = _frames(mapping.there) if mapping.there else list(range(len(frames)))
    if len(frames) != len(taken):
        return None
    return dict(zip(taken, frames, strict=True))


def _frames(box: Box) -> list[int]:
    return box[0].elements() if len(box) > 2 else [0]  # noqa: PLR2004 (one image)


def _virtual_source(
    dataset: Any, name: str, path: str, above: frozenset[tuple[str, str]]
) -> Sources:
    with opened_source(dataset, name, path) as source:
        return _find_sources(source, above)


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

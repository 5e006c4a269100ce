"""What a dataset takes from other files, and whether it is there."""

from functools import partial
from math import prod
from pathlib import Path
from typing import Any

import h5py
from h5py import h5z

from beamio.check.notes import BROKEN, Notes, after_place
from beamio.errors import MissingFileError, MissingPathError
from beamio.formats.hdf5.dependencies import check_sources
from beamio.formats.hdf5.mappings import Mapping, mappings_of
from beamio.formats.hdf5.raw import raw_parts
from beamio.formats.hdf5.sources import check_picks, opened_source, source_shape
from beamio.view import count

_OWN = "."


def check_filters(path: str, dataset: Any, notes: Notes) -> bool:
    """Note which filters are missing; tell whether all are there."""
    properties = dataset.id.get_create_plist()
    complete = True
    for index in range(properties.get_nfilters()):
        number, _, _, given = properties.get_filter(index)
        text = given.decode("utf-8", "replace").partition(";")[0].strip("\0 ")
        name = text or "without a name"
        found = bool(h5z.filter_avail(number))
        if number > h5z.FILTER_SCALEOFFSET:
            notes.needs("filter", f"{number} ({name})", path, found=found)
        if not found:
            complete = False
            notes.error(
                "missing filter",
                path,
                f"it is compressed with the HDF5 filter {number} ({name}), which is "
                "not installed",
                "find its plugin and set HDF5_PLUGIN_PATH",
            )
    return complete


def check_raw_files(path: str, dataset: Any, notes: Notes) -> bool:
    """Note which external raw files are missing; tell whether all are there."""
    missing = ""
    try:
        raw_parts(dataset)
    except BROKEN as error:
        missing = after_place(error, f"{dataset.file.filename}::{dataset.name}")
        notes.error("missing raw file", path, missing)
    for name, _, _ in dataset.external or ():
        found = not missing or Path(name).is_file()
        notes.needs("raw file", name, path, found=found)
    return not missing


def check_virtual_sources(path: str, dataset: Any, notes: Notes) -> bool:
    """Note which sources of a virtual dataset are missing, or too short."""
    place = f"{dataset.file.filename}::{dataset.name}"
    states: dict[tuple[str, str], str] = {}
    for mapping in mappings_of(dataset, partial(source_shape, dataset)):
        key = mapping.file, mapping.path
        if key in states:
            continue
        notes.at(path)
        is_there = True
        try:
            with opened_source(dataset, *key) as source:
                check_sources(source)
                states[key] = _too_short(dataset, mapping, source)
        except BROKEN as error:
            is_there = not isinstance(error, MissingFileError | MissingPathError)
            states[key] = after_place(error, place)
        if mapping.file != _OWN:
            name = f"{mapping.file}::{mapping.path}"
            notes.needs("virtual source", name, path, found=is_there)
    bad = [words for words in states.values() if words]
    if bad:
        total = count(len(states), "source")
        several = f"{len(bad):,} of {total} can't be used; the first: "
        message = f"{several if len(bad) > 1 else ''}{bad[0]}"
        notes.error("missing source", path, message)
    return not bad


def _too_short(dataset: Any, mapping: Mapping, source: Any) -> str:
    """Return why a source has less than is taken from it; nothing if it has enough."""
    if mapping.there and not mapping.grows:
        picks = [(side.stop - 1, 1, 1) for side in mapping.there]
        check_picks(dataset, picks, source.shape, f"{mapping.file}::{mapping.path}")
    if mapping.there == () and mapping.here is not None:  # all of the source
        wanted = prod(side.count * side.block for side in mapping.here)
        if source.size < wanted:
            return (
                f"takes {wanted:,} values from {mapping.file}::{mapping.path}, which "
                f"has only the shape {source.shape}; its writer may have stopped early"
            )
    return ""


def check_outside(path: str, dataset: Any, notes: Notes) -> bool:
    """Note what is missing of what a dataset needs; tell whether all is there."""
    complete = check_filters(path, dataset, notes)
    properties = dataset.id.get_create_plist()
    if properties.get_layout() == h5py.h5d.VIRTUAL:
        return check_virtual_sources(path, dataset, notes) and complete
    if properties.get_external_count():
        return check_raw_files(path, dataset, notes) and complete
    return complete

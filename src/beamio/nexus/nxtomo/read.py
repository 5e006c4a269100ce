"""Read an NXtomo, as this package, ESRF's, or a beamline elsewhere wrote it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import h5py
import numpy as np

from beamio.errors import (
    BeamioError,
    DamagedFileError,
    MissingImagesError,
    MissingPathError,
    OptionError,
    UnitError,
)
from beamio.formats import OpenFiles
from beamio.formats.hdf5 import StackFrames, damaged_structure
from beamio.formats.series import is_there
from beamio.model import DataUrl
from beamio.nexus.nxtomo.fields import QUANTITIES, TEXTS, Field
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.nxtomo.layout import Entry, nxtomo_entries
from beamio.nexus.nxtomo.transformations import flips, read_transformations
from beamio.nexus.text import attribute
from beamio.nexus.units import converted
from beamio.view import count

_LISTED = 5
_DETECTOR = "instrument/detector"


def entries_of(file: Any) -> list[str]:
    """Return the path of each NXtomo in an open file."""
    return [str(group.name) for group in nxtomo_entries(file)]


def read_nxtomo(url: str, entry: str | None = None) -> dict[str, Any]:
    """Return what an `NXtomo` is made of, by the names of its attributes.

    Raises
    ------
    MissingImagesError
        If there is no NXtomo, or there are several and none was chosen.
    """
    parts = DataUrl.parse(url, is_file=is_there)
    path = entry if entry is not None else parts.path
    files = OpenFiles()
    try:
        return {**read_entry(files, parts.file, path), "files": files}
    except BeamioError:
        files.__exit__()
        raise
    except (KeyError, RuntimeError, OSError) as error:  # libhdf5 on damaged structure
        files.__exit__()
        raise damaged_structure(parts.file, error) from error


def read_entry(files: OpenFiles, name: str, path: str | None) -> dict[str, Any]:
    """Return the same of a file among others that are open."""
    entry = Entry(_chosen(files, name, path))
    item = entry.item(f"{_DETECTOR}/data")
    item = entry.item("data/data") if item is None else item
    if item is None:
        raise MissingPathError(
            f"{entry.place}: has no frames at {_DETECTOR}/data; it is no NXtomo",
            place=entry.place,
        )
    frames = StackFrames(item)
    found: dict[str, Any] = {
        "frames": frames,
        "image_key_control": _keys(entry, frames.shape[0]),
        "url": entry.place,
    }
    for field in TEXTS:
        found[field.name] = entry.text(field)
    for field in QUANTITIES:
        dataset = entry.first(field)
        if dataset is not None and dataset.shape is not None:
            found[field.name] = _quantity(dataset, field, frames.shape[0])
    found.update(_control(entry, frames.shape[0]))
    found.update(_detector(entry))
    return found


def _chosen(files: OpenFiles, name: str, path: str | None) -> Any:
    """Return the group of the entry that is meant."""
    if path not in {None, "/", ""}:
        inside = "/" + str(path).strip("/")
        item = files.item(name, inside)
        if not isinstance(item, h5py.Group):
            raise MissingImagesError(
                f"{name}: {inside} is a dataset, not an entry; name the entry",
                place=f"{name}::{inside}",
            )
        return item
    found = nxtomo_entries(files.hdf5(name))
    if not found:
        raise MissingImagesError(
            f"{name}: holds no NXtomo; make one with beamio nexus build", place=name
        )
    if len(found) > 1:
        listed = ", ".join(str(group.name) for group in found[:_LISTED])
        more = ", ..." if len(found) > _LISTED else ""
        raise MissingImagesError(
            f"{name}: holds {count(len(found), 'scan')}: {listed}{more}; choose one, "
            f"as {name}::{found[0].name}",
            place=name,
        )
    return found[0]


def _keys(entry: Entry, frames: int) -> Any:
    """Return the image keys; where nothing tells, all frames are projections."""
    for name in ("image_key_control", "image_key"):
        for above in (_DETECTOR, "data"):
            item = entry.item(f"{above}/{name}")
            if item is not None and item.shape is not None:
                return _values(item)
    return np.full(frames, ImageKey.PROJECTION)


def _values(dataset: Any) -> Any:
    try:
        return dataset[()]
    except (OSError, RuntimeError, TypeError) as error:
        place = f"{dataset.file.filename}::{dataset.name}"
        raise DamagedFileError(
            f"{place}: can't be read ({error})", place=place
        ) from error


def _quantity(dataset: Any, field: Field, frames: int) -> Any:
    """Return one number, or one for each frame, in the field's unit."""
    place = f"{dataset.file.filename}::{dataset.name}"
    try:
        values = np.asarray(_values(dataset), np.float64)
    except (TypeError, ValueError):
        raise OptionError(f"{place}: holds no numbers", place=place) from None
    found = converted(values, attribute(dataset, "units"), field.unit, place)
    flat = np.ravel(found)
    if field.each and flat.size == frames:
        return flat
    if flat.size and (flat == flat[0]).all():
        return float(flat[0])
    return flat


def _control(entry: Entry, frames: int) -> Iterator[tuple[str, Any]]:
    """Yield the current, or what else a monitor told."""
    item = entry.item("control/data")
    if item is None or item.shape is None:
        return
    if attribute(item, "units"):
        with suppress(UnitError):
            field = Field("current", "control/data", "A", each=True)
            yield "current", _quantity(item, field, frames)
            return
    yield "monitor", _quantity(item, Field("monitor", "", each=True), frames)


def _detector(entry: Entry) -> Iterator[tuple[str, Any]]:
    detector = entry.part(_DETECTOR)
    if detector is None:
        return
    numbers = entry.item(f"{_DETECTOR}/sequence_number")
    if numbers is not None and numbers.shape is not None:
        yield "sequence_number", _values(numbers)
    known = list(read_transformations(detector))
    if not known:
        up_down, left_right = (
            bool(np.any(_values(item))) if item is not None else False
            for item in (
                entry.item(f"{_DETECTOR}/{axis}_flipped") for axis in ("y", "x")
            )
        )
        known = flips(up_down=up_down, left_right=left_right)
    yield "transformations", known
    half = entry.item(f"{_DETECTOR}/half_acquisition")
    if half is not None and entry.item(f"{_DETECTOR}/field_of_view") is None:
        yield "field_of_view", "Half" if np.any(_values(half)) else "Full"

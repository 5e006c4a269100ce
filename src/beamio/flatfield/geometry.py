"""What an NXtomo tells of its projections besides their pixels, for a result."""

from itertools import count
from typing import Any

import h5py
import numpy as np

from beamio.errors import DamagedFileError, UnreadableError
from beamio.flatfield.tomography import Tomography
from beamio.formats.hdf5 import member, names
from beamio.model import Array, Region
from beamio.nexus import describe_data
from beamio.nexus.nxdata import make_default
from beamio.nexus.nxtomo.fields import GROUPS
from beamio.nexus.nxtomo.layout import Entry
from beamio.nexus.text import attribute

DETECTOR = "instrument/detector"
_AXES = (
    ("x_rotation_axis_pixel_position", "columns"),
    ("y_rotation_axis_pixel_position", "rows"),
    ("estimated_cor_from_motor", "columns"),
)
"""What is counted in pixels from the corner of an image."""
_ALONE = "correct frames alone: FILE::/path[10:20] with --flat and --dark"
_FRAMES = {"data", "image_key", "image_key_control"}


class Geometry:
    """Copies an entry without its frames, and of its lists what is of the chosen ones.

    Parameters
    ----------
    tomography
        The scan.
    chosen
        The place of each frame of the result among all frames of the scan.
    """

    def __init__(self, tomography: Tomography, chosen: Array) -> None:
        self._source = tomography.entry
        self._frames = tomography.scan.frames.shape[0]
        self._image = tomography.scan.frames.shape[1:]
        self._chosen = chosen
        self._copies: dict[Any, str] = {}
        known = Entry(tomography.entry)
        detector = known.part(DETECTOR)
        self._detector = None if detector is None else detector.name
        self._pixels = known.item(f"{DETECTOR}/data") or known.item("data/data")

    def copy(self, file: Any) -> Any:
        """Return the entry in a new file, a detector in it without frames."""
        name = str(self._source.name)
        above, _, _ = name.rpartition("/")
        file.attrs["NX_class"] = "NXroot"
        for part in filter(None, above.split("/")):
            file.require_group(part).attrs["NX_class"] = "NXentry"
        entry = file.create_group(name)
        self._note(self._source, name)
        self._copy_members(self._source, entry)
        entry.attrs.setdefault("NX_class", "NXentry")
        if "definition" not in entry:
            entry["definition"] = "NXtomo"
        detector = required(entry, DETECTOR, self._detector)
        for key in ("image_key", "image_key_control"):
            if key in detector:
                del detector[key]
            detector[key] = np.zeros(len(self._chosen), np.int8)
        return entry

    def _copy_members(self, source: Any, target: Any) -> None:
        _copy_attributes(source, target)
        for name in names(source):
            link = _link(source, name)
            if isinstance(link, h5py.SoftLink) and self._stays_inside(source, link):
                target[name] = h5py.SoftLink(link.path)
                continue
            item = member(source, name)
            if item is None or item == self._pixels:
                continue
            known = self._note(item, f"{target.name}/{name}")
            if known is not None:
                target[name] = target.file[known]
            elif isinstance(item, h5py.Group):
                self._copy_members(item, target.create_group(name))
            elif isinstance(item, h5py.Dataset):
                try:
                    self._copy_dataset(item, target, name)
                except (RuntimeError, TypeError, ValueError) as error:
                    place = f"{item.file.filename}::{item.name}"
                    raise UnreadableError(
                        f"{place}: can't be copied into the result ({error}); {_ALONE}",
                        place=place,
                    ) from error

    def _note(self, item: Any, path: str) -> str | None:
        """Return where an object was copied to, or note that it goes to `path` now."""
        info = h5py.h5o.get_info(item.id)
        known = self._copies.get((info.fileno, info.addr))
        self._copies.setdefault((info.fileno, info.addr), path)
        return known

    def _stays_inside(self, group: Any, link: Any) -> bool:
        """Tell whether a link leads to what has the same path in the copy."""
        path = link.path if link.path.startswith("/") else f"{group.name}/{link.path}"
        inside = path.startswith(f"{self._source.name.rstrip('/')}/")
        return inside and ".." not in path.split("/")

    def _copy_dataset(self, item: Any, target: Any, name: str) -> None:
        # An image has as many rows as there are frames only by chance.
        if self._is_list(item):
            shape = (len(self._chosen), *item.shape[1:])
            copied = target.create_dataset(name, shape, item.dtype)
            if item.ndim == 1 and item.dtype.kind != "O":
                copied[...] = _read(item, ())[self._chosen]
            else:
                for i, frame in enumerate(self._chosen):
                    copied[i] = _read(item, int(frame))
        elif item.is_virtual or item.external:
            target.create_dataset(name, data=_read(item, ()), dtype=item.dtype)
        else:
            item.file.copy(item, target, name)
            return
        _copy_attributes(item, target[name])

    def _is_list(self, item: Any) -> bool:
        """Tell whether a dataset holds something for each frame."""
        shape = item.shape or ()
        of_frames = shape[:1] == (self._frames,) and self._frames > 1
        return of_frames and shape != self._image


def required(entry: Any, path: str, known: str | None = None) -> Any:
    """Return the group of a path in an entry, or of the place where it is known."""
    if known is not None and known in entry.file:
        return entry.file[known]
    group, done = entry, ""
    for name in path.split("/"):
        done = f"{done}/{name}".lstrip("/")
        found = Entry(entry).part(done)
        if found is None:
            found = group.create_group(name)
            found.attrs["NX_class"] = GROUPS[done]
        group = found
    return group


def shift_axes(detector: Any, region: Region) -> None:
    """Count the places in an image from the corner of a region of it."""
    for name, along in _AXES:
        item = member(detector, name)
        start = getattr(region, along).start
        if start and isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf":
            values, attributes = item[()] - float(start), dict(item.attrs)
            del detector[name]
            detector[name] = values
            detector[name].attrs.update(attributes)


def link_plot(entry: Any, dataset: Any) -> Any:
    """Return the NXdata of an entry that a viewer shows first, led to the result."""
    data = required(entry, "data")
    detector = dataset.parent
    for name in sorted(_FRAMES):
        _lead(data, name, detector[name])
    axis = Entry(entry).item("sample/rotation_angle")
    axes = [".", ".", "."]
    if axis is not None and axis.shape == dataset.shape[:1]:
        _lead(data, "rotation_angle", axis)
        axes[0] = "rotation_angle"
    for old in ("signal", "axes", "auxiliary_signals"):
        data.attrs.pop(old, None)
    describe_data(data, signal="data", axes=axes)
    make_default(data)
    return data


def free_name(entry: Any, name: str) -> str:
    """Return a name that no member of an entry has; it may have been corrected once."""
    numbered = (name if i == 1 else f"{name}_{i}" for i in count(1))
    return next(each for each in numbered if each not in entry)


def _lead(group: Any, name: str, target: Any) -> None:
    if group.get(name, getlink=True) is not None and member(group, name) != target:
        del group[name]
    if name not in group:
        group[name] = h5py.SoftLink(target.name)
    if not attribute(target, "target"):
        target.attrs["target"] = target.name


def _read(item: Any, selection: Any) -> Any:
    try:
        return item[selection]
    except (OSError, RuntimeError, TypeError) as error:
        place = f"{item.file.filename}::{item.name}"
        raise DamagedFileError(
            f"{place}: can't be read ({error})", place=place
        ) from error


def _copy_attributes(source: Any, target: Any) -> None:
    for name in source.attrs:
        try:
            if not _leads_elsewhere(source, name):
                target.attrs[name] = source.attrs[name]
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            place = f"{source.file.filename}::{source.name}"
            raise UnreadableError(
                f"{place}: the attribute {name} can't be copied ({error}); {_ALONE}",
                place=place,
            ) from error


def _leads_elsewhere(item: Any, name: str) -> bool:
    """Tell whether an attribute holds references, as dimension scales have them.

    They lead to objects of their file, which are others in a copy.
    """
    return bool(item.attrs.get_id(name).get_type().detect_class(h5py.h5t.REFERENCE))


def _link(group: Any, name: str) -> Any | None:
    """Return a link of a group; None where it is of a kind that h5py does not know."""
    try:
        return group.get(name, getlink=True)
    except (KeyError, RuntimeError, TypeError):
        return None

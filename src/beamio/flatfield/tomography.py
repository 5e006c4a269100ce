"""The images of an NXtomo, told apart by their image keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from beamio.errors import MissingImagesError, MissingPathError, OptionError, nearest
from beamio.formats import OpenFiles
from beamio.formats.frames import ChosenFrames
from beamio.formats.hdf5 import member, names
from beamio.formats.hdf5.file import place_of
from beamio.model import Array
from beamio.nexus.nxtomo.fields import QUANTITIES
from beamio.nexus.nxtomo.images import Images
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.nxtomo.read import entries_of, read_entry
from beamio.nexus.nxtomo.scan import Scan
from beamio.nexus.text import attribute
from beamio.view import count

_LISTED = 20
FRAME = "frame"
"""What the place of an image among all frames of its scan is called."""
_NOTED_IN = ("instrument/detector", "sample", "control", "data", "")
"""Groups of an entry where there may be a value for each frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Tomography:
    """An NXtomo: what is known of its frames, and the group that it was read from."""

    scan: Scan
    entry: Any

    @property
    def place(self) -> str:
        """What messages call it."""
        return self.scan.url

    def noted(self, name: str) -> tuple[Array, str]:
        """Return what is noted under a name for each frame, and its unit.

        Raises
        ------
        MissingPathError
            If there is nothing; the message names what there is.
        """
        frames = self.scan.frames.shape[0]
        if name == FRAME:
            return np.arange(frames, dtype=np.float64), ""
        units = {field.name: field.unit for field in QUANTITIES} | {"current": "A"}
        value = getattr(self.scan, name) if name in {*units, "monitor"} else None
        if value is not None:
            return np.broadcast_to(value, (frames,)), units.get(name, "")
        item = self._listed(name)
        if item is None:
            raise MissingPathError(
                f"{self.place}: notes no {name} for each frame"
                f"{nearest(name, self._names())}",
                place=self.place,
            )
        return np.asarray(item[()]), attribute(item, "units")

    def images(self, chosen: Images) -> "TomographyImages":
        """Return some of the images, each with what is noted of it."""
        return TomographyImages(self, chosen.indices.tolist())

    def _listed(self, name: str) -> Any | None:
        """Return the dataset of a name that has one value for each frame."""
        for path in _NOTED_IN:
            group = member(self.entry, path) if path else self.entry
            item = member(group, name) if isinstance(group, h5py.Group) else None
            if isinstance(item, h5py.Dataset) and self._is_list(item):
                return item
        return None

    def _is_list(self, item: Any) -> bool:
        return bool(item.shape == self.scan.frames.shape[:1])

    def _names(self) -> Iterator[str]:
        yield FRAME
        known = [field.name for field in QUANTITIES] + ["current", "monitor"]
        yield from (
            name for name in known if isinstance(getattr(self.scan, name), np.ndarray)
        )
        for path in _NOTED_IN:
            group = member(self.entry, path) if path else self.entry
            for name in names(group) if isinstance(group, h5py.Group) else ():
                item = member(group, name)
                if isinstance(item, h5py.Dataset) and self._is_list(item):
                    yield name


class TomographyImages(ChosenFrames):
    """Some of the images of an NXtomo."""

    def __init__(self, tomography: Tomography, indices: list[int]) -> None:
        super().__init__(tomography.scan.frames, indices)
        self.tomography = tomography

    def attribute(self, name: str) -> list[object]:
        """Return what is noted under `name` for each image."""
        values, _ = self.tomography.noted(name)
        return list(values[self.indices])


def find_tomography(
    file: str,
    path: str | None,
    files: OpenFiles,
    *,
    entry: str | None,
    has_flats: bool = False,
) -> Tomography | None:
    """Return the NXtomo that a place is; None if it is something else.

    Parameters
    ----------
    path
        The path in the file, if the place has one.
    entry
        The entry that the user chose.
    has_flats
        Whether flats are named apart: then a stack in an NXtomo is raw frames alone.

    Raises
    ------
    MissingImagesError
        If there are several and none was chosen, or the one that was is none.
    """
    if entry is None and path not in {None, "/"}:
        item = files.item(file, str(path))
        known = entries_of(item.file)
        if isinstance(item, h5py.Group):
            return _read(file, str(path), files) if item.name in known else None
        inside = [name for name in known if item.name.startswith(f"{name}/")]
        if not inside or has_flats:
            return None
        whole = _read(file, inside[0], files)
        return whole if whole.scan.frames.url == place_of(item) else None
    found = entries_of(files.hdf5(file))
    if entry is not None:
        wanted = "/" + entry.strip("/")
        if wanted not in found:
            raise MissingImagesError(
                f"{file}: has no NXtomo {wanted}{nearest(wanted, found)}", place=file
            )
        return _read(file, wanted, files)
    if len(found) > 1:
        raise MissingImagesError(
            f"{file}: holds {count(len(found), 'scan')}: {', '.join(found[:_LISTED])}"
            f"{', ...' if len(found) > _LISTED else ''}; choose one with --entry "
            f"{found[0]}",
            place=file,
        )
    return _read(file, found[0], files) if found else None


def _read(file: str, path: str, files: OpenFiles) -> Tomography:
    scan = Scan(**read_entry(files, file, path))
    if not len(scan.projections):
        raise MissingImagesError(
            f"{scan.url}: has no projections: none of {scan.frames.shape[0]} frames "
            "has the image_key 0; mend the keys, or name the raw frames as FILE::/path",
            place=scan.url,
        )
    return Tomography(scan, files.item(file, path))


def left_out(scan: Scan) -> str:
    """Return how many frames are neither corrected nor used to correct, in words.

    Examples
    --------
    >>> keys = [2, 1, 0, -1, 3, 3]
    >>> left_out(Scan(frames=np.zeros((6, 1, 1)), image_key_control=keys))
    'without 1 of alignment and 2 that are invalid'
    """
    keys = scan.image_key_control
    alignment = np.count_nonzero(keys == ImageKey.ALIGNMENT)
    invalid = np.count_nonzero(keys == ImageKey.INVALID)
    parts = [f"{alignment} of alignment"] if alignment else []
    if invalid:
        parts.append(f"{invalid} that {'is' if invalid == 1 else 'are'} invalid")
    return f"without {' and '.join(parts)}" if parts else ""


def check_kinds(
    tomography: Tomography, *, flats: bool, darks: bool, without_darks: bool
) -> None:
    """Make sure that there are flats and darks, in the scan or named apart.

    Raises
    ------
    MissingImagesError
        If there are not; the message names the key that they would have.
    """
    for kind, key, there, rest in (
        ("flats", 1, flats, ""),
        ("darks", 2, darks or without_darks, ", or go on without with --no-dark"),
    ):
        if not there:
            raise MissingImagesError(
                f"{tomography.place}: has no {kind}: no frame has the image_key {key}; "
                f"name them with --{kind[:-1]} FILE or --{kind[:-1]} FILE::/path{rest}",
                place=tomography.place,
            )


def check_selected(tomography: Tomography, layout: str) -> None:
    """Make sure that a result may be an NXtomo, which holds one stack.

    Raises
    ------
    OptionError
        If it may not.
    """
    if layout != "stack":
        raise OptionError(
            f"{tomography.place}: is corrected into an NXtomo, which holds one stack; "
            f"leave out --layout {layout}"
        )

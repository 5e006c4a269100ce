"""Flats and darks that were combined earlier, in the files of tomoscan and nabu."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.errors import (
    MissingFileError,
    MissingImagesError,
    MissingPathError,
    OptionError,
    nearest,
)
from beamio.flatfield.tomography import Tomography
from beamio.formats import OpenFiles
from beamio.formats.hdf5 import GroupFrames, member, names
from beamio.model import Array
from beamio.nexus.text import attribute
from beamio.nexus.units import converted

CURRENT = "machine_current"
"""Of each combined image, in ampere."""
COUNT_TIME = "count_time"
"""Exposure of each combined image, in seconds."""
POSITION = "position"
"""Where a combined image lies in a scan that is no NXtomo."""
_SUFFIXES = (".hdf5", ".h5", ".nx", ".nxs")
_KINDS = ("flats", "darks")


class ReducedImages(GroupFrames):
    """Combined images of a scan; each is named by its first frame."""

    def __init__(self, group: Any, tomography: Tomography | None) -> None:
        numbered = [name for name in names(group) if name.isdecimal()]
        if not numbered:
            raise MissingImagesError(
                f"{group.file.filename}::{group.name}: holds no images named by "
                "numbers, as reduced flats and darks are",
                place=f"{group.file.filename}::{group.name}",
            )
        super().__init__(group, numbered)
        self._found = group
        self._numbers = numbered
        self._tomography = tomography

    @property
    def currents(self) -> Array | None:
        """The beam current of each image, in ampere; None if it is not noted."""
        item = member(self._found, CURRENT)
        if not isinstance(item, h5py.Dataset) or item.shape is None:
            return None
        place = f"{item.file.filename}::{item.name}"
        values = converted(item[()], attribute(item, "units"), "A", place)
        currents = np.atleast_1d(values)
        if currents.shape != (len(self._numbers),):
            raise OptionError(
                f"{place}: {currents.size} currents for {len(self._numbers)} images; "
                "leave them alone with --no-current",
                place=place,
            )
        return currents

    def attribute(self, name: str) -> list[object]:
        """Return what is noted for each image: in the scan, or here."""
        if self._tomography is not None:
            return self._of_scan(self._tomography, name)
        if name == CURRENT:
            return list([] if self.currents is None else self.currents)
        if name != POSITION:
            return list(super().attribute(name))
        images = (self._found[number] for number in self._numbers)
        return [
            image.attrs.get(POSITION, float(number))
            for number, image in zip(self._numbers, images, strict=True)
        ]

    def _of_scan(self, tomography: Tomography, name: str) -> list[object]:
        """Return the mean of what is noted for the frames that were combined."""
        values, _ = tomography.noted(name)
        scan = tomography.scan
        series = {int(one.indices[0]): one for one in (*scan.flats, *scan.darks)}
        return [
            self._mean(values, series.get(int(number)), int(number), name)
            for number in self._numbers
        ]

    def _mean(self, values: Array, series: Any, number: int, name: str) -> float:
        if series is not None:
            return float(np.mean(np.asarray(values[series.indices], np.float64)))
        if name == "frame":  # of a scan that has none of its own
            return float(number)
        if number >= len(values):
            raise MissingPathError(
                f"{self.url}: frame {number} is none of the {len(values)} of the scan, "
                f"so its {name} isn't known",
                place=self.url,
            )
        return float(values[number])


def find_reduced(
    place: str,
    files: OpenFiles,
    tomography: Tomography | None,
    *,
    without_darks: bool = False,
) -> tuple[ReducedImages, ReducedImages | None]:
    """Return combined flats, and darks unless they are to be left out.

    Parameters
    ----------
    place
        What the names of the two files begin with, such as ``scan`` for
        ``scan_flats.hdf5`` and ``scan_darks.hdf5``; or one of the files.
    tomography
        The NXtomo that they belong to, if it is one.

    Raises
    ------
    MissingFileError
        If there are no such files.
    MissingImagesError
        If they hold several entries, or no images.
    """
    flats = _images(_existing(place, "flats"), "flats", files, tomography)
    if without_darks:
        return flats, None
    return flats, _images(_existing(place, "darks"), "darks", files, tomography)


def stem_of(place: str) -> str:
    """Return what the names of the files begin with.

    Examples
    --------
    >>> stem_of("scan.nx"), stem_of("a/scan_flats.hdf5"), stem_of("scan_01")
    ('scan', 'a/scan', 'scan_01')
    """
    path = Path(place)
    name = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    for kind in _KINDS:
        name = name.removesuffix(f"_{kind}")
    return str(path.parent / name)


def _existing(place: str, kind: str) -> str:
    candidates = [f"{stem_of(place)}_{kind}{suffix}" for suffix in _SUFFIXES]
    found = next((path for path in candidates if Path(path).exists()), None)
    if found is None:
        raise MissingFileError(
            f"{candidates[0]}: there is no such file, nor one that ends in "
            f"{', '.join(_SUFFIXES[1:])}; make it with --save-reduced",
            place=candidates[0],
        )
    return found


def _images(
    path: str, kind: str, files: OpenFiles, tomography: Tomography | None
) -> ReducedImages:
    file = files.hdf5(path)
    entries = [
        name for name in names(file) if isinstance(_group(file, name, kind), h5py.Group)
    ]
    entry = entries[0] if len(entries) == 1 else ""
    if tomography is not None and tomography.entry.name.strip("/") in file:
        entry = tomography.entry.name.strip("/")
    group = _group(file, entry, kind) if entry else None
    if not isinstance(group, h5py.Group):
        wanted = "entry" if tomography is None else tomography.entry.name
        raise MissingImagesError(
            f"{path}: holds no {kind} of {wanted}{nearest(wanted, entries)}", place=path
        )
    return ReducedImages(group, tomography)


def _group(file: Any, entry: str, kind: str) -> Any:
    above = member(file, entry)
    return member(above, kind) if isinstance(above, h5py.Group) else None

"""Volumes in files of any format, or in memory, as a stack of slices."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from beamio.errors import DamagedFileError, NotAnImageError, OptionError
from beamio.formats.default import default_dataset
from beamio.formats.files import is_hdf5
from beamio.formats.frames import ChosenFrames, Frames
from beamio.formats.hdf5 import StackFrames, open_file
from beamio.formats.joined import ArrayFrames, FramePixels
from beamio.formats.opening import open as open_any
from beamio.formats.pixels import Pixels, ValuePixels
from beamio.formats.series import files_of, is_there
from beamio.model import DataUrl, check_pixels
from beamio.view import count

_AXES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Slices of a volume, wherever they lie."""

    pixels: Pixels
    place: str
    """What messages call it."""
    files: tuple[str, ...]
    item: Any = None
    """The dataset in HDF5, if it is one."""


@contextmanager
def opened_volume(source: Any) -> Iterator[Volume]:
    """Give the slices of a volume while its file is open.

    Parameters
    ----------
    source
        An array of shape (slices, rows, columns), or what `beamio.open` takes; without
        a path, the default dataset.

    Raises
    ------
    NotAnImageError
        If it is no volume of numbers.
    UnreadableError
        If it can't be opened, or a slice was never written.
    """
    if isinstance(source, np.ndarray):
        yield Volume(FramePixels(ArrayFrames(source)), "the array", ())
        return
    text = os.fsdecode(source)
    url = DataUrl.parse(text, is_file=is_there)
    files = files_of(url.file)
    if is_hdf5(files[0]) and len(files) == 1:
        with open_file(files[0]) as file:
            yield _in_hdf5(file, url, text)
        return
    with open_any(source) as found:
        item = found if hasattr(found, "shape") else default_dataset(found)
        _check(item.shape, item.dtype, text)
        values = getattr(item, "stored", None)
        if values is None:
            raise NotAnImageError(f"{text}: is no volume", place=text)
        yield Volume(ValuePixels(values, text), text, tuple(files))


def _in_hdf5(file: Any, url: DataUrl, text: str) -> Volume:
    item = default_dataset(file) if url.path in {None, "/"} else file.get(url.path)
    if isinstance(item, h5py.Group):
        item = default_dataset(item)
    if not isinstance(item, h5py.Dataset):
        raise NotAnImageError(f"{text}: there is no dataset of that name", place=text)
    place = f"{url.file}::{item.name}"
    _check(item.shape, item.dtype, place)
    frames: Frames = StackFrames(item)
    if url.selection is not None:
        if url.frames is None:
            raise OptionError(f"{text}: only slices of a volume are chosen, as [10:20]")
        chosen = range(frames.shape[0])[url.frames]
        if not chosen:
            raise OptionError(f"{text}: chooses none of {frames.shape[0]} slices")
        frames = ChosenFrames(frames, chosen)
    if frames.unwritten:
        raise DamagedFileError(
            f"{place}: {count(len(frames.unwritten), 'slice')} were never written, "
            f"slice {min(frames.unwritten)} the first of them",
            place=place,
        )
    return Volume(FramePixels(frames), place, tuple(frames.files), item)


def _check(shape: Any, dtype: Any, place: str) -> None:
    """Make sure that these are slices of numbers."""
    if shape is None or len(shape) != _AXES or 0 in shape:
        raise NotAnImageError(
            f"{place}: has the shape {shape}, not that of a volume (slices, rows, "
            "columns)",
            place=place,
        )
    check_pixels(dtype, place)

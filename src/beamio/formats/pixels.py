"""Frames in whatever source, as the engine or a reader finds them."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from math import prod
from typing import Any, Protocol

import numpy as np

from beamio.engine import usable_threads
from beamio.engine.native import OpenFile, Selected, new_layout
from beamio.errors import UnreadableError
from beamio.formats.images.image import Image
from beamio.formats.images.sources import is_direct, sources
from beamio.formats.images.stack import StackValues
from beamio.formats.select import Selection
from beamio.formats.tree import PlainValues, Values
from beamio.model import Array

_FILES = 128
"""Files that are open at the same time, at most."""
_ANY = 1 << 20
_IMAGE = 2
"""Axes of an image."""


class Pixels(Protocol):
    """Frames of one shape, wherever they lie."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows, columns."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a pixel, byte order included."""

    @property
    def at_once(self) -> int:
        """Of how many frames the files may be open at a time."""

    def name(self, frame: int) -> str:
        """Return what messages call a frame."""

    def sources(self, frames: range, stack: ExitStack) -> Sequence[Selected] | None:
        """Return where the engine finds frames, or None; `stack` closes the files."""

    def read(self, frames: range, out: Array, *, threads: int) -> None:
        """Fill an array of shape (frames, rows, columns).

        Raises
        ------
        UnreadableError
            If the bytes are not all there, or do not decode.
        """


class ValuePixels:
    """An array whose last two axes are rows and columns; of one axis, rows of one."""

    def __init__(self, values: Values, place: str) -> None:
        shape = values.shape if len(values.shape) > 1 else (*values.shape, 1)
        *self._leading, rows, columns = shape
        self._values = values
        self._place = place
        self.shape = (prod(self._leading), rows, columns)
        self.dtype = stored_type(values)
        self.at_once = _FILES if _is_of_many_files(values) else _ANY

    def name(self, frame: int) -> str:
        """Return what messages call a frame."""
        return self._place if self.shape[0] == 1 else f"frame {frame} of {self._place}"

    def sources(self, frames: range, stack: ExitStack) -> Sequence[Selected] | None:
        """Return where the engine finds frames, or None."""
        if hasattr(self._values, "frame_sources"):
            known: Sequence[Selected] | None = self._values.frame_sources(frames, stack)
            return known
        if isinstance(self._values, StackValues):
            return self._image_sources(self._values.images, frames, stack)
        if isinstance(self._values, PlainValues):
            return self._plain_sources(self._values, frames, stack)
        return None

    def _image_sources(
        self, images: Sequence[Image], frames: range, stack: ExitStack
    ) -> Sequence[Selected] | None:
        wanted = images[frames.start : frames.stop]
        if len(images[0].shape) != _IMAGE or not all(map(is_direct, wanted)):
            return None
        if any(image.dtype != self.dtype for image in wanted):
            return None
        picks = [(0, 1, size) for size in self.shape[1:]]
        return sources(wanted, picks, stack, threads=usable_threads())

    def _plain_sources(
        self, values: PlainValues, frames: range, stack: ExitStack
    ) -> Sequence[Selected] | None:
        try:
            descriptor = os.open(values.path, os.O_RDONLY)
        except OSError as error:
            raise UnreadableError(
                f"{values.path}: the values can't be read ({error})", place=values.path
            ) from error
        stack.callback(os.close, descriptor)
        file = OpenFile(descriptor, values.path)
        _, *image = self.shape
        itemsize = self.dtype.itemsize
        length = prod(image) * itemsize
        picks = [(0, 1, size) for size in image]
        selected = []
        for frame in frames:
            extents = [(length, 0, values.offset + frame * length)]
            layout = new_layout(image, itemsize, fill=bytes(itemsize), extents=extents)
            if layout is None:
                return None
            selected.append(Selected(layout, [file], picks, self.name(frame)))
        return selected

    def read(self, frames: range, out: Array, *, threads: int) -> None:
        """Fill an array of shape (frames, rows, columns)."""
        if len(self._values.shape) == 1:
            every = Selection(((0, 1, self.shape[1]),), (True,))
            self._values.read(every, out=out[0, :, 0], threads=threads)
            return
        _, *image = self.shape
        area = tuple((0, 1, size) for size in image)
        if len(self._leading) == 1:
            picks = ((frames.start, 1, len(frames)), *area)
            selection = Selection(picks, (True,) * 3)
            self._values.read(selection, out=out, threads=threads)
            return
        for frame, target in zip(frames, out, strict=True):
            place = np.unravel_index(frame, self._leading) if self._leading else ()
            numbers = tuple((int(index), 1, 1) for index in place)
            kept = (*(False for _ in numbers), True, True)
            selection = Selection((*numbers, *area), kept)
            self._values.read(selection, out=target, threads=threads)


def stored_type(values: Values) -> np.dtype[Any]:
    """Return the type of values, in the byte order that they have in their files."""
    if isinstance(values, StackValues):
        kinds = {image.dtype for image in values.images}
        if len(kinds) == 1:
            return kinds.pop()
    return values.dtype


def _is_of_many_files(values: Values) -> bool:
    if isinstance(values, StackValues):
        return len({image.file for image in values.images}) > 1
    return hasattr(values, "frame_sources")

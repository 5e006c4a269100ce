"""Images of several series, or of an array, as one series."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Any

import numpy as np

from beamio.engine import in_order
from beamio.engine.native import Selected
from beamio.errors import NotAnImageError, OptionError
from beamio.formats.frames import (
    ChosenFrames,
    Frames,
    check_same_shape,
    common_dtype,
)
from beamio.model import Array, Region, check_pixels

_FRAMES = 3
"""Axes of a stack."""


class WholeFrames:
    """Images that lie in no file and are there as a whole.

    Whoever derives from it gives `image`, and sets `shape` and `dtype`.
    """

    url: str
    stem: str
    noun: str
    """What messages call such images."""
    files: Sequence[str] = ()
    is_stack = True
    unwritten: frozenset[int] = frozenset()
    shape: tuple[int, int, int]
    dtype: np.dtype[Any]

    def image(self, frame: int, region: Region) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        raise NotImplementedError

    def name(self, frame: int) -> str:
        """Return the index of an image."""
        return f"{frame:04d}"

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        image = self.image(frame, region)
        if out is None:
            return image
        out[...] = image
        return out

    def sources(
        self,
        frames: Sequence[int],  # noqa: ARG002 (as Frames)
        region: Region,  # noqa: ARG002 (as Frames)
        stack: ExitStack,  # noqa: ARG002 (as Frames)
    ) -> list[Selected] | None:
        """Return None: there are no files."""
        return None

    def gap(self, frame: int, region: Region) -> Array | None:  # noqa: ARG002 (as Frames)
        """Return None: all of each image is there."""
        return None

    def attribute(self, name: str) -> Sequence[object]:
        """Raise: there are none."""
        raise OptionError(f"{self.noun} has no attribute {name!r}")


class ArrayFrames(WholeFrames):
    """The images of an array of shape (frames, rows, columns)."""

    url = "the array"
    stem = "array"
    noun = "an array"

    def __init__(self, array: Array) -> None:
        if array.ndim != _FRAMES:
            raise NotAnImageError(
                f"frames are an array of shape (frames, rows, columns), not of "
                f"{array.shape}"
            )
        check_pixels(array.dtype, self.url)
        self._array = array
        frames, rows, columns = array.shape
        self.shape = (frames, rows, columns)
        self.dtype = array.dtype

    def image(self, frame: int, region: Region) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        found: Array = self._array[frame, region.rows, region.columns]
        return found


class JoinedFrames:
    """Images of several series, in any order.

    Parameters
    ----------
    members
        Each image: the series that it is one of, and its place there.

    Raises
    ------
    ShapeMismatchError
        If images differ in shape.
    OptionError
        If no type holds the pixels of all without loss.
    """

    is_stack = True

    def __init__(self, members: Sequence[tuple[Frames, int]]) -> None:
        self.members = members
        parts = list({id(frames): frames for frames, _ in members}.values())
        first = parts[0]
        for part in parts:
            check_same_shape(part.shape[1:], part.url, first.shape[1:], first.url)
        self.dtype = _type_of_all(parts)
        self.shape: tuple[int, int, int] = (len(members), *first.shape[1:])
        self.url = first.url if len(parts) == 1 else f"{first.url} ... {parts[-1].url}"
        self.stem = first.stem
        self.files = list(dict.fromkeys(file for part in parts for file in part.files))
        self.unwritten = frozenset(
            i for i, (part, place) in enumerate(members) if place in part.unwritten
        )

    @classmethod
    def of(cls, parts: Sequence[Frames]) -> "JoinedFrames":
        """Return the images of series, one series after the other."""
        return cls([(part, i) for part in parts for i in range(part.shape[0])])

    def name(self, frame: int) -> str:
        """Return what messages call an image: where it lies."""
        part, place = self.members[frame]
        return f"{part.url} ({part.name(place)})"

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        part, place = self.members[frame]
        if out is None:
            return part.read(place, region).astype(self.dtype, copy=False)
        if part.dtype == out.dtype:
            return part.read(place, region, out=out)
        out[...] = part.read(place, region)
        return out

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, or None."""
        found: list[Selected] = []
        wanted = [self.members[frame] for frame in frames]
        for _, group in groupby(wanted, key=lambda member: id(member[0])):
            run = list(group)
            part = run[0][0]
            if part.dtype != self.dtype:
                return None
            known = part.sources([place for _, place in run], region, stack)
            if known is None:
                return None
            found += known
        return found

    def gap(self, frame: int, region: Region) -> Array | None:
        """Return the pixels of an image that were never written, or None."""
        part, place = self.members[frame]
        return part.gap(place, region)

    def attribute(self, name: str) -> Sequence[object]:
        """Return what is noted under `name` for each image."""
        parts = {id(part): part for part, _ in self.members}
        noted = {key: part.attribute(name) for key, part in parts.items()}
        return [noted[id(part)][place] for part, place in self.members]


def member_of(frames: Frames, frame: int) -> tuple[Frames, int]:
    """Return the series that an image comes from in the end, and its place there."""
    if isinstance(frames, JoinedFrames):
        return member_of(*frames.members[frame])
    if isinstance(frames, ChosenFrames):
        return member_of(frames.whole, frames.indices[frame])
    return frames, frame


class FramePixels:
    """Images as they are passed on, whole, to a file."""

    at_once = 128

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._region = Region.whole(frames.shape[1:])
        self.shape = frames.shape
        self.dtype: np.dtype[Any] = frames.dtype

    def name(self, frame: int) -> str:
        """Return what messages call an image."""
        return f"{self._frames.name(frame)} of {self._frames.url}"

    def sources(self, frames: range, stack: ExitStack) -> Sequence[Selected] | None:
        """Return where the engine finds images, or None."""
        return self._frames.sources(frames, self._region, stack)

    def read(self, frames: range, out: Array, *, threads: int) -> None:
        """Fill an array of shape (frames, rows, columns)."""

        def read(i: int) -> None:
            self._frames.read(frames[i], self._region, out=out[i])

        for _ in in_order(read, range(len(frames)), threads=threads):
            pass


def _type_of_all(parts: Sequence[Frames]) -> np.dtype[Any]:
    found = common_dtype(part.dtype for part in parts)
    for part in parts:
        if not _holds(found, part.dtype):
            others = next(other for other in parts if other.dtype != part.dtype)
            raise OptionError(
                f"{part.url}: is of type {part.dtype}, {others.url} of {others.dtype}; "
                "no type holds both without loss, so convert one of them first",
                place=part.url,
            )
    return found


def _holds(wide: np.dtype[Any], narrow: np.dtype[Any]) -> bool:
    """Tell whether a type has each value of another."""
    if wide.kind == "f" and narrow.kind in "iu":
        return 8 * narrow.itemsize <= np.finfo(wide).nmant + 1
    return np.can_cast(narrow, wide, "safe")

"""Images of one shape, whatever file they lie in."""

import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import PurePath
from typing import Any, Protocol

import numpy as np

from beamio.engine.native import Selected
from beamio.errors import DamagedFileError, ShapeMismatchError
from beamio.model import Array, Region
from beamio.view import extent


class Frames(Protocol):
    """A series of images that is read one image at a time."""

    @property
    def url(self) -> str:
        """Where the images are, as ``file`` or ``file::/path``."""

    @property
    def files(self) -> Sequence[str]:
        """Every file that holds a part of them."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows, columns."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a pixel, byte order included."""

    @property
    def is_stack(self) -> bool:
        """Whether the images have no names of their own, only places in a stack."""

    @property
    def stem(self) -> str:
        """The name of the dataset or file that holds them, without suffix."""

    @property
    def unwritten(self) -> frozenset[int]:
        """Images that were never written: they would read as the fill value."""

    def name(self, frame: int) -> str:
        """Return the name of an image, such as ``0100``."""

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`.

        Safe to call from many threads at once.

        Parameters
        ----------
        out
            Of the shape of `region` and the type `dtype`; filled and returned.

        Raises
        ------
        UnreadableError
            If the bytes are not all there, or do not decode.
        """

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, all of them of `dtype`.

        None if it does not, or not in one file each: `read` must be used. `stack`
        keeps the files open.
        """

    def gap(self, frame: int, region: Region) -> Array | None:
        """Return the pixels of an image that were never written, or None.

        Boolean, shape (rows, columns) of `region`.
        """

    def attribute(self, name: str) -> Sequence[object]:
        """Return what is noted under `name` for each image.

        Raises
        ------
        MissingPathError
            If an image has no such note; the message names those it has.
        """


class ChosenFrames:
    """Some of the images of a series; they keep their names."""

    def __init__(self, frames: Frames, indices: Sequence[int]) -> None:
        self._frames = frames
        self.indices = indices
        """The place of each image in the whole series."""
        self.url = frames.url
        self.files = frames.files
        self.dtype = frames.dtype
        self.is_stack = frames.is_stack
        self.stem = frames.stem
        self.unwritten = frozenset(
            i for i, index in enumerate(indices) if index in frames.unwritten
        )
        self.shape = (len(indices), *frames.shape[1:])

    def name(self, frame: int) -> str:
        """Return the name that the image has in the whole series."""
        return self._frames.name(self.indices[frame])

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        return self._frames.read(self.indices[frame], region, out=out)

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, or None."""
        return self._frames.sources([self.indices[i] for i in frames], region, stack)

    def gap(self, frame: int, region: Region) -> Array | None:
        """Return the pixels of an image that were never written, or None."""
        return self._frames.gap(self.indices[frame], region)

    @property
    def whole(self) -> Frames:
        """The whole series."""
        return self._frames

    def attribute(self, name: str) -> Sequence[object]:
        """Return what is noted under `name` for each image."""
        noted = self._frames.attribute(name)
        return [noted[index] for index in self.indices]


def frame_number(stem: str) -> int | None:
    """Return the last number in a name without suffix, or None.

    Examples
    --------
    >>> frame_number("ID19_D2H2T2_0003"), frame_number("0500"), frame_number("a")
    (3, 500, None)
    """
    found = re.findall(r"\d+", stem)
    return int(found[-1]) if found else None


def file_stem(path: str) -> str:
    """Return the name of a file without its suffix, which is no number.

    Examples
    --------
    >>> file_stem("a/scan_25.5keV_0001.edf.gz"), file_stem("frame.0012")
    ('scan_25.5keV_0001', 'frame.0012')
    """
    name = re.sub(r"\.(gz|bz2)$", "", PurePath(path).name, flags=re.IGNORECASE)
    return re.sub(r"(?<=.)\.[A-Za-z]\w*$", "", name)


def common_dtype(dtypes: Iterable[np.dtype[Any]]) -> np.dtype[Any]:
    """Return the type of all images, byte order included; else one that holds all.

    Examples
    --------
    >>> common_dtype([np.dtype(">u2"), np.dtype(">u2")])
    dtype('>u2')
    >>> common_dtype([np.dtype(">u2"), np.dtype("i4")])
    dtype('int32')
    """
    different = set(dtypes)
    return different.pop() if len(different) == 1 else np.result_type(*different)


def check_same_shape(
    shape: tuple[int, ...], place: str, expected: tuple[int, ...], other: str
) -> None:
    """Raise `ShapeMismatchError` unless two images have the same rows and columns."""
    if shape != expected:
        raise ShapeMismatchError(
            f"{place}: is {extent(shape)} pixels, but {other} is {extent(expected)}; "
            "images of one scan must have one shape",
            place=place,
        )


def check_complete(have: int, needed: int, place: str) -> None:
    """Raise `DamagedFileError` unless all bytes of an image are there."""
    if have < needed:
        raise DamagedFileError(
            f"{place}: is cut short: {needed:,} bytes of pixels are announced, "
            f"{max(have, 0):,} are there; copy the file again",
            place=place,
        )

"""Images of files as a series of one shape."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

from beamio.engine.native import Picks, Selected
from beamio.errors import MissingPathError, NotAnImageError, nearest
from beamio.formats.frames import check_same_shape, common_dtype, file_stem
from beamio.formats.images.image import Image
from beamio.formats.images.index import images_of
from beamio.formats.images.pixels import Pixels
from beamio.formats.images.reading import read_many
from beamio.formats.images.sources import OPEN_FILES, is_direct, sources
from beamio.model import Array, Region, check_pixels


class ImageFrames:
    """The images of one or more files, in the order of the files.

    Raises
    ------
    UnknownFormatError
        If fabio does not know a file.
    DamagedFileError
        If a file is empty or cut short.
    NotAnImageError
        If what a file holds has not rows and columns.
    ShapeMismatchError
        If the images differ in shape.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = list(files)
        self.images = [image for file in files for image in images_of(file)]
        """Each image, as its header describes it."""
        first = self.images[0]
        for image in self.images:
            _check_image(image)
            check_same_shape(image.shape, image.place, first.shape, first.place)
        self.url = files[0] if len(files) == 1 else f"{files[0]} ... {files[-1]}"
        self.dtype = common_dtype(image.dtype for image in self.images)
        rows, columns = first.shape
        self.shape: tuple[int, int, int] = (len(self.images), rows, columns)
        self.unwritten: frozenset[int] = frozenset()
        self.stem = file_stem(files[0])
        self.is_stack = len(self.images) > len(files)

    def name(self, frame: int) -> str:
        """Return the name of the image's file, else the image's index in its file."""
        found = self.images[frame]
        stem = file_stem(found.file)
        if not self.is_stack:
            return stem
        index = f"{found.index:04d}"
        return index if len(self.files) == 1 else f"{stem}_{index}"

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        if out is None:
            out = np.empty(region.shape, self.dtype)
        read_many(
            [self.images[frame]], out[np.newaxis], picks=_picks(region), threads=1
        )
        return out

    def read_many(
        self,
        frames: Sequence[int],
        region: Region,
        *,
        out: Array,
        threads: int | None = None,
    ) -> Array:
        """Return images, shape (frames, rows, columns) of `region`, read in threads."""
        images = [self.images[frame] for frame in frames]
        read_many(images, out, picks=_picks(region), threads=threads)
        return out

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, or None."""
        found = [self.images[frame] for frame in frames]
        files = {
            image.pixels.file for image in found if isinstance(image.pixels, Pixels)
        }
        if not all(map(is_direct, found)) or len(files) > OPEN_FILES:
            return None
        if any(image.dtype != self.dtype for image in found):
            return None
        return sources(found, _picks(region), stack, threads=1)

    def gap(self, frame: int, region: Region) -> Array | None:  # noqa: ARG002 (as Frames)
        """Return None: an image file is there as a whole."""
        return None

    def attribute(self, name: str) -> Sequence[object]:
        """Return a header value, or the place of a motor or counter, of each image."""
        return [_header_value(image.fields, name, image.file) for image in self.images]


def _picks(region: Region) -> list[Picks]:
    rows, columns = region.shape
    return [(region.rows.start, 1, rows), (region.columns.start, 1, columns)]


def _check_image(image: Image) -> None:
    """Raise `NotAnImageError` unless an image is one of numbers in rows and columns."""
    if len(image.shape) != 2 or min(image.shape) < 1:  # noqa: PLR2004 (rows, columns)
        raise NotAnImageError(
            f"{image.file}: the header of image {image.index} gives the shape "
            f"{tuple(image.shape)}, not that of an image (rows, columns)",
            place=image.file,
        )
    check_pixels(image.dtype, image.place)


def _header_value(header: Any, name: str, file: str) -> object:
    if name in header:
        return header[name]
    for names, values in (("motor_mne", "motor_pos"), ("counter_mne", "counter_pos")):
        places = dict(
            zip(
                header.get(names, "").split(),
                header.get(values, "").split(),
                strict=False,
            )
        )
        if name in places:
            return places[name]
    raise MissingPathError(
        f"{file}: has no header entry, motor or counter {name!r}"
        f"{nearest(name, header)}",
        place=file,
    )

"""Images whose pixels only fabio, or Pillow behind it, finds and decodes."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from beamio.errors import UnreadableError
from beamio.formats.frames import check_same_shape
from beamio.formats.images.listening import damaged, truthful
from beamio.formats.images.stored import Stored
from beamio.formats.images.stream import opened
from beamio.formats.images.unended import check_end
from beamio.model import Array


def decoded_images(file: str, reader: Any) -> list[Stored]:
    """Return the images of a file; all are taken to be like the first.

    Parameters
    ----------
    reader
        fabio's object for files of this sort.
    """
    import fabio

    check_end(file, reader)
    with fabio.open(file) as image:
        if getattr(image, "incomplete_file", False):
            raise damaged(file, "pixels are missing")
        shape, dtype, header = tuple(image.shape), np.dtype(image.dtype), image.header
        count = int(image.nframes)
    return [
        Stored(file, index, shape, dtype, header, "fabio") for index in range(count)
    ]


def decode(image: Stored) -> Array:
    """Return the pixels of an image that fabio decodes."""
    import fabio

    with truthful(image.place), fabio.open(image.file) as opened_image:
        data: Array = frame_of(opened_image, image.index).data
        if data is None:
            raise damaged(image.place, "there are no pixels")
    check_same_shape(data.shape, image.place, image.shape, "its header")
    return data


def frame_of(image: Any, index: int) -> Any:
    """Return one image of an open file.

    fabio's `getframe` of a file with a single image opens the file of the same
    series with that number.
    """
    return image if image.nframes == 1 else image.getframe(index)


@contextmanager
def _pillow(file: str) -> Iterator[Any]:
    import PIL.Image

    _keep_quiet()
    with opened(file) as stream, PIL.Image.open(stream) as picture:
        yield picture


@lru_cache
def _keep_quiet() -> None:
    """Keep libtiff from writing to the terminal; Pillow raises what it finds.

    Pillow's wheels bring a libtiff of their own, which is found among the files that
    are mapped where the system tells them.
    """
    import PIL._imaging  # noqa: F401 (loads libtiff)

    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
        found = {line.split(maxsplit=5)[-1] for line in lines if "libtiff" in line}
        for library in map(ctypes.CDLL, found):
            library.TIFFSetErrorHandler(None)
            library.TIFFSetWarningHandler(None)
    except (OSError, AttributeError):
        return


def pillow_images(file: str, reader: Any) -> list[Stored]:
    """Return the pages of a TIFF file that fabio has no way to read all of.

    Parameters
    ----------
    reader
        fabio's object for files of this sort.
    """
    with _pillow(file) as picture:
        images = []
        for index in range(picture.n_frames):
            picture.seek(index)
            dtype, channels = _form(picture.mode, file)
            shape = (picture.height, picture.width, *channels)
            fields = reader._read_header_from_pil(picture)  # noqa: SLF001 (its names)
            images.append(Stored(file, index, shape, dtype, fields, "Pillow"))
    return images


def decode_page(image: Stored) -> Array:
    """Return the pixels of a page of a TIFF file, decoded by Pillow."""
    with truthful(image.place), _pillow(image.file) as picture:
        picture.seek(image.index)
        is_palette = picture.mode == "P"
        data = np.asarray(picture.convert("RGB") if is_palette else picture)
    check_same_shape(data.shape, image.place, image.shape, "its header")
    return data


_FORMS: dict[str, tuple[str, tuple[int, ...]]] = {
    "1": ("?", ()),
    "L": ("u1", ()),
    "P": ("u1", (3,)),
    "I;16": ("<u2", ()),
    "I;16L": ("<u2", ()),
    "I;16B": (">u2", ()),
    "I": ("i4", ()),
    "F": ("f4", ()),
    "RGB": ("u1", (3,)),
    "RGBA": ("u1", (4,)),
}
"""Pixels of Pillow's modes, and their channels; a palette is looked up."""


def _form(mode: str, file: str) -> tuple[np.dtype[Any], tuple[int, ...]]:
    if mode not in _FORMS:
        raise UnreadableError(
            f"{file}: pixels of Pillow's mode {mode} can't be used; store the image "
            "uncompressed, in grey",
            place=file,
        )
    dtype, channels = _FORMS[mode]
    return np.dtype(dtype), channels

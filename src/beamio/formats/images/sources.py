"""What the engine reads of images: of open files, with their digests checked."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from beamio.engine.byte_offset import byte_offset_layout
from beamio.engine.native import (
    OpenFile,
    Picks,
    Selected,
    is_available,
    new_layout,
)
from beamio.errors import UnreadableError
from beamio.formats.images.digests import check_digests
from beamio.formats.images.pixels import Pixels
from beamio.formats.images.stored import Stored

OPEN_FILES = 200
"""Image files that are held open at the same time, at most."""


def sources(
    images: Sequence[Stored],
    picks: Sequence[Picks] | None,
    stack: ExitStack,
    *,
    threads: int,
) -> list[Selected]:
    """Return where the engine finds pixels of images that are all `is_direct`.

    Parameters
    ----------
    images
        Of `OPEN_FILES` files, at most.
    picks
        Start, step and count along each axis of an image; else all of it.
    stack
        Closes the files.
    threads
        How many look at bytes whose digest is known, before they are decoded.

    Raises
    ------
    DamagedFileError
        If bytes are not those of their digest.
    UnreadableError
        If a file can't be read.
    """
    stored = [image.pixels for image in images]
    paths = [pixels.file for pixels in stored if isinstance(pixels, Pixels)]
    files = stack.enter_context(_opened_files(paths))
    check_digests(images, files, threads=threads)
    return [
        _source(image, picks or [(0, 1, length) for length in image.shape], files[path])
        for image, path in zip(images, paths, strict=True)
    ]


def is_direct(image: Stored) -> bool:
    """Tell whether the engine finds the pixels of an image in its file."""
    pixels = image.pixels
    return is_available() and isinstance(pixels, Pixels) and pixels.is_direct


def _source(image: Stored, picks: Sequence[Picks], file: OpenFile) -> Selected:
    pixels, itemsize = image.pixels, image.dtype.itemsize
    layout = None
    if isinstance(pixels, Pixels) and pixels.code:
        [(length, offset)] = pixels.parts
        rows, columns = image.shape
        layout = byte_offset_layout(
            (rows, columns), image.dtype, offset=offset, length=length
        )
    elif isinstance(pixels, Pixels):
        layout = new_layout(
            image.shape,
            itemsize,
            fill=bytes(itemsize),
            extents=[(length, 0, offset) for length, offset in pixels.parts],
        )
    if layout is None:
        raise UnreadableError(
            f"{image.place}: the engine can't read the pixels", place=image.place
        )
    return Selected(layout, [file], picks, image.place)


@contextmanager
def _opened_files(paths: Iterable[str]) -> Iterator[dict[str, OpenFile]]:
    """Give files, each opened once, for as long as this lasts."""
    with ExitStack() as stack:
        files: dict[str, OpenFile] = {}
        for path in paths:
            if path in files:
                continue
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except OSError as error:
                raise UnreadableError(
                    f"{path}: the pixels can't be read ({error})", place=path
                ) from error
            stack.callback(os.close, descriptor)
            files[path] = OpenFile(descriptor, path)
        yield files

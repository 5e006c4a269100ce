"""Digests in headers, compared with the bytes that they are of."""

import os
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import md5

from beamio.engine.native import OpenFile
from beamio.engine.threads import in_order
from beamio.errors import DamagedFileError, UnreadableError
from beamio.formats.images.pixels import Pixels
from beamio.formats.images.stored import Stored


def check_digest(data: bytes, digest: str, place: str) -> None:
    """Raise `DamagedFileError` unless bytes have the MD5 digest that a header gives."""
    if not digest:
        return
    found = b64encode(md5(data, usedforsecurity=False).digest()).decode()
    if found != digest:
        raise DamagedFileError(
            f"{place}: the pixels are not those that were written: their MD5 is "
            f"{found}, the header says {digest}; copy the file again",
            place=place,
        )


def check_digests(
    images: Iterable[Stored], files: Mapping[str, OpenFile], *, threads: int
) -> None:
    """Look at the bytes of images whose headers have a digest, before they are decoded.

    Raises
    ------
    DamagedFileError
        If they are not those that were written.
    UnreadableError
        If they can't be read.
    """
    marked = [
        (image.pixels, image.place)
        for image in images
        if isinstance(image.pixels, Pixels) and image.pixels.md5
    ]

    def check(stored: tuple[Pixels, str]) -> None:
        pixels, place = stored
        data = b"".join(_bytes(files[pixels.file], *part) for part in pixels.parts)
        check_digest(data, pixels.md5, place)

    for _ in in_order(check, marked, threads=threads):
        pass


def _bytes(file: OpenFile, length: int, offset: int) -> bytes:
    """Return the bytes that are there; of a file that was cut they have no digest."""
    try:
        return os.pread(file.descriptor, length, offset)
    except OSError as error:
        raise UnreadableError(
            f"{file.path}: the pixels can't be read ({error})", place=file.path
        ) from error

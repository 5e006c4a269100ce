"""Encoded pixels, decoded outside of the engine."""

import bz2
import zlib
from typing import Any

import numpy as np

from beamio.engine.byte_offset import decode_frame
from beamio.errors import DamagedFileError
from beamio.formats.images.digests import check_digest
from beamio.formats.images.listening import damaged
from beamio.formats.images.pixels import Pixels
from beamio.formats.images.stored import Stored
from beamio.model import Array

_ANY_FRAME = 47
"""Tells zlib to find out whether a stream has its own frame or that of gzip."""


def decoded(image: Stored, pixels: Pixels, data: bytes) -> Array:
    """Return the pixels of an image, in its shape and byte order.

    Raises
    ------
    DamagedFileError
        If the bytes do not decode to as many pixels, or are not those of the digest.
    """
    check_digest(data, pixels.md5, image.place)
    if pixels.code == "byte offset":
        values = _byte_offset(image, data)
    elif pixels.code:
        plain = _decompressed(pixels.code, data, image.nbytes, image.place)
        values = np.frombuffer(plain, image.dtype)
    else:
        values = np.frombuffer(data, image.dtype)
    return values.reshape(image.shape)


def _byte_offset(image: Stored, data: bytes) -> Array:
    rows, columns = image.shape
    frame = decode_frame(data, (rows, columns), image.dtype, place=image.place)
    if frame is not None:
        return frame
    from fabio.compression import decByteOffset

    count = rows * columns
    values = np.asarray(decByteOffset(data, size=count, dtype=image.dtype))
    if values.size != count:
        raise damaged(image.place, f"{values.size:,} of {count:,} pixels are there")
    return values.astype(image.dtype, copy=False)


def _decompressed(code: str, data: bytes, nbytes: int, place: str) -> bytes:
    """Return so many bytes, whatever else a stream may hold."""
    stream: Any = zlib.decompressobj(_ANY_FRAME)
    if code == "bzip2":
        stream = bz2.BZ2Decompressor()
    try:
        plain = bytes(stream.decompress(data, nbytes))
        if not stream.eof:  # its checksum comes last
            stream.decompress(getattr(stream, "unconsumed_tail", b""), 1)
    except (zlib.error, OSError, EOFError) as error:
        raise damaged(place, error) from error
    if len(plain) < nbytes:
        raise DamagedFileError(
            f"{place}: is cut short: {nbytes:,} bytes of pixels are announced, "
            f"{len(plain):,} are there; copy the file again",
            place=place,
        )
    return plain

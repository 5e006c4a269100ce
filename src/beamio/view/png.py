"""PNG files in memory."""

import struct
import zlib
from collections.abc import Mapping

import numpy as np

from beamio.model import Array

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's number for grey and colours, each without and with transparency."""


def png(
    channels: Array, notes: Mapping[str, str] | None = None, *, level: int = 6
) -> bytes:
    r"""Return a PNG file.

    Parameters
    ----------
    channels
        Shape (rows, columns, 1 to 4), uint8 or uint16.
    notes
        Texts that the file carries, by keyword.
    level
        Of zlib: 1 is quick, 9 small.

    Examples
    --------
    >>> png(np.zeros((1, 1, 3), np.uint8))[:4]
    b'\x89PNG'
    """
    rows, columns, count = channels.shape
    bits = 8 * channels.dtype.itemsize
    head = struct.pack(">IIBBBBB", columns, rows, bits, _TYPES[count], 0, 0, 0)
    lines = np.ascontiguousarray(channels, channels.dtype.newbyteorder(">"))
    plain = np.zeros((rows, 1 + columns * count * channels.dtype.itemsize), np.uint8)
    plain[:, 1:] = lines.reshape(rows, -1).view(np.uint8)  # after a 0: unfiltered
    texts = [_chunk(b"iTXt", _note(*note)) for note in (notes or {}).items()]
    pixels = zlib.compress(plain.data, level)
    return b"".join(
        [
            _SIGNATURE,
            _chunk(b"IHDR", head),
            *texts,
            _chunk(b"IDAT", pixels),
            _chunk(b"IEND", b""),
        ]
    )


def _note(key: str, text: str) -> bytes:
    keyword = key.encode("latin-1", "replace")[:79].strip() or b"Comment"
    value = text.replace("\0", " ").encode("utf-8", "backslashreplace")
    return keyword.replace(b"\0", b" ") + b"\0" * 5 + value


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

"""PNG files in memory."""

import struct
import zlib

import numpy as np

from beamio.model import Array

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's number for grey and colours, each without and with transparency."""
_LEVEL = 6


def png(channels: Array) -> bytes:
    r"""Return a PNG file.

    Parameters
    ----------
    channels
        Shape (rows, columns, 1 to 4), uint8 or uint16.

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
    pixels = zlib.compress(plain.data, _LEVEL)
    return b"".join(
        [
            _SIGNATURE,
            _chunk(b"IHDR", head),
            _chunk(b"IDAT", pixels),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

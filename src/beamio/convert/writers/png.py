"""PNG: pictures to look at, of 8 or 16 bits, grey or in colours."""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.convert.writers.colours import Colours
from beamio.convert.writers.page import ImageForm, Page, Part
from beamio.model import Array

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's number for grey and colours, each without and with transparency."""
_LEVEL = 1
"""Of zlib: higher ones take twice as long for the noise of a detector, and save 2 %."""


def _holds(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    return dtype if dtype.kind in "biuf" else None


def png(colours: Colours | None = None) -> ImageForm:
    """Return the form of PNG files that show values in that way."""

    def pack(page: Page) -> Sequence[Part]:
        if colours is None:
            raise TypeError("how to show values was not said")
        return packed(colours.shown(page.pixels), {"Software": "beamio", **page.header})

    return ImageForm(
        name="PNG", suffixes=(".png",), holds=_holds, pack=pack, is_exact=False
    )


def packed(channels: Array, texts: dict[str, str]) -> list[Part]:
    """Return the parts of a PNG file.

    Parameters
    ----------
    channels
        Shape (rows, columns, 1 to 4), uint8 or uint16.
    texts
        Notes that the file carries.
    """
    rows, columns, count = channels.shape
    bits = 8 * channels.dtype.itemsize
    head = struct.pack(">IIBBBBB", columns, rows, bits, _TYPES[count], 0, 0, 0)
    lines = channels.astype(channels.dtype.newbyteorder(">"), copy=False)
    plain = np.zeros((rows, 1 + columns * count * channels.dtype.itemsize), np.uint8)
    plain[:, 1:] = lines.reshape(rows, -1).view(np.uint8)  # after a 0: unfiltered
    notes = [_chunk(b"iTXt", _note(key, text)) for key, text in texts.items()]
    pixels = zlib.compress(plain.data, _LEVEL)
    return [
        _SIGNATURE,
        _chunk(b"IHDR", head),
        *notes,
        _chunk(b"IDAT", pixels),
        _chunk(b"IEND", b""),
    ]


def _note(key: str, text: str) -> bytes:
    keyword = key.encode("latin-1", "replace")[:79].strip() or b"Comment"
    value = text.replace("\0", " ").encode("utf-8", "backslashreplace")
    return keyword.replace(b"\0", b" ") + b"\0" * 5 + value


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

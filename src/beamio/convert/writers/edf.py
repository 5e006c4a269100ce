"""EDF: a header in text, then the pixels, and again for each image."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from beamio.convert.writers.page import ImageForm, Page, Part, bytes_of, plain_ascii

_BLOCK = 512
_ROOM = 250_000
"""Bytes of a header; fabio reads no longer ones."""
_TYPES = {
    "u1": "UnsignedByte",
    "u2": "UnsignedShort",
    "u4": "UnsignedInteger",
    "u8": "Unsigned64",
    "i1": "SignedByte",
    "i2": "SignedShort",
    "i4": "SignedInteger",
    "i8": "Signed64",
    "f4": "FloatValue",
    "f8": "DoubleValue",
}
_OWN = {"headerid", "image", "byteorder", "datatype", "size", "rank", "compression"}
"""Keys that say where and how the pixels lie: never those of the source."""
_PUNCTUATION = str.maketrans({";": ",", "{": "(", "}": ")"})
"""What ends a value or a header."""


def _holds(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    if dtype.kind == "b":
        return np.dtype("u1")
    return dtype if dtype.str[1:] in _TYPES else None


def _pack(page: Page) -> list[Part]:
    return [_header(page), bytes_of(page.pixels)]


def _header(page: Page) -> bytes:
    dtype, (rows, columns) = page.pixels.dtype, page.pixels.shape
    is_big = dtype.newbyteorder(">") == dtype and dtype.itemsize > 1
    own = {
        "HeaderID": f"EH:{page.index + 1:06d}:000000:000000",
        "Image": page.index + 1,
        "ByteOrder": "HighByteFirst" if is_big else "LowByteFirst",
        "DataType": _TYPES[dtype.str[1:]],
        "Dim_1": columns,
        "Dim_2": rows,
        "Size": page.pixels.nbytes,
    }
    lines = [f"{key} = {value} ;\n" for key, value in own.items()]
    text = "".join([*lines, *_notes(page)])
    first = f"{{\nEDF_DataBlockID = {page.index + 1}.Image.Psd ;\n"
    first += f"EDF_BinarySize = {page.pixels.nbytes} ;\nEDF_HeaderSize = "
    size = -(-(len(first) + len(text) + 16 + len(" ;\n}\n")) // _BLOCK) * _BLOCK
    return f"{first}{size} ;\n{text}".ljust(size - 2).encode("ascii") + b"}\n"


def _notes(page: Page) -> Iterator[str]:
    """Yield the lines of the source's header, as many as readers take."""
    room, used = _ROOM, set()
    for name, value in page.header.items():
        key = plain_ascii(name).translate(_PUNCTUATION).replace("=", "_").strip()
        if not key or _is_own(key) or key in used:
            continue
        used.add(key)
        line = f"{key} = {plain_ascii(value).translate(_PUNCTUATION)} ;\n"
        room -= len(line)
        if room < 0:
            return
        yield line


def _is_own(key: str) -> bool:
    name = key.casefold()
    return name in _OWN or name.startswith(("dim_", "edf_"))


EDF = ImageForm(
    name="EDF", suffixes=(".edf",), holds=_holds, pack=_pack, stacks=True, room=_ROOM
)

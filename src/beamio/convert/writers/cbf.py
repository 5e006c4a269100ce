"""CBF: a header in text, then the pixels as the differences of neighbours."""

import base64
import hashlib
from typing import Any

import numpy as np

from beamio.convert.writers.page import ImageForm, Page, Part, plain_ascii
from beamio.engine.byte_offset import encode_frames

_STARTER = b"\x0c\x1a\x04\xd5"
_BOUNDARY = "--CIF-BINARY-FORMAT-SECTION--"
_CONTENTS, _CONVENTION = (
    "_array_data.header_contents",
    "_array_data.header_convention",
)
_ROOM = 7000
"""Bytes of a header; readers look for its end in the first 8 kB."""
_OF_A_CBF = ("x-binary-", "content-", "conversions", "_")
"""Beginnings of header keys that a CBF file has anyway."""


def _holds(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    # Readers of the field take the pixels for signed integers of 32 bits.
    fits = dtype.kind == "b" or (
        dtype.kind in "iu" and np.can_cast(dtype, np.int32, "safe")
    )
    return np.dtype("<i4") if fits else None


def _pack(page: Page) -> list[Part]:
    data = _encoded(page)
    rows, columns = page.pixels.shape
    digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest())
    lines = [
        "###CBF: VERSION 1.5",
        "",
        "data_image",
        "",
        *_contents(page),
        "_array_data.data",
        ";",
        _BOUNDARY,
        "Content-Type: application/octet-stream;",
        '     conversions="x-CBF_BYTE_OFFSET"',
        "Content-Transfer-Encoding: BINARY",
        f"X-Binary-Size: {len(data)}",
        "X-Binary-ID: 1",
        'X-Binary-Element-Type: "signed 32-bit integer"',
        "X-Binary-Element-Byte-Order: LITTLE_ENDIAN",
        f"Content-MD5: {digest.decode()}",
        f"X-Binary-Number-of-Elements: {rows * columns}",
        f"X-Binary-Size-Fastest-Dimension: {columns}",
        f"X-Binary-Size-Second-Dimension: {rows}",
        "X-Binary-Size-Padding: 1",
        "",
        "",
    ]
    end = f"\0\r\n{_BOUNDARY}--\r\n;\r\n".encode()
    return ["\r\n".join(lines).encode("ascii") + _STARTER, data, end]


def _encoded(page: Page) -> bytes:
    parts: list[bytes] = []
    encode_frames(
        page.pixels[np.newaxis], lambda _, data: parts.append(bytes(data)), threads=1
    )
    return b"".join(parts)


def _contents(page: Page) -> list[str]:
    """Return the lines of the header's text; those of a CBF file as they were."""
    named = {key.casefold(): value for key, value in page.header.items()}
    texts = named.get(_CONTENTS, "").splitlines()
    texts += [
        f"{key} {value}"
        for key, value in page.header.items()
        if not key.casefold().startswith(_OF_A_CBF)
    ]
    lines = [f"# {plain_ascii(text).removeprefix('#').strip()}" for text in texts]
    room, kept = _ROOM, []
    for line in lines:
        room -= len(line) + 2
        if room < 0:
            break
        kept.append(line)
    convention = plain_ascii(named.get(_CONVENTION, "")).replace('"', "'") or "beamio"
    return [f'{_CONVENTION} "{convention}"', _CONTENTS, ";", *kept, ";", ""]


CBF = ImageForm(name="CBF", suffixes=(".cbf",), holds=_holds, pack=_pack, room=_ROOM)

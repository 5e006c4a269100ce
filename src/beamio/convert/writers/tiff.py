"""TIFF: uncompressed pixels in one strip, a page for each image."""

import struct
from typing import Any

import numpy as np

from beamio.convert.writers.page import ImageForm, Page, Part, bytes_of, one_line

_KINDS = {"u": 1, "i": 2, "f": 3}
"""Values of the tag SampleFormat."""
_SHORT, _LONG, _ASCII = 3, 4, 2
_LIMIT = (1 << 32) - 1
_OF_A_TIFF = {
    "nrows",
    "ncolumns",
    "nbits",
    "compression",
    "compression_type",
    "imagedescription",
    "stripoffsets",
    "rowsperstrip",
    "stripbytecounts",
    "info",
    "colormap",
    "sampleformat",
    "photometricinterpretation",
    "infostring",
}
"""Header keys of an image that came from a TIFF file: the new one has its own."""


def _holds(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    if dtype.kind == "b":
        return np.dtype("u1")
    sizes = (4, 8) if dtype.kind == "f" else (1, 2, 4, 8)
    known = dtype.kind in _KINDS and dtype.itemsize in sizes
    # One byte order for the whole file, that of most machines.
    return dtype.newbyteorder("<") if known else None


def _pack(page: Page) -> list[Part]:
    directory = _directory(page)
    padding = b"\0" * (page.pixels.nbytes % 2)  # directories begin at even places
    return [directory, bytes_of(page.pixels), padding]


def _directory(page: Page) -> bytes:
    """Return the tags of a page, and the text that they point to."""
    rows, columns = page.pixels.shape
    dtype, nbytes = page.pixels.dtype, page.pixels.nbytes
    description = _description(page).encode() + b"\0"
    description += b"\0" * max(0, 5 - len(description))  # else it would be in the tag
    count = 11
    text_at = page.position + 2 + 12 * count + 4
    data_at = text_at + len(description) + len(description) % 2
    following = data_at + nbytes + nbytes % 2
    entries = [
        (256, _LONG, 1, columns),
        (257, _LONG, 1, rows),
        (258, _SHORT, 1, 8 * dtype.itemsize),
        (259, _SHORT, 1, 1),
        (262, _SHORT, 1, 1),  # black is zero
        (270, _ASCII, len(description), text_at),
        (273, _LONG, 1, data_at),
        (277, _SHORT, 1, 1),
        (278, _LONG, 1, rows),
        (279, _LONG, 1, nbytes),
        (339, _SHORT, 1, _KINDS[dtype.kind]),
    ]
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    end = struct.pack("<I", 0 if page.is_last else following)
    head = struct.pack("<H", count) + packed + end + description
    return head + b"\0" * (len(description) % 2)


def _description(page: Page) -> str:
    """Return the header as lines, those of a TIFF file as they were."""
    before = next(
        (v for k, v in page.header.items() if k.casefold() == "imagedescription"), ""
    )
    lines = [before.replace("\0", " ").rstrip("\n")] if before else []
    lines += [
        f"{one_line(key)}={one_line(value)}"
        for key, value in page.header.items()
        if key.casefold() not in _OF_A_TIFF and not value.startswith("Unknown ")
    ]
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode()


TIFF = ImageForm(
    name="TIFF",
    suffixes=(".tif", ".tiff"),
    holds=_holds,
    pack=_pack,
    begin=struct.pack("<2sHI", b"II", 42, 8),
    stacks=True,
    limit=_LIMIT,
)

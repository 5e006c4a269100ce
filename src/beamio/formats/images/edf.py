"""Where the images of an EDF file are; fabio parses the headers."""

import os
from math import prod
from typing import Any

import numpy as np
from fabio.edfimage import EdfImage, HeaderBlockType

from beamio.errors import DamagedFileError, UnreadableError
from beamio.formats.frames import check_complete
from beamio.formats.images.listening import damaged
from beamio.formats.images.pixels import Code, Pixels, check_there
from beamio.formats.images.stored import Decoder, Stored
from beamio.view import count

_BLANK = b" \t\n\r\x0b\x0c\x00"
"""What fabio strips from names and values."""


class _Edf(EdfImage):  # type: ignore[misc]  # fabio has no types
    """fabio's reader, with text in any encoding, and headers that only lead forward."""

    @staticmethod
    def _read_header_block(infile: Any, frame_id: int) -> Any:
        start = infile.tell()
        infile.move_on(start)
        found = EdfImage._read_header_block(infile, frame_id)  # noqa: SLF001 (the one way in)
        if found.header is None:
            return found
        stop = infile.tell()
        infile.seek(start)
        block = infile.read(stop - start)
        return found if block.isascii() else _with_text(found, block)

    def _readheader(self, infile: Any) -> None:
        super()._readheader(_Forward(infile))


class _Forward:
    """A file whose headers must follow each other, or the end is never reached."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._last = -1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def move_on(self, start: int) -> None:
        """Note where a header begins."""
        if start <= self._last:
            raise damaged(self._file.name, "a size in an EDF header is negative")
        self._last = start


def _with_text(found: Any, block: bytes) -> Any:
    """Return a header with the entries that fabio drops since they are not ASCII."""
    header = type(found.header)()
    inside = block[block.index(b"{") + 1 : block.rindex(b"}")]
    for entry in inside.split(b";"):
        name, equal, value = entry.partition(b"=")
        if equal:
            header[_text(name.strip(_BLANK))] = _text(value.strip(_BLANK))
    return HeaderBlockType(header, *found[1:])


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")  # what older programs wrote


def edf_images(file: str) -> list[Stored]:
    """Return the images of an EDF file; only headers are read."""
    edf = _Edf()
    try:
        edf.read(file)
        frames, is_cut = list(edf._frames), edf.incomplete_file  # noqa: SLF001 (holds offsets)
    finally:
        edf.close()
    size = os.stat(file).st_size  # noqa: PTH116 (one call for each of many files)
    images = [_image(file, index, frame, size) for index, frame in enumerate(frames)]
    if is_cut:
        whole = count(len(images), "image")
        raise DamagedFileError(
            f"{file}: is cut short after {whole}; copy the file again",
            place=file,
        )
    return images


def _image(file: str, index: int, frame: Any, size: int) -> Stored:
    shape, dtype = tuple(frame.shape), np.dtype(frame._dtype)  # noqa: SLF001 (not read yet)
    place = Stored(file, index, shape, dtype, frame.header, "fabio").place
    if dtype.itemsize > 1:
        dtype = dtype.newbyteorder(_byte_order(frame, place))
    nbytes = prod(shape) * dtype.itemsize
    pixels = _pixels(file, frame, nbytes, place)
    if isinstance(pixels, Pixels):
        there = size if pixels.file == file else os.stat(pixels.file).st_size  # noqa: PTH116 (as below)
        check_there(pixels, there, nbytes, place)
    return Stored(file, index, shape, dtype, frame.header, pixels)


def _byte_order(frame: Any, place: str) -> str:
    """Return the order that the header states; fabio takes a guess for any other."""
    stated = {
        name.upper(): value for name, value in reversed(list(frame.header.items()))
    }["BYTEORDER"]
    for word, order in (("Low", "<"), ("High", ">")):
        if word in stated:
            return order
    raise DamagedFileError(
        f"{place}: the header's ByteOrder is {stated!r}, neither LowByteFirst nor "
        "HighByteFirst, so what the pixels are is unknown; correct the header",
        place=place,
    )


def _pixels(file: str, frame: Any, nbytes: int, place: str) -> Pixels | Decoder:
    code = _code(frame._data_compression, place)  # noqa: SLF001 (the one way to it)
    if code is None:
        return "fabio"
    path, offset, have = file, frame.start, frame.blobsize
    if frame.bfname is not None:
        if not os.path.isfile(frame.bfname):  # noqa: PTH113 (a string, of thousands)
            return _beside(frame.bfname, place)
        path, offset, have = frame.bfname, frame.bfstart, frame.bfsize
    if not code:
        check_complete(have, nbytes, place)
        have = nbytes
    return Pixels(path, ((have, offset),), code)


def _beside(path: str, place: str) -> Decoder:
    """Return who reads the compressed file that stands for one with the pixels."""
    if os.path.exists(path) or not os.path.isfile(f"{path}.gz"):  # noqa: PTH110, PTH113 (as above)
        raise UnreadableError(
            f"{place}: its pixels are in {path}, which is not there; copy both",
            place=place,
        )
    return "fabio"


def _code(compression: str | None, place: str) -> Code | None:
    """Return how the pixels are encoded, told as fabio tells it."""
    codes: list[tuple[str, Code | None]] = [
        ("OFFSET", None),
        ("GZIP", "deflate"),
        ("BZ", "bzip2"),
        ("Z", "deflate"),
    ]
    if compression in {None, "NONE"}:
        return ""
    for word, code in codes:
        if word in str(compression):
            return code
    raise UnreadableError(
        f"{place}: the pixels are compressed as {compression!r}, which nothing here "
        "decodes; store them uncompressed",
        place=place,
    )

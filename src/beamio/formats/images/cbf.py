"""Where the image of a CBF file is; fabio parses the header."""

import os
from io import BytesIO

import numpy as np
from fabio.cbfimage import CbfImage

from beamio.errors import DamagedFileError, UnreadableError
from beamio.formats.images.pixels import Pixels, check_there
from beamio.formats.images.stored import Stored
from beamio.formats.images.stream import opened

_BINARY = CbfImage.STARTER
_HEADER_LIMIT = 1 << 20


class _Head(BytesIO):
    """The bytes up to the pixels; fabio would look for more of them for ever."""

    def __init__(self, name: str, head: bytes) -> None:
        super().__init__(head)
        self.name = name

    def read(self, size: int | None = -1) -> bytes:
        """Return so many bytes, at least one."""
        data = super().read(size)
        if not data and size != -1:
            raise _endless(self.name)
        return data


def _endless(file: str) -> DamagedFileError:
    return DamagedFileError(
        f"{file}: the CBF header has no end; copy the file again", place=file
    )


def cbf_images(file: str) -> list[Stored]:
    """Return the image of a CBF file; only the header is read."""
    with opened(file) as stream:
        head = stream.read(_HEADER_LIMIT)
    if not head.startswith(b"###CBF"):
        raise ValueError("there is no CBF header")
    start = head.find(_BINARY)
    if start < 0:
        raise _endless(file)
    cbf = CbfImage()
    cbf._readheader(_Head(file, head[: start + len(_BINARY)]))  # noqa: SLF001 (no pixels)
    header = cbf.header
    if header.get("conversions") != "x-CBF_BYTE_OFFSET":
        raise UnreadableError(
            f"{file}: the pixels are stored as {header.get('conversions')!r}; only "
            "x-CBF_BYTE_OFFSET can be decoded",
            place=file,
        )
    part = (int(header["X-Binary-Size"]), start + len(_BINARY))
    pixels = Pixels(file, (part,), "byte offset", header.get("Content-MD5", ""))
    dtype = np.dtype(cbf._dtype).newbyteorder("<")  # noqa: SLF001 (the pixels were not read)
    image = Stored(file, 0, tuple(cbf.shape), dtype, header, pixels)
    check_there(pixels, os.stat(file).st_size, image.nbytes, file)  # noqa: PTH116 (of thousands)
    return [image]

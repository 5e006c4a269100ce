"""Formats whose files fabio reads without noticing that the end is missing."""

import os
import subprocess
import sys
from typing import IO, Any

import numpy as np
from fabio.kcdimage import KcdImage
from fabio.mar345image import Mar345Image
from fabio.mpaimage import MpaImage

from beamio.errors import UnreadableError
from beamio.formats.images.listening import damaged
from beamio.formats.images.stored import Stored
from beamio.formats.images.stream import opened
from beamio.model import Array

_MPA_DATA = (b"[DATA", b"[CDAT")
_KCD_ITEMSIZE, _KCD_WORDS = 2, b"Binned mode"


def mar345_images(file: str) -> list[Stored]:
    """Return the image of a MAR345 file; only the header is read."""
    reader = Mar345Image()
    reader.readheader(file)
    if "compressed" not in reader.header["Format"]:
        raise UnreadableError(
            f"{file}: the pixels are a spiral, which nothing here decodes", place=file
        )
    shape = tuple(reader.shape)
    return [Stored(file, 0, shape, np.dtype("u4"), reader.header, "mar345")]


_DECODE = """
import sys
import numpy
from fabio.compression import decPCK
from fabio.mar345image import Mar345Image
from beamio.formats.images.stream import opened
reader = Mar345Image()
reader.readheader(sys.argv[1])
with opened(sys.argv[1]) as stream:
    raw = stream.read()
rows, columns = reader.shape
one, other = (
    decPCK(raw + fill * (rows * columns * 5), columns, rows, reader.numhigh,
           byteorder=reader.byteorder)
    for fill in (bytes(1), bytes([255]))
)
if not numpy.array_equal(one, other):
    sys.exit("packed pixels are missing")
sys.stdout.buffer.write(numpy.ascontiguousarray(one, "<u4").tobytes())
"""


def decode_packed(image: Stored) -> Array:
    """Return the pixels of a MAR345 file.

    Packed pixels have no length and no checksum: where they are all there, what follows
    them does not matter. They are decoded in another process, since fabio's decoder
    writes outside of its memory where they are damaged.
    """
    done = subprocess.run(  # noqa: S603 (this interpreter, and a file's name)
        [sys.executable, "-c", _DECODE, os.path.abspath(image.file)],  # noqa: PTH100 (a string)
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    if done.returncode or len(done.stdout) != image.nbytes:
        lines = done.stderr.decode(errors="replace").split("\n")
        said = next((line for line in lines if line.startswith("packed")), "")
        raise damaged(image.place, said or "the packed pixels do not decode")
    return np.frombuffer(done.stdout, "<u4").reshape(image.shape)


def check_end(file: str, reader: Any) -> None:
    """Raise an error if fabio would look for pixels that are not there.

    Parameters
    ----------
    reader
        fabio's object for files of this sort.
    """
    if isinstance(reader, MpaImage):
        with opened(file) as stream:
            if not any(line.startswith(_MPA_DATA) for line in stream):
                # fabio would go on for ever.
                raise ValueError("there is no [DATA or [CDAT section")
    elif isinstance(reader, KcdImage):
        _check_kcd(file)


def _check_kcd(file: str) -> None:
    """Raise `DamagedFileError` if the pixels would begin in the header.

    fabio takes them from the end of the file, wherever that is.
    """
    with opened(file) as stream:
        header = _header_length(stream)
        have = stream.seek(0, os.SEEK_END) - header
    reader = KcdImage()
    reader.readheader(file)
    shape = [int(reader.header[f"{axis} dimension"]) for axis in "XY"]
    readouts = int(reader.header.get("Number of readouts", 1))
    needed = shape[0] * shape[1] * readouts * _KCD_ITEMSIZE
    if have < needed:
        raise damaged(file, f"{have:,} of {needed:,} bytes of pixels are there")


def _header_length(stream: IO[bytes]) -> int:
    length = len(stream.readline())
    for line in stream:
        if not line.isascii() or (b"=" not in line and line.strip() != _KCD_WORDS):
            break
        length += len(line)
    return length

"""Where the pixels of an image lie in a file, and in which code."""

import os
from dataclasses import dataclass
from typing import Literal

from beamio.errors import DamagedFileError

Code = Literal["", "deflate", "bzip2", "byte offset"]
Wrapping = Literal["", "gzip", "bzip2"]

_WRAPPINGS: dict[str, Wrapping] = {".gz": "gzip", ".bz2": "bzip2"}


@dataclass(frozen=True, slots=True)
class Pixels:
    """The bytes of one image in a file."""

    file: str
    """May be another than that of the header."""
    parts: tuple[tuple[int, int], ...]
    """Length and offset of what has to be joined, in bytes."""
    code: Code = ""
    """How the joined bytes are encoded; `deflate` with the frame of zlib or gzip."""
    md5: str = ""
    """The digest of the joined bytes, in base 64, if the header has it."""

    @property
    def wrapping(self) -> Wrapping:
        """How the whole file is compressed; offsets count what it is made of."""
        return wrapping_of(self.file)

    @property
    def is_direct(self) -> bool:
        """Whether the engine finds them in the file, and can decode them."""
        return self.code in {"", "byte offset"} and not self.wrapping

    @property
    def nbytes(self) -> int:
        """Bytes of the parts."""
        return sum(length for length, _ in self.parts)


def wrapping_of(file: str) -> Wrapping:
    """Return how the whole of a file is compressed, which its name says.

    Examples
    --------
    >>> wrapping_of("a.edf.gz"), wrapping_of("a.edf")
    ('gzip', '')
    """
    return _WRAPPINGS.get(os.path.splitext(file)[1], "")  # noqa: PTH122 (of thousands of files)


def check_there(pixels: Pixels, size: int, nbytes: int, place: str) -> None:
    """Raise `DamagedFileError` unless a file can hold all of an image.

    Parameters
    ----------
    size
        Bytes of the file.
    nbytes
        Bytes of the image in memory.
    """
    end = max((length + offset for length, offset in pixels.parts), default=0)
    if not pixels.wrapping and end > size:
        there = max(pixels.nbytes - (end - size), 0)
        raise _cut(place, pixels.nbytes, there)
    most = size * _MOST[pixels.wrapping] if pixels.wrapping else pixels.nbytes
    if nbytes > most * _MOST[pixels.code]:
        raise _cut(place, nbytes, most)


def check_credible(size: int, nbytes: int, place: str) -> None:
    """Raise `DamagedFileError` if a file is too small for pixels that others decode."""
    if nbytes > size * _MOST["bzip2"]:
        raise _cut(place, nbytes, size)


_MOST = {"": 1, "byte offset": 8, "gzip": 1040, "deflate": 1040, "bzip2": 1 << 16}
"""So many bytes come of one, at most."""


def _cut(place: str, announced: int, there: int) -> DamagedFileError:
    return DamagedFileError(
        f"{place}: is cut short: {announced:,} bytes of pixels are announced, "
        f"{there:,} are there; copy the file again",
        place=place,
    )

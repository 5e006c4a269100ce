"""The bytes of a file, whether it is compressed as a whole or not."""

import bz2
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from beamio.errors import DamagedFileError, UnreadableError
from beamio.formats.images.pixels import wrapping_of

_BLOCK = 1 << 20


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Give a file to read what it holds.

    Raises
    ------
    UnreadableError
        If it can't be opened.
    """
    try:
        stream = _open(path)
    except OSError as error:
        raise UnreadableError(f"{path}: can't be read ({error})", place=path) from error
    with stream:
        yield stream


def _open(path: str) -> Any:
    wrapping = wrapping_of(path)
    if wrapping == "gzip":
        return gzip.open(path, "rb")
    return bz2.open(path, "rb") if wrapping == "bzip2" else Path(path).open("rb")


def read_part(stream: IO[bytes], length: int, offset: int, place: str) -> bytes:
    """Return bytes of a file, all of them.

    Raises
    ------
    DamagedFileError
        If they are not all there.
    """
    stream.seek(offset)
    data = stream.read(length)
    if len(data) < length:
        raise DamagedFileError(
            f"{place}: is cut short: {length:,} bytes are announced, {len(data):,} are "
            "there; copy the file again",
            place=place,
        )
    return data


def drain(stream: IO[bytes]) -> None:
    """Read on to the end of a compressed file, where its checksum is."""
    while isinstance(stream, gzip.GzipFile | bz2.BZ2File) and stream.read(_BLOCK):
        pass

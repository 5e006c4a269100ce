"""The first bytes of an HDF5 file, read without libhdf5, which may refuse the file.

https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html (superblock)
"""

import os
import struct
from dataclasses import dataclass

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LONGEST = 96
"""Bytes of a superblock, at most."""
_NEW = 2
"""The first version of the short form."""
_MARKED = 3
"""The version that notes who has the file open."""
_WRITING, _SWMR = 0x01, 0x04
_LAST = 3


@dataclass(frozen=True, slots=True)
class Superblock:
    """What the first bytes tell of the file as a whole."""

    version: int
    start: int
    """Bytes before it: of the user block."""
    end: int
    """Where the file ends, as noted when it was last flushed."""
    is_open: bool
    """Whether it is marked as being written."""
    is_swmr: bool
    """Whether it is marked as being written in SWMR mode."""


def read_superblock(path: str) -> Superblock | None:
    """Return the superblock of a file; None if there is none that makes sense.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "a.h5"
    >>> h5py.File(path, "w").close()
    >>> block = read_superblock(path)
    >>> block.version, block.end == path.stat().st_size, block.is_open
    (0, True, False)
    """
    with open(path, "rb") as file:  # noqa: PTH123 (any bytes)
        size = os.fstat(file.fileno()).st_size
        place = 0
        while place < size:
            file.seek(place)
            head = file.read(_LONGEST)
            if head.startswith(_SIGNATURE):
                return _parsed(head, place)
            place = max(512, 2 * place)
    return None


def _parsed(head: bytes, place: int) -> Superblock | None:
    try:
        version = head[8]
        if version > _LAST:
            return None
        is_new = version >= _NEW
        width = head[9] if is_new else head[13]
        first = 12 if is_new else 24 + 4 * version
        flags = head[11] if version >= _MARKED else 0
        letter = {2: "H", 4: "I", 8: "Q"}[width]
        (end,) = struct.unpack_from(f"<{letter}", head, first + 2 * width)
    except (IndexError, KeyError, struct.error):
        return None
    return Superblock(
        version, place, int(end), bool(flags & _WRITING), bool(flags & _SWMR)
    )

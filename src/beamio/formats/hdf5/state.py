"""Whether a file has changed since something was learnt of it."""

import os
from typing import NamedTuple

from beamio.errors import BusyFileError
from beamio.formats.hdf5.storage import Storage


class FileState(NamedTuple):
    """What changes when a file is written, or replaced by another."""

    device: int
    inode: int
    changed: int
    size: int


def state_of(descriptor: int) -> FileState:
    """Return the state of an open file."""
    found = os.fstat(descriptor)
    return FileState(found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)


def steady_state(storage: Storage) -> FileState | None:
    """Return the state of a file that nobody may change; None of others."""
    if not storage.is_steady or storage.descriptor is None:
        return None
    try:
        return state_of(storage.descriptor)
    except OSError:  # it was closed
        return None


def being_written(place: str) -> BusyFileError:
    """Return the error to show when a file has changed under its reader."""
    return BusyFileError(
        f"{place}: is being written by another program, and what was read does not "
        "fit together; wait for it to finish, or let it write in SWMR mode",
        place=place,
    )

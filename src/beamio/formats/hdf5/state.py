"""Whether a file has changed since something was learnt of it."""

import os
from typing import Any, NamedTuple

import h5py

from beamio.errors import BusyFileError


class FileState(NamedTuple):
    """What changes when a file is written, or replaced by another."""

    device: int
    inode: int
    changed: int
    size: int


def state_of(file: int | str) -> FileState:
    """Return the state of a file, by its descriptor or path."""
    found = os.stat(file)  # noqa: PTH116 (a descriptor, too)
    return FileState(found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)


def state_of_file(dataset: Any) -> FileState:
    """Return the state of the file of a dataset."""
    return state_of(h5py.h5i.get_file_id(dataset.id).get_vfd_handle())


def being_written(place: str) -> BusyFileError:
    """Return the error to show when a file has changed under its reader."""
    return BusyFileError(
        f"{place}: is being written by another program, and what was read does not "
        "fit together; wait for it to finish, or let it write in SWMR mode",
        place=place,
    )

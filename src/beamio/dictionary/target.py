"""The group that is written to, in a new file, a changed copy, or an open file."""

import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import h5py
from h5py import h5l

from beamio.dictionary.keys import encoded
from beamio.engine.output import as_output_error, check_space, completed_file
from beamio.errors import (
    BeamioError,
    BusyFileError,
    OptionError,
    OutputError,
    OutputExistsError,
)
from beamio.formats.hdf5 import File, new_file
from beamio.formats.hdf5.change import changing
from beamio.formats.hdf5.locks import described, holders
from beamio.formats.hdf5.opening import reason

SMALL = 64 << 20
"""Bytes of a file up to which a copy of it is changed, and takes its place."""

Fill = Callable[[Any], None]
"""Writes into an open file."""


def fill_target(path: Path, fill: Fill, *, nbytes: int = 0) -> None:
    """Let `fill` write into a file, so that it is changed as a whole or not at all.

    A new file gets its name when it is complete. A file of at most `SMALL` bytes is
    copied, the copy is changed and takes its place. A larger one, one with several
    names and one of another user is changed where it lies, if there is room for the
    `nbytes` of values that are written.

    Raises
    ------
    BusyFileError
        If another program is writing the file.
    OutputError
        If it could not be written; `DiskFullError` if the disk is full.
    """
    try:
        if not path.exists():
            with new_file(path, track_order=True) as file:
                fill(file)
            return
        _check_writable(path)
        if _may_be_replaced(path):
            _change_copy(path, fill)
        else:
            check_space(path, nbytes)  # libhdf5 does not survive a disk that fills up
            with File(path, "r+") as file:
                fill(file)
    except OSError as error:
        if isinstance(error, BeamioError):
            raise
        if error.errno is not None:
            raise as_output_error(error, path) from error
        raise OutputError(
            f"{path}: could not be written ({reason(str(error))})", place=str(path)
        ) from error


def _check_writable(path: Path) -> None:
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OutputError(f"{path}: is no file; name another", place=str(path))
    anyone = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    if not mode & anyone or not os.access(path, os.W_OK):
        raise OutputError(
            f"{path}: is read-only; allow writing with chmod u+w, or name another file",
            place=str(path),
        )


def _may_be_replaced(path: Path) -> bool:
    """Tell whether another file may take the place of this one."""
    status = path.stat()
    return (
        status.st_size <= SMALL
        and status.st_nlink == 1
        and status.st_uid == os.geteuid()
        and os.access(path.resolve().parent, os.W_OK | os.X_OK)
    )


def _change_copy(path: Path, fill: Fill) -> None:
    with _held(path), completed_file(path, overwrite=True) as part:
        shutil.copyfile(path, part)
        shutil.copymode(path, part)
        with changing(part, path) as file:
            fill(file)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep other programs from writing a file; readers are not in the way."""
    if os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() in {"FALSE", "0"}:
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with _unless_locked(path):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _unless_locked(path: Path) -> Iterator[None]:
    """Say in one line that a file is locked; a file system without locks is well."""
    try:
        yield
    except BlockingIOError as error:
        mine = os.getpid() in holders(str(path))
        who = "is open for writing in this program; give the open file instead"
        if not mine:
            other = described(holders(str(path)))
            who = f"is being written by another program{other}; wait for it to finish"
        raise BusyFileError(f"{path}: {who}", place=str(path)) from error
    except OSError:
        return


def existing_group(file: Any, path: str, name: str) -> Any:
    """Return the group of a path, None if there is none yet.

    Raises
    ------
    OptionError
        If there is something on the way that is no group.
    """
    here = file
    for part in filter(None, path.split("/")):
        if not here.id.links.exists(encoded(part)):
            return None
        link = here.id.links.get_info(encoded(part)).type
        here = None if link == h5l.TYPE_EXTERNAL else here.get(part)
        if not isinstance(here, h5py.Group):
            place = f"{name}::{path}"
            raise OptionError(
                f"{place}: {part!r} is no group, or a link to nowhere or to another "
                "file; name another path",
                place=place,
            )
    return here


def check_new(file: Any, path: str, name: str) -> None:
    """Make sure that there is nothing under a path that is to be created.

    Raises
    ------
    OutputExistsError
        If there is something.
    """
    there = None
    with suppress(OptionError):
        there = existing_group(file, path, name)
    if there is not None and (path != "/" or len(there) or len(there.attrs)):
        place = name if path == "/" else f"{name}::{path}"
        raise OutputExistsError(
            f'{place}: exists already; give another name, or mode="add", "modify" '
            'or "replace"',
            place=place,
        )

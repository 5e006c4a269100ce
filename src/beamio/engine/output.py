"""Files that appear under their name only when they are complete and on the disk."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from beamio.errors import (
    BeamioError,
    DiskFullError,
    OptionError,
    OutputError,
    OutputExistsError,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ABANDONED_AFTER = 24 * 3600
"""Seconds without a write after which a part is dead where there are no locks."""


def check_output(
    path: str | Path, *, overwrite: bool = False, inputs: Iterable[str | Path] = ()
) -> None:
    """Make sure, before any work is done, that `path` may be written.

    Parameters
    ----------
    path
        The output's final name.
    overwrite
        Whether an existing file may be replaced.
    inputs
        Files that are read; none of them may be the output.

    Raises
    ------
    OptionError
        If `path` is one of the inputs.
    OutputExistsError
        If it exists and `overwrite` is not set.
    OutputError
        If it is a folder, or its own folder is missing or can't be written.
    """
    place = str(path)
    if not place or "\0" in place:
        raise OptionError(f"{place!r} is no name for an output", place=place)
    path = Path(path)
    if path.exists() and any(
        Path(file).exists() and path.samefile(file) for file in inputs
    ):
        raise OptionError(
            f"{path}: the output would replace the input; give another name",
            place=place,
        )
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file in it", place=place)
    if path.exists() and not path.is_file():
        raise OutputError(
            f"{path}: is a device, not a file; give another name", place=place
        )
    if not path.parent.is_dir():
        raise OutputError(
            f"{path}: the folder {path.parent} does not exist; make it first",
            place=place,
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise OutputError(
            f"{path}: no permission to write in the folder {path.parent}", place=place
        )
    if os.path.lexists(path) and not overwrite:
        raise OutputExistsError(
            f"{path}: exists already; give another name or --overwrite", place=place
        )


def check_space(path: str | Path, nbytes: int) -> None:
    """Raise `DiskFullError` unless `nbytes` fit on the disk that `path` is to be on."""
    try:
        free = shutil.disk_usage(Path(path).parent).free
    except OSError:  # not told here; a full disk will be noticed when it is written
        return
    if free < nbytes:
        raise DiskFullError(
            f"{path}: needs {nbytes / 1e6:,.1f} MB, {free / 1e6:,.1f} MB are free; "
            "it was not written. Make room, choose another folder, or a compression",
            place=str(path),
        )


@contextmanager
def file_series(paths: Iterable[str | Path]) -> Iterator[None]:
    """Do once what `completed_file` does for each of many files in a folder.

    What killed runs left behind is removed first; the folder is synced at the end,
    whatever happens in between. The files are written with ``in_series=True``.
    """
    files = [Path(path) for path in paths]
    remove_leftovers(*files)
    try:
        yield
    finally:
        for folder in {file.parent for file in files}:
            with suppress(OSError):
                _sync(folder)


@contextmanager
def completed_file(
    path: str | Path, *, overwrite: bool = False, in_series: bool = False
) -> Iterator[Path]:
    """Give a hidden name beside `path`; what is written there gets its name at the end.

    When the block ends well, the file is synced to the disk, named `path`, and
    its folder synced. When it ends in any other way, the file is removed.
    What a killed run left behind for the same `path` is removed first. With
    `in_series`, the folder is left to a `file_series`.

    Raises
    ------
    OutputError
        As `check_output`; `DiskFullError` if the disk fills up.
    """
    path = Path(path)
    check_output(path, overwrite=overwrite)
    if path.is_symlink():  # the file that it points to is the one to replace
        path, in_series = path.resolve(), False
    if not in_series:
        remove_leftovers(path)
    part, descriptor = _new_part(path)
    try:
        yield part
        try:
            _sync(part)
            _give_name(part, path, overwrite=overwrite)
            if not in_series:
                _sync(path.parent)
        except OSError as error:
            raise as_output_error(error, path) from error
    except OSError as error:
        if error.errno in _FULL:
            raise as_output_error(error, path) from error
        raise
    finally:
        with suppress(OSError):
            part.unlink()
        os.close(descriptor)


def as_output_error(error: OSError, path: str | Path) -> OSError:
    """Return the error to show when writing `path` met `error`."""
    if isinstance(error, BeamioError) or error.errno is None:
        return error
    if error.errno in _FULL:
        return DiskFullError(
            f"{path}: the disk is full or the quota is used up; it was not written. "
            "Make room, choose another folder, or a compression",
            place=str(path),
        )
    return OutputError(
        f"{path}: could not be written: {os.strerror(error.errno)}", place=str(path)
    )


def _part_prefix(path: Path) -> str:
    # A digest, since a name may already be as long as the file system allows.
    return f".beamio-{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]}-"


def _new_part(path: Path) -> tuple[Path, int]:
    """Make an empty file of a new name beside `path`, and hold a lock on it.

    The lock tells other runs, on other machines too, that its writer is alive.
    """
    while True:
        part = path.with_name(f"{_part_prefix(path)}{secrets.token_hex(6)}.part")
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        except OSError as error:
            raise as_output_error(error, path) from error
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if part.exists():  # not taken for a leftover before it was locked
            return part, descriptor
        os.close(descriptor)


def remove_leftovers(*paths: Path) -> None:
    """Remove the parts of files whose writers are dead; each folder is listed once."""
    prefixes: dict[Path, set[str]] = {}
    for path in paths:
        prefixes.setdefault(path.parent, set()).add(_part_prefix(path))
    for folder, wanted in prefixes.items():
        with suppress(OSError):
            for name in os.listdir(folder):  # noqa: PTH208 (thousands of names)
                if name.endswith(".part") and name.rpartition("-")[0] + "-" in wanted:
                    with suppress(OSError):
                        if _abandoned(folder / name):
                            (folder / name).unlink()


def _abandoned(part: Path) -> bool:
    descriptor = os.open(part, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks here
        return time.time() - part.stat().st_mtime > _ABANDONED_AFTER
    finally:
        os.close(descriptor)
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give_name(part: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        part.replace(path)
        return
    try:
        # Unlike a rename, a link never replaces what another program has
        # written under that name in the meantime.
        path.hardlink_to(part)
    except FileExistsError:
        raise OutputExistsError(
            f"{path}: was made by another program meanwhile; nothing was replaced",
            place=str(path),
        ) from None
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}:
            raise
        part.replace(path)  # a file system without hard links

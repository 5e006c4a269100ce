"""Open an HDF5 file so that no writer is hurt, and say why where it can't be opened.

A reader takes no lock: it would keep a writer from starting. A writer locks, and
looks for the locks of others before it empties a file, which libhdf5 does not.
"""

import inspect
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EAGAIN, EEXIST, ENOENT
from pathlib import Path
from typing import Any, TypeVar

import h5py

from beamio.errors import (
    BusyFileError,
    DamagedFileError,
    MissingFileError,
    OutputExistsError,
    UnknownFormatError,
)
from beamio.formats.hdf5.locks import check_unlocked, described, holders

Opened = TypeVar("Opened")
Opener = Callable[..., Opened]

_SIGNATURE = inspect.signature(h5py.File)
_PATIENCE = 1.0
"""Seconds to wait for a file that is being changed."""
_RECENT = 2.0
"""Seconds after its last change in which a file is taken to be being written."""


def opened(
    opener: Opener[Opened], name: Any, mode: str = "r", *args: Any, **options: Any
) -> Opened:
    """Return what `opener` gives, `h5py.File` or a function that takes the same.

    Drivers, file-like objects and open files are passed through. Reading is tried
    again for a second while another program changes the file, and in SWMR mode
    if it is being written so.

    Raises
    ------
    MissingFileError
        If there is no such file, or no folder to make it in.
    OutputExistsError
        If it exists and must not.
    UnknownFormatError
        If it is not HDF5.
    DamagedFileError
        If it is cut short, or its structure can't be read.
    BusyFileError
        If another program is writing it.
    """
    import hdf5plugin  # noqa: F401 (registers the filters that detectors use)

    return _opened(opener, name, mode, *args, **options)


def open_structure(path: str) -> Any:
    """Return an open `h5py.File` to look at, sooner than one to read values from.

    The filters that detectors use are not there for it. The errors are as `opened`.
    """
    return _opened(h5py.File, path)


def _opened(
    opener: Opener[Opened], name: Any, mode: str = "r", *args: Any, **options: Any
) -> Opened:
    given = _SIGNATURE.bind(name, mode, *args, **options).arguments
    if not isinstance(name, str | bytes | os.PathLike) or given.get("driver"):
        return opener(name, mode, *args, **options)
    path = os.fsdecode(name)

    def attempt(**changed: Any) -> Opened:
        bound = inspect.BoundArguments(_SIGNATURE, {**given, **changed})
        return opener(*bound.args, **bound.kwargs)

    if mode == "r":
        return _patiently(lambda: _read(attempt, given), path)
    if mode == "w" and given.get("locking") not in {False, "false"}:
        check_unlocked(path)
    try:
        return attempt()
    except OSError as error:
        raise _why_not(path, error) from None


def _patiently(read: Callable[[], Opened], path: str) -> Opened:
    """Return what `read` gives, called again while the file may be changing."""
    deadline = time.monotonic() + _PATIENCE
    first = _state(path)
    pause = 0.01
    while True:
        try:
            return read()
        except OSError as error:
            patient = time.monotonic() + pause < deadline
            if not (patient and error.errno is None and _may_change(path)):
                busy = bool(_others(path, writing=True)) or _state(path) != first
                raise _why_not(path, error, busy=busy) from None
        time.sleep(pause)
        pause *= 2


def _read(attempt: Opener[Opened], given: dict[str, Any]) -> Opened:
    """Return the file opened for reading, in SWMR mode if it is written so."""
    asked = given.get("locking")
    lockings = [False, "best-effort", True] if asked is None else [asked]
    try:
        return _in_one_way(attempt, lockings)
    except OSError as error:
        if _is_marked(error) and not given.get("swmr"):
            with suppress(OSError):
                return _in_one_way(attempt, lockings, swmr=True)
        raise


def _in_one_way(attempt: Opener[Opened], lockings: list[Any], **mode: Any) -> Opened:
    """Return the file opened with the first locking that libhdf5 allows.

    It wants the same one each time while this process has the file open.
    """
    for locking in lockings[:-1]:
        try:
            return attempt(locking=locking, **mode)
        except OSError as error:
            if "flag values don't match" not in str(error):
                raise
    return attempt(locking=lockings[-1], **mode)


def _is_marked(error: OSError) -> bool:
    """Tell whether the file is marked as open for writing."""
    return "already open for write" in str(error) or "SWMR" in str(error)


def _state(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 (bytes that are no text, too)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _may_change(path: str) -> bool:
    """Tell whether another program may be writing a file that will be HDF5."""
    try:
        with Path(path).open("rb") as file:
            start = file.read(8)
            age = time.time() - os.fstat(file.fileno()).st_mtime
    except OSError:
        return False
    if any(start) and not h5py.is_hdf5(path):
        return False
    return age < _RECENT or bool(_others(path, writing=True))


def _others(path: str, *, writing: bool = False) -> set[int]:
    """Return the other processes that hold a lock on a file."""
    return holders(path, writing=writing) - {os.getpid()}


def _why_not(path: str, error: OSError, *, busy: bool = False) -> OSError:
    """Return the error to show when a file could not be opened."""
    if error.errno:
        made = _by_number(path, error.errno)
    else:
        made = _by_text(path, str(error), busy=busy)
    if made is None:
        return error
    made.errno, made.filename, made.__cause__ = error.errno, path, error
    return made


def _by_number(path: str, number: int) -> OSError | None:
    if number == ENOENT:
        folder = Path(path).parent
        there = "there is no such file" if folder.is_dir() else f"{folder} is no folder"
        return MissingFileError(f"{path}: {there}", place=path)
    if number == EEXIST:
        return OutputExistsError(f"{path}: exists already", place=path)
    if number == EAGAIN:
        who = described(_others(path))
        return BusyFileError(
            f"{path}: is open in another program{who}; wait for it to finish",
            place=path,
        )
    return None


def _by_text(path: str, text: str, *, busy: bool) -> OSError | None:
    if busy:
        who = described(_others(path, writing=True))
        return BusyFileError(
            f"{path}: is being written by another program{who}; "
            "wait for it to finish, or let it write in SWMR mode",
            place=path,
        )
    if "already open for write" in text or "SWMR" in text:
        return BusyFileError(
            f"{path}: is being written by another program, or its writer died; "
            "wait for it to finish, or clear the mark with h5clear -s --increment=0",
            place=path,
        )
    if "signature not found" in text:
        return UnknownFormatError(f"{path}: is not an HDF5 file", place=path)
    if cut := re.search(r"truncated file: eof = (\d+).*stored_eof = (\d+)", text):
        base = int(found[1]) if (found := re.search(r"base_addr = (\d+)", text)) else 0
        return DamagedFileError(
            f"{path}: is cut short: {int(cut[1]) - base:,} of {int(cut[2]):,} bytes "
            "are there; copy the file again",
            place=path,
        )
    if "already open" in text or "values don't match" in text or "create file" in text:
        return None  # what is wrong lies in this process
    return damaged_structure(path, text)


def damaged_structure(path: str, error: object) -> DamagedFileError:
    """Return the error to show when the structure of a file could not be read."""
    if isinstance(error, DamagedFileError):
        return error
    return DamagedFileError(
        f"{path}: the HDF5 structure can't be read ({reason(str(error))}); "
        f"the file has {Path(path).stat().st_size:,} bytes: compare with the original",
        place=path,
    )


def reason(text: str) -> str:
    """Return what libhdf5 says in brackets, on one line.

    Examples
    --------
    >>> reason("Unable to open file (truncated file)")
    'truncated file'
    """
    found = re.search(r"\((.*)\)\s*$", text, re.DOTALL)
    return " ".join((found[1] if found else text).split())

"""Open an HDF5 file for reading, and say in one line why that can't be done."""

import re
from pathlib import Path
from typing import Any

import h5py

from beamio.errors import (
    DamagedFileError,
    MissingFilterError,
    MissingPathError,
    UnknownFormatError,
    UnreadableError,
)
from beamio.formats.frames import natural_order


def open_file(path: str) -> Any:
    """Return an open `h5py.File`; no lock is taken, so a writer is never hindered.

    Raises
    ------
    UnknownFormatError
        If the file is not HDF5.
    DamagedFileError
        If it is cut short, or its structure can't be read.
    UnreadableError
        If another program is writing it.
    """
    import hdf5plugin  # noqa: F401 (registers the filters that detectors use)

    if not h5py.is_hdf5(path):
        raise UnknownFormatError(f"{path}: is not an HDF5 file", place=path)
    try:
        return h5py.File(path, "r", locking=False)
    except OSError as error:
        raise _why_not(path, error) from error


def _why_not(path: str, error: OSError) -> UnreadableError:
    text = str(error)
    if cut := re.search(r"truncated file: eof = (\d+).*stored_eof = (\d+)", text):
        base = int(found[1]) if (found := re.search(r"base_addr = (\d+)", text)) else 0
        return DamagedFileError(
            f"{path}: is cut short: {int(cut[1]) - base:,} of {int(cut[2]):,} bytes "
            "are there; copy the file again",
            place=path,
        )
    if "already open for write" in text or "SWMR" in text:
        return UnreadableError(
            f"{path}: is being written by another program, or its writer died; "
            "wait for it to finish, or clear the mark with h5clear -s --increment=0",
            place=path,
        )
    return damaged_structure(path, error)


def _reason(text: str) -> str:
    """Return what libhdf5 says in brackets, on one line."""
    found = re.search(r"\((.*)\)\s*$", text, re.DOTALL)
    return " ".join((found[1] if found else text).split())


def names(group: Any) -> list[str]:
    """Return the names in an HDF5 group, counted as people do.

    Raises
    ------
    DamagedFileError
        If the group can't be read.
    """
    try:
        found = [name for name in group if isinstance(name, str)]
    except (KeyError, RuntimeError, OSError) as error:
        raise damaged_structure(str(group.file.filename), error) from error
    return sorted(found, key=natural_order)


def member(group: Any, name: str) -> Any | None:
    """Return what lies under a name in a group; None if a link leads nowhere."""
    try:
        return group.get(name)
    except (KeyError, RuntimeError, OSError):  # a cycle of links, a damaged target
        return None


def existing(group: Any, name: str) -> Any:
    """Return what lies under a name that a group has.

    Raises
    ------
    MissingPathError
        If it is a link that leads nowhere.
    """
    found = member(group, name)
    if found is None:
        place = f"{group.file.filename}::{group.name.rstrip('/')}/{name}"
        raise MissingPathError(f"{place}: is a link that leads nowhere", place=place)
    return found


def damaged_structure(path: str, error: Exception) -> DamagedFileError:
    """Return the error to show when the structure of a file could not be read."""
    return DamagedFileError(
        f"{path}: the HDF5 structure can't be read ({_reason(str(error))}); "
        f"the file has {Path(path).stat().st_size:,} bytes: compare with the original",
        place=path,
    )


def unreadable_data(dataset: Any, place: str, error: Exception) -> UnreadableError:
    """Return the error to show when the data at `place` could not be read."""
    properties = dataset.id.get_create_plist()
    for index in range(properties.get_nfilters()):
        number, _, _, name = properties.get_filter(index)
        if not h5py.h5z.filter_avail(number):
            named = name.decode(errors="replace") or "one without a name"
            return MissingFilterError(
                f"{place}: is compressed with HDF5 filter {number} ({named}), which is "
                "not installed; find its plugin and set HDF5_PLUGIN_PATH",
                place=place,
            )
    return DamagedFileError(
        f"{place}: the data can't be read ({_reason(str(error))})", place=place
    )

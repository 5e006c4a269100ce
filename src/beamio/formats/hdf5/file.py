"""Open an HDF5 file for reading, and say in one line why that can't be done."""

from typing import Any

import h5py
from h5py import File  # at once, since a caller may put another in its place

from beamio.errors import (
    DamagedFileError,
    MissingFilterError,
    MissingPathError,
    UnreadableError,
)
from beamio.formats.confinement import forget_refusal, refusal
from beamio.formats.hdf5.opening import damaged_structure, opened, reason
from beamio.view import natural_order


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
    return opened(File, path)


def place_of(item: Any) -> str:
    """Return what messages call an HDF5 object, ``file::/path``."""
    return f"{item.file.filename}::{item.name}"


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
    OutsideError
        If it leads where this process may not look.
    """
    forget_refusal()
    found = member(group, name)
    if found is None:
        if (refused := refusal()) is not None:
            raise refused
        place = f"{group.file.filename}::{group.name.rstrip('/')}/{name}"
        raise MissingPathError(f"{place}: is a link that leads nowhere", place=place)
    return found


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
        f"{place}: the data can't be read ({reason(str(error))})", place=place
    )

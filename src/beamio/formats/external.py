"""External links that must not be followed: to open a pipe waits for its writer."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py

from beamio.formats.confinement import check_allowed


def is_followed(group: Any, name: str) -> bool:
    """Tell whether a member may be opened: it is no link to what is no regular file."""
    link = group.get(name, getlink=True)
    if not isinstance(link, h5py.ExternalLink):
        return True
    found = linked_file(group, link)
    return found is None or found.is_file()


def linked_file(group: Any, link: h5py.ExternalLink) -> Path | None:
    """Return the file that a link names, beside its own or from here; None if gone.

    Raises
    ------
    OutsideError
        If this process may not open it.
    """
    parent = os.fsdecode(group.file.filename)
    for place in (Path(parent).parent / link.filename, Path(link.filename)):
        check_allowed(place, parent)
        with suppress(OSError, ValueError):  # a name too long, or with a null byte
            if place.exists():
                return place
    return None


def followed(group: Any, name: str) -> Any | None:
    """Return what lies under a name, or a path; None if there is nothing to follow."""
    try:
        return group.get(name) if is_followed(group, name) else None
    except (KeyError, RuntimeError, OSError, TypeError, ValueError):
        return None

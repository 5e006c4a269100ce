"""Say why a member of a group can't be opened: what is missing, and where."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py

from beamio.errors import MissingPathError, OutsideError, nearest
from beamio.formats.confinement import check_allowed, refusal
from beamio.formats.hdf5.opening import reason

_MANY = 1000
_REFUSED = "traversal callback"
"""What libhdf5 names where we did not follow a link for it."""


NOT_THERE = (KeyError, UnicodeDecodeError)
"""What h5py raises if nothing has a name; the latter if the name is no UTF-8."""


def leads_nowhere(error: Exception) -> bool:
    """Whether h5py says that nothing has a name, or that its link is in a cycle."""
    return isinstance(error, NOT_THERE) or "too many links" in str(error)


def missing_member(group: Any, name: object, error: Exception) -> Exception:
    """Return the error to show when `group` has no member `name`, as h5py says."""
    if not isinstance(name, str | bytes):
        return error
    if _REFUSED in str(error) and (refused := refusal()) is not None:
        return refused
    path = os.fsdecode(name)
    base = "" if path.startswith("/") else str(group.name or "")
    place = f"{group.file.filename}::{base.rstrip('/')}/{path.strip('/')}"
    try:
        why = _why(group, path, error)
    except OutsideError as refused:
        return refused
    except (OSError, RuntimeError, ValueError):  # a damaged group on the way
        why = reason(str(error.args[0]))
    return MissingPathError(f"{place}: {why}", place=place)


def _why(group: Any, path: str, error: Exception) -> str:
    """Follow a path as far as it goes."""
    here = group.file if path.startswith("/") else group
    for part in filter(None, path.split("/")):
        link = here.get(part, getlink=True) if _has_link(here, part) else None
        if link is None:
            where = f"{here.name} has" if here.name else "there is"
            return f"{where} no {part!r}{nearest(part, _some_names(here))}"
        found = None
        with suppress(RuntimeError):  # of a cycle of links
            found = here.get(part)
        if found is None:
            return _broken(here, link, error)
        if not isinstance(found, h5py.Group):
            return f"{found.name} is no group"
        here = found
    return reason(str(error.args[0])) if error.args else "can't be opened"


def _has_link(group: Any, name: str) -> bool:
    try:
        group.id.links.get_info(name.encode("utf-8", "surrogateescape"))
    except (*NOT_THERE, RuntimeError, OSError):
        return False
    return True


def _some_names(group: Any) -> list[str]:
    """Return the names in a group; none of a large one, which takes long."""
    if len(group) > _MANY:
        return []
    return [name for name in group if isinstance(name, str)]


def _broken(group: Any, link: Any, error: Exception) -> str:
    if isinstance(link, h5py.SoftLink):
        is_cycle = "too many links" in str(error)
        told = "leads back to it" if is_cycle else "is not there"
        return f"is a link to {link.path}, which {told}"
    if isinstance(link, h5py.ExternalLink):
        parent, name = group.file.filename, link.filename
        found, first = find_place(parent, name, "HDF5_EXT_PREFIX")
        if found is None or not found.is_file():
            return (
                f"is a link to {link.filename}::{link.path}; the file is not there "
                f"(looked for {first}); bring it back, or run this where it is"
            )
        told = reason(str(error.args[0]))
        return f"is a link to {found}::{link.path}, which can't be opened ({told})"
    return reason(str(error.args[0]))


def find_place(
    parent: str, name: str, variable: str, prefix: str = ""
) -> tuple[Path | None, Path]:
    """Return the file that libhdf5 finds, None if there is none, and the first place.

    The parameters are those of `places`.

    Raises
    ------
    OutsideError
        If it would look where this process may not.
    """
    first = None
    for path in places(parent, name, variable, prefix):
        first = first or path
        check_allowed(path, parent)
        with suppress(OSError, ValueError):  # a name too long, or with a null byte
            if path.exists():
                return path, first
    return None, first or Path(name)


def places(parent: str, name: str, variable: str, prefix: str = "") -> Iterator[Path]:
    """Yield where libhdf5 looks for a file, in its order.

    Parameters
    ----------
    parent
        The file with the link to it, or the virtual dataset over it.
    name
        As it is written there.
    variable
        The environment variable with folders to look in first.
    prefix
        A further folder, after those.
    """
    folder = Path(parent).parent
    if Path(name).is_absolute():
        yield Path(name)
        name = Path(name).name
    for first in filter(None, (*os.environ.get(variable, "").split(":"), prefix)):
        yield Path(first.replace("${ORIGIN}", str(folder.absolute()))) / name
    yield folder / name
    yield Path(name)
    yield Path(parent).resolve().parent / name

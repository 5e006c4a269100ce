"""Where a link of an HDF5 file leads, and why if it leads nowhere."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from h5py import h5g, h5i, h5l, h5o

from beamio.errors import BeamioError, OutsideError
from beamio.formats.hdf5.links import find_place
from beamio.formats.hdf5.opening import open_structure, reason
from beamio.formats.hdf5.peek import Link
from beamio.model import Break, Item, Kind, LinkTarget

_KINDS = {
    h5o.TYPE_GROUP: Kind.GROUP,
    h5o.TYPE_DATASET: Kind.DATASET,
    h5o.TYPE_NAMED_DATATYPE: Kind.NAMED_TYPE,
}
_ERRORS = (KeyError, OSError, RuntimeError, ValueError)
_FILES = 8
"""Files that are gone through from link to link, at most."""

Why = tuple[Break, str]
MayOpen = Callable[[str], bool]
"""Tells whether a file may be opened that a link leads to."""


def anywhere(path: str) -> bool:  # noqa: ARG001 (one of many answers to `MayOpen`)
    """Allow every file."""
    return True


def link_item(
    group: Any, link: Link, path: str, file: Any, may_open: MayOpen = anywhere
) -> Item:
    """Return a soft or external link of an `h5py.h5g.GroupID`, and where it leads."""
    if link.kind not in {h5l.TYPE_SOFT, h5l.TYPE_EXTERNAL}:
        return Item(path, Kind.OTHER_LINK, problem=f"of type {link.kind}, not followed")
    value = group.links.get_val(link.name)
    if link.kind == h5l.TYPE_SOFT:
        target = LinkTarget(_text(value))
        found = _followed(group, link, target, file, may_open)
        return Item(path, Kind.SOFT_LINK, link=found)
    target = LinkTarget(_text(value[1]), _text(value[0]))
    found = _followed(group, link, target, file, may_open)
    return Item(path, Kind.EXTERNAL_LINK, link=found)


def _followed(
    group: Any, link: Link, target: LinkTarget, file: Any, may_open: MayOpen
) -> LinkTarget:
    filename = str(file.filename)
    why = _unreachable(filename, target.file, may_open)[1] if target.file else None
    if why is None:
        with suppress(*_ERRORS):
            kind = _KINDS.get(h5o.get_info(group, link.name).type)
            return LinkTarget(target.path, target.file, kind)
        name = link.name.decode("utf-8", "surrogateescape")
        above = _name_of(group)
        why = _why(file, [*above.split("/"), name], 0)
    return LinkTarget(target.path, target.file, None, *why)


def _name_of(group: Any) -> str:
    """Return a path of an open group."""
    return _text(h5i.get_name(group) or b"/")


def _unreachable(
    parent: str, name: str, may_open: MayOpen = anywhere
) -> tuple[Path | None, Why | None]:
    """Return the file that a link names, or why it can't be opened."""
    try:
        found, first = find_place(parent, name, "HDF5_EXT_PREFIX")
    except OutsideError as error:
        return None, (Break.OUTSIDE, str(error))
    if found is None:
        return None, (Break.NO_FILE, f"looked for {first}")
    if not found.is_file():  # to open a pipe would wait for its writer
        return None, (Break.NOT_OPEN, f"{found} is no regular file")
    if not may_open(str(found)):
        return None, (Break.OUTSIDE, f"{found} is outside of what was opened")
    return found, None


def _why(file: Any, parts: list[str], files: int) -> Why:
    """Follow a path, name by name, to where it ends."""
    rest = [part for part in reversed(parts) if part not in {"", "."}]
    here: list[str] = []
    followed: set[tuple[str, ...]] = set()
    while rest:
        name = rest.pop()
        place = "/" + "/".join(here)
        try:
            group = h5g.open(file.id, _bytes(place))
        except _ERRORS as error:
            return _no_group(file, place, error)
        try:
            kind = group.links.get_info(_bytes(name)).type
        except _ERRORS:
            hint = "; HDF5 knows no '..'" if name == ".." else ""
            return Break.NO_PATH, f"there is no {name} in {place}{hint}"
        here.append(name)
        if kind == h5l.TYPE_HARD:
            continue
        if tuple(here) in followed:
            return Break.CYCLE, f"leads back to {place.rstrip('/')}/{name}"
        followed.add(tuple(here))
        value = group.links.get_val(_bytes(name))
        if kind == h5l.TYPE_EXTERNAL:
            return _why_there(str(file.filename), value, rest, files)
        if kind != h5l.TYPE_SOFT:
            return Break.NOT_OPEN, f"{name} is a link of an unknown type"
        target = _text(value)
        here = [] if target.startswith("/") else here[:-1]
        rest += [part for part in reversed(target.split("/")) if part not in {"", "."}]
    return Break.NOT_OPEN, f"/{'/'.join(here)} is damaged"


def _no_group(file: Any, place: str, error: Exception) -> Why:
    with suppress(*_ERRORS):
        if h5o.get_info(file.id, _bytes(place)).type != h5o.TYPE_GROUP:
            return Break.NO_PATH, f"{place} is no group"
    return Break.NOT_OPEN, f"{place} can't be opened ({reason(str(error))})"


def _why_there(
    parent: str, value: tuple[bytes, bytes], rest: list[str], files: int
) -> Why:
    """Follow a path into another file."""
    if files == _FILES:
        return Break.CYCLE, f"leads through more than {_FILES} files"
    name, path = map(_text, value)
    found, why = _unreachable(parent, name)
    if found is None or why is not None:
        return why or (Break.NO_FILE, f"looked for {name}")
    try:
        with open_structure(str(found)) as other:
            cause, words = _why(other, [*path.split("/"), *reversed(rest)], files + 1)
    except (BeamioError, OSError) as error:
        return Break.NOT_OPEN, str(error)
    return cause, words if files else f"{words}, in {found}"


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

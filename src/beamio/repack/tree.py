"""Every object of an HDF5 file once, with the links that lead to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import h5py
from h5py import h5g, h5l, h5o

from beamio.formats.hdf5 import damaged_structure


class Kind(Enum):
    """What an object is."""

    GROUP = h5o.TYPE_GROUP
    DATASET = h5o.TYPE_DATASET
    NAMED_TYPE = h5o.TYPE_NAMED_DATATYPE


@dataclass(frozen=True, slots=True)
class Link:
    """A name in a group."""

    name: bytes
    kind: int
    """One of `h5py.h5l`'s TYPE_HARD, TYPE_SOFT, TYPE_EXTERNAL, or of a user's own."""
    charset: int
    address: int
    """Of the object, where the link is a hard one; else -1."""
    target: tuple[bytes, ...] = ()
    """Path, or file and path, where it is a soft or an external one."""


@dataclass(frozen=True, slots=True)
class Member:
    """An object of a file."""

    address: int
    path: bytes
    """One of its names from the root."""
    kind: Kind
    links: list[Link] = field(default_factory=list)
    """Those in a group, in the order in which they were made if it is known."""

    @property
    def name(self) -> str:
        """The path as text."""
        return self.path.decode("utf-8", "surrogateescape")


def walk(file: h5py.File) -> dict[int, Member]:
    """Return every object that links lead to, by address, groups before members.

    Raises
    ------
    DamagedFileError
        If a group can't be read.
    """
    root = h5g.open(file.id, b"/")
    first = Member(address_of(root), b"/", Kind.GROUP)
    members = {first.address: first}
    waiting = [first]
    while waiting:
        group = waiting.pop()
        try:
            new = list(_explore(file, group, members))
        except (KeyError, RuntimeError, OSError, ValueError) as error:
            raise damaged_structure(str(file.filename), error) from error
        waiting += [member for member in new if member.kind is Kind.GROUP]
    return members


def _explore(
    file: h5py.File, group: Member, members: dict[int, Member]
) -> Iterator[Member]:
    """Note the links of a group, and yield the objects that were not known."""
    here = h5o.open(file.id, group.path)
    group.links.extend(links_of(here))
    for link in group.links:
        if link.kind != h5l.TYPE_HARD or link.address in members:
            continue
        about = h5o.get_info(here, link.name)
        path = group.path.rstrip(b"/") + b"/" + link.name
        member = Member(int(about.addr), path, Kind(about.type))
        members[member.address] = member
        yield member


def links_of(group: Any) -> list[Link]:
    """Return the links of an `h5py.h5g.GroupID`, in the order in which they were made.

    They are in the order of their names where the file does not tell that.
    """
    found: list[tuple[int | None, Link]] = []

    def note(name: bytes, about: Any) -> None:  # which is another's a moment later
        order = int(about.corder) if about.corder_valid else None
        address = int(about.u) if about.type == h5l.TYPE_HARD else -1
        found.append((order, Link(name, int(about.type), int(about.cset), address)))

    group.links.iterate(note, info=True)
    if all(order is not None for order, _ in found):
        found.sort(key=lambda item: item[0] or 0)
    return [replace(link, target=_target(group, link)) for _, link in found]


def _target(group: Any, link: Link) -> tuple[bytes, ...]:
    if link.kind == h5l.TYPE_HARD:
        return ()
    value = group.links.get_val(link.name)
    return value if isinstance(value, tuple) else (value,)


def address_of(item: Any) -> int:
    """Return where the header of an object is, which tells it from all others."""
    return int(h5o.get_info(item).addr)

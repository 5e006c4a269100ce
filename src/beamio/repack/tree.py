"""Every object of an HDF5 file once, with the links that lead to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
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
    target: int | tuple[bytes, ...]
    """Address of the object, or path, or file and path."""


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
        if link.kind != h5l.TYPE_HARD or link.target in members:
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
    found: list[tuple[bytes, Any]] = []
    group.links.iterate(lambda name, about: found.append((name, about)), info=True)
    if all(about.corder_valid for _, about in found):
        found.sort(key=lambda item: int(item[1].corder))
    return [
        Link(name, about.type, about.cset, _target(group, name, about))
        for name, about in found
    ]


def _target(group: Any, name: bytes, about: Any) -> int | tuple[bytes, ...]:
    if about.type == h5l.TYPE_HARD:
        return int(about.u)
    value = group.links.get_val(name)
    return value if isinstance(value, tuple) else (value,)


def address_of(item: Any) -> int:
    """Return where the header of an object is, which tells it from all others."""
    return int(h5o.get_info(item).addr)

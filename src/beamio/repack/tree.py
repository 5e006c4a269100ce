"""Every object of HDF5 files once, with the links that lead to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import h5py
from h5py import h5l, h5o

from beamio.formats.hdf5 import damaged_structure

Address = tuple[int, int]
"""The number that libhdf5 gives an open file, and where in it an object's header is."""


NOWHERE: Address = (-1, -1)


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
    address: Address | None
    """Of the object, where the link is a hard one."""
    target: tuple[bytes, ...] = ()
    """Path, or file and path, where it is a soft or an external one."""


@dataclass(frozen=True, slots=True)
class Member:
    """An object of a file."""

    address: Address
    file: h5py.File | None
    """The file that it is in; None for a group that only the copy has."""
    path: bytes
    """One of its names from the root of that file."""
    place: bytes
    """One of its names in the copy, from the group that the copy is made in."""
    kind: Kind
    links: list[Link] = field(default_factory=list)
    """Those in a group, in the order in which they were made if it is known."""

    @property
    def name(self) -> str:
        """The path as text."""
        return self.path.decode("utf-8", "surrogateescape")

    @property
    def filename(self) -> str:
        """The name of its file; empty for a group that only the copy has."""
        return "" if self.file is None else str(self.file.filename)

    def open(self) -> Any:
        """Return the object, of one of `h5py.h5i`'s kinds."""
        if self.file is None:
            raise ValueError("there is no such group in a source")
        return h5o.open(self.file.id, self.path)


Members = dict[Address, Member]


def walk(file: h5py.File) -> Members:
    """Return every object that links lead to, by address, groups before members.

    Raises
    ------
    DamagedFileError
        If a group can't be read.
    """
    members: Members = {}
    explore(file, b"/", b".", members)
    return members


def explore(file: h5py.File, path: bytes, place: bytes, members: Members) -> Member:
    """Add an object, and all below it that hard links lead to; return it.

    Parameters
    ----------
    file, path
        Where it is.
    place
        Where it will be.
    members
        What is known already; the new ones are added.

    Raises
    ------
    DamagedFileError
        If a group can't be read.
    """
    about = h5o.get_info(h5o.open(file.id, path))
    address = int(about.fileno), int(about.addr)
    if address in members:
        return members[address]
    first = Member(address, file, path, place, Kind(about.type))
    members[address] = first
    waiting = [first] if first.kind is Kind.GROUP else []
    while waiting:
        group = waiting.pop()
        try:
            new = list(_explore(group, members))
        except (KeyError, RuntimeError, OSError, ValueError) as error:
            raise damaged_structure(str(file.filename), error) from error
        waiting += [member for member in new if member.kind is Kind.GROUP]
    return first


def _explore(group: Member, members: Members) -> Iterator[Member]:
    """Note the links of a group, and yield the objects that were not known."""
    here = group.open()
    group.links.extend(links_of(here))
    for link in group.links:
        if link.address is None or link.address in members:
            continue
        about = h5o.get_info(here, link.name)
        path = joined(group.path, link.name)
        place = joined(group.place, link.name)
        member = Member(link.address, group.file, path, place, Kind(about.type))
        members[member.address] = member
        yield member


def joined(path: bytes, name: bytes) -> bytes:
    """Return the path of what has a name in a group.

    Examples
    --------
    >>> joined(b"/", b"a"), joined(b"/a", b"b"), joined(b".", b"a")
    (b'/a', b'/a/b', b'a')
    """
    return name if path == b"." else path.rstrip(b"/") + b"/" + name


def links_of(group: Any) -> list[Link]:
    """Return the links of an `h5py.h5g.GroupID`, in the order in which they were made.

    They are in the order of their names where the file does not tell that.
    """
    found: list[tuple[int | None, Link]] = []
    number = int(h5o.get_info(group).fileno)

    def note(name: bytes, about: Any) -> None:  # which is another's a moment later
        order = int(about.corder) if about.corder_valid else None
        address = (number, int(about.u)) if about.type == h5l.TYPE_HARD else None
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


def address_of(item: Any) -> Address:
    """Return where the header of an object is, which tells it from all others."""
    about = h5o.get_info(item)
    return int(about.fileno), int(about.addr)

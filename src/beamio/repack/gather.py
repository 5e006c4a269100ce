"""Which objects of which files make up a copy, and what its links lead to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import h5py
from h5py import h5f, h5i, h5l, h5o, h5r, h5t

from beamio.errors import MissingPathError
from beamio.formats.hdf5.links import missing_member, places
from beamio.repack.names import FileNames, Naming
from beamio.repack.plan import renamed
from beamio.repack.tree import (
    NOWHERE,
    Address,
    Kind,
    Link,
    Member,
    Members,
    address_of,
    explore,
    joined,
)

LINKS = ("keep", "copy", "relative")
"""What may be done with links that lead by a name."""
_NAMINGS = {
    "keep": Naming.AS_WRITTEN,
    "copy": Naming.AS_WRITTEN,
    "relative": Naming.RELATIVE,
}

OpenOther = Callable[[str], h5py.File]


@dataclass(frozen=True, slots=True)
class Entry:
    """An object to be copied with all below it."""

    file: h5py.File
    path: bytes
    place: bytes
    """Where it will be, from the root of the copy; "." for the root itself."""


@dataclass(frozen=True, slots=True)
class LinkNote:
    """A link of the copy that does not lead where it did in its source."""

    place: str
    """Its path in the copy."""
    target: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place} -> {self.target}: {self.reason}"


@dataclass(slots=True)
class Gathered:
    """The objects of a copy."""

    members: Members = field(default_factory=dict)
    names: dict[int, FileNames] = field(default_factory=dict)
    """How names of other files are written, by libhdf5's number of the source."""
    notes: list[LinkNote] = field(default_factory=list)
    followed: int = 0
    """Links in whose place is what they lead to."""


class Gatherer:
    """Finds the objects below some entries, and what links lead to if asked.

    Every object is there once. A group that is reached by a link a second time
    becomes a soft link, so that no cycle of hard links arises that no source has.

    Parameters
    ----------
    entries
        What is copied.
    output
        The file that it is copied to.
    links
        One of `LINKS`.
    require
        Whether a link that leads nowhere is an error; it is kept and noted otherwise.
    open_other
        Opens a further file, the same one each time, until all is done.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        output: str,
        links: str,
        *,
        require: bool,
        open_other: OpenOther,
    ) -> None:
        self._entries = entries
        self._output = output
        self._naming = _NAMINGS[links]
        self._follows = links == "copy"
        self._require = require
        self._open_other = open_other
        self._whole = len(entries) == 1 and entries[0].place == b"."
        self._found = Gathered()
        self._members = self._found.members
        self._start: dict[Address, int] = {}
        """With which start an object was found; 0 for all the entries."""
        self._starts = 1
        self._queue: list[Member] = []
        self._groups: dict[bytes, Member] = {}
        """Those that only the copy has, by place."""

    def gather(self) -> Gathered:
        """Return all that there is to copy.

        Raises
        ------
        MissingPathError
            If a link leads nowhere, and that was to be an error.
        UnreadableError
            If a file can't be read.
        """
        if not self._whole:
            self._made(b".")
        for entry in self._entries:
            above, _, name = entry.place.rpartition(b"/")
            if not self._whole:
                group = self._made(above or b".")
            member = explore(entry.file, entry.path, entry.place, self._members)
            if not self._whole:
                _add(group, name, member.address)
        self._take_note(0)
        for member in self._queue:  # which grows
            links = [self._in_copy(member, link) for link in member.links]
            member.links[:] = links
        return self._found

    def _made(self, place: bytes) -> Member:
        """Return a group that only the copy has, made with those above it."""
        if place in self._groups:
            return self._groups[place]
        address = (NOWHERE[0] - 1, len(self._groups))
        path = _from_root(place)
        if place == b".":
            made = Member(address, None, path, place, Kind.GROUP)
        else:
            above, _, name = place.rpartition(b"/")
            group = self._made(above or b".")
            address = (NOWHERE[0] - 1, len(self._groups))
            made = Member(address, None, path, place, Kind.GROUP)
            _add(group, name, address)
        self._groups[place] = self._members[address] = made
        return made

    def _take_note(self, start: int) -> None:
        """Put the groups that were just found at the end of the queue."""
        new = list(self._members.values())[len(self._start) :]
        for member in new:
            self._start[member.address] = start
            if member.kind is Kind.GROUP and member.file is not None:
                self._queue.append(member)
            self._names(member)

    def _names(self, member: Member) -> FileNames | None:
        if member.file is None:
            return None
        number, file = member.address[0], member.file
        if number not in self._found.names:
            self._found.names[number] = FileNames(
                str(file.filename),
                self._output,
                self._naming,
                None if self._whole else lambda path: self._inside(file, path),
            )
        return self._found.names[number]

    def _inside(self, file: h5py.File, path: str) -> str | None:
        """Return the path in the copy of what a path in a source leads to."""
        address = _address_at(file, path.encode("utf-8", "surrogateescape"))
        found = None if address is None else self._members.get(address)
        return None if found is None else _text(_from_root(found.place))

    def _in_copy(self, group: Member, link: Link) -> Link:
        """Return a link as it is in the copy."""
        if link.address is not None:
            found = self._members[link.address]
            elsewhere = self._start[found.address] != self._start[group.address]
            return _soft(link, found) if _is_group(found) and elsewhere else link
        if link.kind not in {h5l.TYPE_SOFT, h5l.TYPE_EXTERNAL}:
            return link  # which the copier refuses
        return self._followed(group, link) if self._follows else self._kept(group, link)

    def _kept(self, group: Member, link: Link) -> Link:
        names = self._names(group)
        if names is None:
            return link
        if link.kind == h5l.TYPE_EXTERNAL:
            if names.breaks(_text(link.target[0]), "HDF5_EXT_PREFIX"):
                self._note(group, link, "its file is not found from the new folder")
            return renamed(link, names)
        (target,) = link.target
        if self._whole or not target.startswith(b"/"):
            return link
        there = self._mapped(group, target)
        if there is None and self._naming is Naming.RELATIVE:
            return self._into_source(group, link)
        if there is None:
            self._note(group, link, "leads to what is not copied")
            return link
        return replace(link, target=(there,))

    def _into_source(self, group: Member, link: Link) -> Link:
        """Return an external link that leads where an absolute soft one did."""
        names = self._names(group)
        if names is None:
            return link
        target = (names.own.encode("utf-8", "surrogateescape"), *link.target)
        return replace(link, kind=h5l.TYPE_EXTERNAL, target=target)

    def _mapped(self, group: Member, target: bytes) -> bytes | None:
        """Return the path in the copy for an absolute path in the source."""
        target = b"/" + target.strip(b"/")
        for entry in self._entries:
            base = entry.path.rstrip(b"/") + b"/"
            if entry.file is group.file and (target + b"/").startswith(base):
                rest = target[len(base) :]
                return _from_root(joined(entry.place, rest) if rest else entry.place)
        if group.file is None:
            return None
        there = self._inside(group.file, _text(target))
        return None if there is None else there.encode("utf-8", "surrogateescape")

    def _followed(self, group: Member, link: Link) -> Link:
        """Return a link to what another leads to, which joins the copy."""
        try:
            file, path = self._target(group, link)
        except MissingPathError as error:
            if self._require:
                raise
            told = error.message.partition(": ")[2]
            told = told.removeprefix(f"is a link to {_shown(link)}").lstrip(",; ")
            self._note(group, link, told.removeprefix("which "))
            return self._dangling(group, link)
        address = address_of(h5o.open(file.id, path))
        self._found.followed += 1
        if address in self._members:
            found = self._members[address]
            if _is_group(found):
                return _soft(link, found)
        else:
            explore(file, path, joined(group.place, link.name), self._members)
            self._take_note(self._starts)
            self._starts += 1
        return replace(link, kind=h5l.TYPE_HARD, address=address, target=())

    def _dangling(self, group: Member, link: Link) -> Link:
        if self._whole and group.file is self._entries[0].file:
            return link
        if link.kind != h5l.TYPE_SOFT or not link.target[0].startswith(b"/"):
            return link
        there = self._mapped(group, link.target[0])
        if there is not None:
            return replace(link, target=(there,))
        # As it is, it might lead to something else that the copy has there.
        return self._into_source(group, link)

    def _target(self, group: Member, link: Link) -> tuple[h5py.File, bytes]:
        """Return the file and the path of what a link leads to."""
        here = h5py.Group(group.open())
        try:
            if link.kind == h5l.TYPE_EXTERNAL:
                name, inside = link.target
                file = self._opened(str(here.file.filename), _text(name))
                return self._located(file, h5o.open(file.id, inside), inside)
            return self._located(group.file, h5o.open(here.id, link.name), link.name)
        except (KeyError, ValueError, RuntimeError) as error:
            told = KeyError(str(error))
            raise missing_member(here, link.name, told) from error

    def _opened(self, parent: str, name: str) -> h5py.File:
        for path in places(parent, name, "HDF5_EXT_PREFIX"):
            if path.is_file():
                return self._open_other(str(path))
        raise KeyError(name)

    def _located(
        self, file: h5py.File | None, item: Any, path: bytes
    ) -> tuple[h5py.File, bytes]:
        """Return the open file that an object is in, and a path of it there."""
        return located(file, item, path, self._open_other)

    def _note(self, group: Member, link: Link, reason: str) -> None:
        place = _text(_from_root(joined(group.place, link.name)))
        self._found.notes.append(LinkNote(place, _shown(link), reason))


def broken_names(gathered: Gathered) -> Iterator[LinkNote]:
    """Yield virtual datasets whose sources are not found from the copy's folder."""
    for member in gathered.members.values():
        if member.kind is not Kind.DATASET or member.file is None:
            continue
        dataset, names = h5py.Dataset(member.open()), gathered.names[member.address[0]]
        if not dataset.is_virtual:
            continue
        sources = {source.file_name for source in dataset.virtual_sources()} - {"."}
        broken = [n for n in sorted(sources) if names.breaks(n, "HDF5_VDS_PREFIX")]
        if broken:
            place = _text(_from_root(member.place))
            reason = "its file is not found from the new folder"
            yield LinkNote(place, broken[0], reason)


def located(
    file: h5py.File | None, item: Any, path: bytes, open_other: OpenOther
) -> tuple[h5py.File, bytes]:
    """Return the open file that an object is in, and a path of it there.

    Parameters
    ----------
    file, path
        Where it was opened; a link may have led to another file.
    item
        The object, of one of `h5py.h5i`'s kinds.
    open_other
        Opens another file.
    """
    address = address_of(item)
    if file is None or address_of(file.id)[0] != address[0]:
        file = open_other(_text(h5f.get_name(item)))
    inside = h5i.get_name(item) or path
    if _address_at(file, inside) != address:  # a name in the file it came from
        reference = h5r.create(item, b".", h5r.OBJECT)
        inside = h5r.get_name(reference, file.id) or path
    return file, inside


def _address_at(file: h5py.File, path: bytes) -> Address | None:
    try:
        return address_of(h5o.open(file.id, path))
    except (KeyError, RuntimeError, OSError, ValueError):
        return None


def same_file(path: str, other: str) -> bool:
    """Tell whether two names are of one file that is there."""
    one, two = Path(path), Path(other)
    return one.exists() and two.exists() and one.samefile(two)


def _add(group: Member, name: bytes, address: Address) -> None:
    group.links.append(Link(name, h5l.TYPE_HARD, h5t.CSET_UTF8, address))
    group.links.sort(key=lambda link: link.name)


def _is_group(member: Member) -> bool:
    return member.kind is Kind.GROUP


def _soft(link: Link, found: Member) -> Link:
    target = (_from_root(found.place),)
    return replace(link, kind=h5l.TYPE_SOFT, address=None, target=target)


def _from_root(place: bytes) -> bytes:
    return b"/" + (b"" if place == b"." else place)


def _shown(link: Link) -> str:
    return "::".join(map(_text, link.target))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")

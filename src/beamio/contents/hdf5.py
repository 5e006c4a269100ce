"""List an HDF5 file, with as few questions to libhdf5 as can be."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import h5py
from h5py import h5i, h5l, h5o

from beamio.contents.links import MayOpen, anywhere, link_item
from beamio.contents.place import Place
from beamio.contents.storage import outside_of, storage_of
from beamio.errors import MissingPathError
from beamio.formats.hdf5.links import leads_nowhere, missing_member
from beamio.formats.hdf5.opening import damaged_structure, open_structure, reason
from beamio.formats.hdf5.peek import Link, Peek, links_of
from beamio.formats.hdf5.quick import new_peeker
from beamio.model import Item, Kind
from beamio.view import natural_order

_KINDS = {
    h5o.TYPE_GROUP: Kind.GROUP,
    h5o.TYPE_DATASET: Kind.DATASET,
    h5o.TYPE_NAMED_DATATYPE: Kind.NAMED_TYPE,
}
_DAMAGE = (KeyError, OSError, RuntimeError, ValueError, TypeError)
"""What h5py raises where the structure of a file is damaged."""
_CACHE = 4 << 20
"""Bytes of a structure that libhdf5 keeps."""
_FIXED = 0


def walk_file(
    name: str, path: str | None, levels: int | None, *, details: bool
) -> Iterator[Item]:
    """Yield what lies under a path of an HDF5 file, as `contents` does."""
    file = open_structure(name)
    _bound_cache(file)
    try:
        yield from Walk(file, details=details).under(path or "/", levels)
    finally:
        file.close()


def walk_open(found: Any, levels: int | None, *, details: bool) -> Iterator[Item]:
    """Yield an object of an open HDF5 file, and what is in it, as `contents` does."""
    if found.name is None:
        raise MissingPathError("an object without a name has no place in its file")
    yield from Walk(found.file, details=details).under(found.name, levels)


def _bound_cache(file: Any) -> None:
    """Let libhdf5 keep little of a structure that is passed once.

    It would take 32 MB, and a tenth of the time to give them back.
    """
    config = file.id.get_mdc_config()
    config.set_initial_size = True
    config.initial_size = config.min_size = config.max_size = _CACHE
    config.incr_mode = config.decr_mode = _FIXED
    file.id.set_mdc_config(config)


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a group, as people count, and what it says of them."""

    links: list[tuple[str, Link]]
    default: str
    signal: str

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.links)


@dataclass(slots=True)
class _Level:
    """A group whose members are being listed."""

    group: Any
    prefix: str
    """What the path of each member begins with."""
    names: Iterator[tuple[str, Link]]
    left: int
    """How many are still to come."""
    default: str
    signal: str
    file: Any
    """The open `h5py.File` that it lies in."""

    def mark(self, name: str) -> str:
        """Return what the group says of a member."""
        if name == self.default:
            return "default"
        return "signal" if name == self.signal else ""


class Walk:
    """Lists one open `h5py.File`."""

    def __init__(
        self, file: Any, *, details: bool = False, may_open: MayOpen = anywhere
    ) -> None:
        self._file = file
        self._details = details
        self._may_open = may_open
        self._peeker = new_peeker((b"NX_class", b"default", b"signal"), (b"units",))
        self._seen: dict[int, str] = {}
        """Paths by address, of objects that have several names."""

    def under(self, path: str, levels: int | None) -> Iterator[Item]:
        """Yield what lies under a path, down to so many levels.

        Raises
        ------
        MissingPathError
            If there is nothing.
        DamagedFileError
            If what is there can't be read.
        """
        stack: list[_Level] = []
        item, level = self._first(path, levels)
        yield item
        while level is not None or stack:
            if level is not None:
                stack.append(level)
            here = stack[-1]
            name, link = next(here.names, ("", None))
            if link is None:
                stack.pop()
                level = None
                continue
            here.left -= 1
            goes_on = levels is None or len(stack) < levels
            item, level = self._member(here, name, link, len(stack), goes_on=goes_on)
            yield item

    def item(self, path: str) -> Item:
        """Return what lies under a path.

        Raises
        ------
        MissingPathError, DamagedFileError
            As `under` does.
        """
        return self._first(path, 0)[0]

    def level(self, path: str) -> Links:
        """Return the links of a group, sorted.

        Raises
        ------
        DamagedFileError
            If they can't be read.
        """
        try:
            peek = self._peeker.look(self._file.id, _bytes(path))
            links = sorted_by_name(links_of(peek.group))
        except _DAMAGE as error:
            raise damaged_structure(str(self._file.filename), error) from error
        nx_class, default, signal = peek.texts
        return Links(links, default, signal if nx_class == "NXdata" else "")

    def members(
        self, path: str, of: Links, links: Sequence[tuple[str, Link]]
    ) -> Iterator[Item]:
        """Yield some members of a group, by their links.

        A member that leads back to the group, or to one above it on this path, says so.
        """
        above = self._above(path)
        group = self._peeker.look(self._file.id, _bytes(path)).group
        prefix = path.rstrip("/") + "/"
        file = h5py.File(h5i.get_file_id(group))  # another one behind a link
        level = _Level(
            group, prefix, iter(links), len(links), of.default, of.signal, file
        )
        for name, link in links:
            level.left -= 1
            item, _ = self._member(level, name, link, 1, goes_on=False)
            if item.link is not None and item.link.kind is Kind.GROUP:
                item = _marked_as_cycle(item, group, link, above)
            yield item

    def _above(self, path: str) -> dict[tuple[Any, ...], str]:
        """Return a group and those above it, as this path names them."""
        above: dict[tuple[Any, ...], str] = {}
        steps = path.strip("/").split("/") if path.strip("/") else []
        for count in range(len(steps) + 1):
            name = "/" + "/".join(steps[:count])
            with suppress(*_DAMAGE):
                about = h5o.get_info(self._file.id, _bytes(name))
                above.setdefault(_identity(about), name)
                if about.fileno == self._file.id.fileno:
                    self._seen.setdefault(int(about.addr), name)
        return above

    def _first(self, path: str, levels: int | None) -> tuple[Item, _Level | None]:
        try:
            peek = self._peeker.look(self._file.id, _bytes(path))
        except _DAMAGE as error:
            if leads_nowhere(error):
                raise missing_member(self._file, path, error) from None
            raise damaged_structure(str(self._file.filename), error) from error
        self._seen[peek.address] = path
        return self._object(path, peek, Place(0, is_last=True), goes_on=levels != 0)

    def _member(
        self, here: _Level, name: str, link: Link, depth: int, *, goes_on: bool
    ) -> tuple[Item, _Level | None]:
        path = here.prefix + name
        place = Place(depth, not here.left, here.mark(name))
        try:
            if link.kind == h5l.TYPE_HARD:
                peek = self._peeker.look(here.group, link.name)
                return self._object(path, peek, place, goes_on=goes_on)
            item = link_item(here.group, link, path, here.file, self._may_open)
            return replace(item, **place._asdict()), None
        except _DAMAGE as error:
            why = reason(str(error))
            return Item(path, Kind.UNREADABLE, *place, problem=why), None

    def _object(
        self, path: str, peek: Peek, place: Place, *, goes_on: bool
    ) -> tuple[Item, _Level | None]:
        if peek.kind == h5o.TYPE_GROUP:
            return self._group(path, peek, place, goes_on=goes_on)
        item = Item(
            path,
            _KINDS.get(peek.kind, Kind.UNREADABLE),
            *place,
            type=peek.type,
            shape=peek.shape,
            maxshape=peek.maxshape,
            units=peek.texts[0] if peek.texts else "",
            attributes=peek.attributes,
            same_as=self._earlier(path, peek),
        )
        if peek.type is not None and (self._details or peek.is_elsewhere):
            item = self._with_storage(item)
        return item, None

    def _group(
        self, path: str, peek: Peek, place: Place, *, goes_on: bool
    ) -> tuple[Item, _Level | None]:
        """Return a group, and the way into it."""
        same_as, problem, members = self._earlier(path, peek), "", None
        nx_class, default, signal = peek.texts
        links = level = None
        try:
            if same_as or not goes_on:
                members = int(peek.group.get_num_objs())
            else:
                links = links_of(peek.group)
        except _DAMAGE as error:
            problem = reason(str(error))
        if links is not None:
            members = len(links)
            names = iter(sorted_by_name(links))
            signal = signal if nx_class == "NXdata" else ""
            prefix = path.rstrip("/") + "/"
            file = self._file
            level = _Level(peek.group, prefix, names, members, default, signal, file)
        item = Item(
            path,
            Kind.GROUP,
            *place,
            nx_class=nx_class,
            members=members,
            attributes=peek.attributes,
            same_as=same_as,
            is_cycle=bool(same_as) and path.startswith(same_as.rstrip("/") + "/"),
            problem=problem,
        )
        return item, level

    def _earlier(self, path: str, peek: Peek) -> str:
        """Return where an object came before; it is remembered if it comes again."""
        if peek.links > 1:
            earlier = self._seen.setdefault(peek.address, path)
        else:
            earlier = self._seen.get(peek.address, path)
        return "" if earlier == path else earlier

    def _with_storage(self, item: Item) -> Item:
        """Return a dataset with how it is stored, and what it needs from elsewhere."""
        dataset = h5o.open(self._file.id, _bytes(item.path))
        outside = outside_of(dataset, str(self._file.filename))
        if not self._details:
            return replace(item, outside=outside)
        return replace(item, outside=outside, storage=storage_of(dataset))


def sorted_by_name(links: list[Link]) -> list[tuple[str, Link]]:
    """Return links with their names as text, as people count."""
    named = [(link.name.decode("utf-8", "surrogateescape"), link) for link in links]
    named.sort(key=lambda pair: natural_order(pair[0]))
    return named


def _identity(about: Any) -> tuple[Any, ...]:
    """Return what tells an object from all others, of this file and of linked ones."""
    return about.fileno, int(about.addr)


def _marked_as_cycle(
    item: Item, group: Any, link: Link, above: dict[tuple[Any, ...], str]
) -> Item:
    """Return a link; one to a group that it lies in says so."""
    with suppress(*_DAMAGE):
        same = above.get(_identity(h5o.get_info(group, link.name)))
        if same is not None:
            return replace(item, is_cycle=True, same_as=same)
    return item


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")

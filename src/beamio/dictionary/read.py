"""A group of an HDF5 file as a dictionary."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import h5py
import numpy as np
from h5py import h5, h5d, h5g, h5l, h5o, h5p, h5s

from beamio.dictionary.attributes import (
    Raw,
    attribute_values,
    mark_in,
    raw_attributes,
    units_in,
)
from beamio.dictionary.keys import attribute_key, decoded, member_key
from beamio.dictionary.links import link_of
from beamio.dictionary.marks import UNITS
from beamio.dictionary.problems import Problems
from beamio.dictionary.restore import natural, restored
from beamio.dictionary.virtual import virtual_layout
from beamio.errors import BeamioError, DamagedFileError, OptionError, UnreadableError
from beamio.formats.hdf5 import Dataset, Group
from beamio.formats.hdf5.links import missing_member
from beamio.formats.hdf5.opening import reason

Tree = dict[Any, Any]
_HDF5_ERRORS = (KeyError, OSError, RuntimeError, ValueError, TypeError, MemoryError)
_CAN_TRACK = h5p.CRT_ORDER_TRACKED


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a file becomes a dictionary, and how."""

    asarray: bool = False
    attributes: bool | str = True
    links: str = "keep"
    virtual: str = "keep"
    depth: int | None = None
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.attributes not in {True, False, "tuples"}:
            raise OptionError(
                f'attributes= is True, False or "tuples", not {self.attributes!r}'
            )
        for name, value, known in (
            ("links", self.links, ("keep", "follow")),
            ("virtual", self.virtual, ("keep", "values")),
        ):
            if value not in known:
                raise OptionError(f"{name}= is {' or '.join(known)}, not {value!r}")
        if self.depth is not None and self.depth < 1:
            raise OptionError(f"depth= is 1 or more levels, not {self.depth}")

    def excludes(self, name: str) -> bool:
        """Tell whether a name matches one of the patterns to leave out."""
        return any(fnmatchcase(name, pattern) for pattern in self.exclude)

    def stops_at(self, level: int) -> bool:
        """Tell whether groups at a level are left out."""
        return self.depth is not None and level >= self.depth


@dataclass(frozen=True, slots=True)
class _Place:
    """A group on the way down."""

    id: Any
    path: str
    inside: dict[tuple[int, int], str]
    """The paths of this group and those above it, by their file and address."""
    level: int = 0


class HDF5Reader:
    """Reads groups in one way; what fails is told to `problems`."""

    def __init__(self, how: Reading, problems: Problems, root: Any) -> None:
        self.how = how
        self.problems = problems
        self.access = getattr(root, "access", None)
        self.file = str(root.file.filename)

    def read(self, group: Any) -> Any:
        """Return a group as a dictionary, or as the list that it was."""
        path = str(group.name)
        try:
            identifier = h5g.open(group.id, b".")  # that of a file is another
            place = _Place(identifier, path, {_identity(identifier): path})
        except _HDF5_ERRORS as error:
            at = f"{self.file}::{path}"
            raise DamagedFileError(
                f"{at}: the group can't be read ({reason(str(error))})", place=at
            ) from error
        tree: Tree = {}
        self._group(tree, place, "")
        return tree[""]

    def _group(self, tree: Tree, place: _Place, key: Any) -> None:
        """Put a group into a tree, under a key; if that is empty, at its root."""
        raw = raw_attributes(place.id)
        members = self._members(place)
        mark = mark_in(raw) if raw and not self.how.asarray else ""
        value = _items(members, mark) if mark in {"list", "tuple"} else members
        if value is members:
            value = {}
            if raw and self.how.attributes:
                self._attributes(value, "", raw, place.path)
            value.update(members)
        tree[key] = value
        if isinstance(value, list | tuple) and self.how.attributes:
            name = key[0] if isinstance(key, tuple) else key
            self._attributes(tree, name, raw, place.path)

    def _members(self, place: _Place) -> Tree:
        tree: Tree = {}
        for name, kind in self._links(place):
            text = decoded(name)
            if self.how.exclude and self.how.excludes(text):
                continue
            try:
                self._member(tree, place, (name, kind))
            except BeamioError as error:
                self.problems.meet(error)
            except _HDF5_ERRORS as error:
                self.problems.meet(self._unreadable(place, text, error), error)
        return tree

    def _links(self, place: _Place) -> list[tuple[bytes, int]]:
        """Return name and kind of each link, in the order of their making."""
        found: list[tuple[bytes, int]] = []

        def note(name: bytes, link: Any) -> None:
            found.append((name, link.type))

        order = place.id.get_create_plist().get_link_creation_order() & _CAN_TRACK
        index = h5.INDEX_CRT_ORDER if order else h5.INDEX_NAME
        try:
            place.id.links.iterate(note, info=True, idx_type=index)
        except _HDF5_ERRORS as error:
            at = f"{self.file}::{place.path}"
            self.problems.meet(
                DamagedFileError(
                    f"{at}: the group can't be read ({reason(str(error))})", place=at
                ),
                error,
            )
        return found

    def _member(self, tree: Tree, place: _Place, link: tuple[bytes, int]) -> None:
        name, kind = link
        text = decoded(name)
        key = member_key(text)
        if kind != h5l.TYPE_HARD and self.how.links == "keep":
            tree[key] = link_of(place.id, name, kind)
            return
        path = f"{place.path.rstrip('/')}/{text}"
        item = h5o.open(place.id, name)
        if isinstance(item, h5g.GroupID):
            self._subgroup(tree, place, (item, key, path), link)
        elif isinstance(item, h5d.DatasetID):
            raw = raw_attributes(item)
            mark = mark_in(raw) if raw and not self.how.asarray else ""
            value = self._dataset(item, mark, units_in(raw) if raw else None)
            tree[key] = value
            if raw and self.how.attributes:
                if mark.startswith("quantity") and hasattr(value, "units"):
                    raw.pop(UNITS, None)
                self._attributes(tree, text, raw, path)
        else:
            at = f"{self.file}::{path}"
            raise UnreadableError(
                f"{at}: is a named type, which a dictionary can't hold; "
                'leave it out with exclude= or errors="ignore"',
                place=at,
            )

    def _subgroup(
        self,
        tree: Tree,
        place: _Place,
        found: tuple[Any, Any, str],
        link: tuple[bytes, int],
    ) -> None:
        """Read a group, unless it is one of those that it lies in."""
        item, key, path = found
        name, kind = link
        identity = _identity(item)
        above = place.inside.get(identity)
        if above is not None:
            hard = kind == h5l.TYPE_HARD
            tree[key] = h5py.SoftLink(above) if hard else link_of(place.id, name, kind)
            return
        level = place.level + 1
        if self.how.stops_at(level):
            return
        inside = {**place.inside, identity: path}
        self._group(tree, _Place(item, path, inside, level), key)

    def _dataset(self, item: Any, mark: str, units: str | None) -> Any:
        data = self._data(item, mark)
        if self.how.asarray:
            return np.asarray(natural(data) if isinstance(data, np.ndarray) else data)
        if isinstance(data, h5py.VirtualLayout):
            return data
        return restored(data, mark, units)

    def _data(self, item: Any, mark: str) -> Any:
        """Return the data of a dataset; in few calls where it is a scalar."""
        space = item.get_space()
        extent = space.get_simple_extent_type()
        dtype = item.dtype
        if extent == h5s.NULL:
            return h5py.Empty(dtype)
        if extent == h5s.SCALAR and dtype.subdtype is None:
            array = np.zeros((), dtype)
            item.read(h5s.ALL, h5s.ALL, array)
            return array
        dataset = Dataset(item)
        if self.access is not None:
            dataset.access = self.access
        if self.how.virtual == "keep" and not mark and dataset.is_virtual:
            return virtual_layout(dataset)
        return np.asarray(dataset[()], None if dtype.hasobject else dtype.base)

    def _attributes(self, tree: Tree, name: str, raw: Raw, path: str) -> None:
        if self.how.asarray:
            values = {
                key: natural(value) if isinstance(value, np.ndarray) else value
                for key, value in raw.items()
            }
        else:
            values = attribute_values(raw)
        for attribute, value in values.items():
            if isinstance(value, BeamioError):
                at = f"{self.file}::{path}@{attribute}"
                self.problems.meet(UnreadableError(f"{at}: {value}", place=at))
            else:
                tree[attribute_key(name, attribute, self.how.attributes)] = value

    def _unreadable(self, place: _Place, name: str, error: Exception) -> BeamioError:
        at = f"{self.file}::{place.path.rstrip('/')}/{name}"
        if isinstance(error, KeyError):
            told = missing_member(Group(place.id), name, error)
            if isinstance(told, BeamioError):
                return told
        return UnreadableError(f"{at}: can't be read ({reason(str(error))})", place=at)


def _identity(item: Any) -> tuple[int, int]:
    information = h5o.get_info(item)
    return information.fileno, information.addr


def _items(tree: Tree, kind: str) -> Any:
    """Return the members of a group that was a list; the group if it no longer is."""
    names = [key for key in tree if isinstance(key, str) and "@" not in key]
    wanted = [str(index) for index in range(len(names))]
    if len(names) != len(tree) or set(names) != set(wanted):
        return tree
    items = [tree[name] for name in wanted]
    return tuple(items) if kind == "tuple" else items

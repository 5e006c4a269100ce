"""What is to be written, worked out from a dictionary before anything is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import h5py

from beamio.dictionary.form import Form, as_json, form
from beamio.dictionary.keys import Key, parsed
from beamio.dictionary.links import Link, link_to
from beamio.dictionary.marks import MARK, UNITS, is_mark
from beamio.dictionary.problems import Problems
from beamio.dictionary.units import is_quantity
from beamio.errors import BeamioError, OptionError
from beamio.view import printable

_DEEPEST = 100
"""Groups within groups: more is a mistake, and Python ends at a thousand calls."""
_SHOWN = 200
"""Letters of a path in a message."""
_COMPACT = 60_000
"""Bytes that an attribute may have where its object is of the old kind."""


@dataclass(slots=True)
class Node:
    """A member of a group to be."""

    content: Any = None
    """A `Form`, a dictionary of nodes by name, a link, a layout; None if only
    attributes are given, of a member that is there."""
    attributes: dict[str, Form] = field(default_factory=dict)
    kind: str = ""
    """Of a group with the items of a "list" or a "tuple"."""

    @property
    def is_group(self) -> bool:
        """Whether it is a group."""
        return isinstance(self.content, dict)

    @property
    def mark(self) -> str:
        """What its data alone don't tell."""
        return self.content.mark if isinstance(self.content, Form) else self.kind

    @property
    def needs_dense(self) -> bool:
        """Whether an attribute is too large for objects of the old kind."""
        return any(_nbytes(found) > _COMPACT for found in self.attributes.values())

    @property
    def nbytes(self) -> int:
        """How many bytes of values are in it and below it."""
        total = sum(map(_nbytes, self.attributes.values()))
        if isinstance(self.content, Form):
            total += _nbytes(self.content)
        elif isinstance(self.content, dict):
            total += sum(member.nbytes for member in self.content.values())
        return total


def _nbytes(found: Form) -> int:
    return 0 if isinstance(found.data, h5py.Empty) else int(found.data.nbytes)


def planned(
    tree: Mapping[Any, Any], problems: Problems, *, file: str = "", path: str = "/"
) -> Node:
    """Return the group that a dictionary is to be, whatever HDF5 can hold of it.

    Parameters
    ----------
    tree, problems
        The dictionary, and what becomes of its parts that can't be written.
    file, path
        Where it is to be written, for links.

    Raises
    ------
    OptionError
        If a key or a value can't be written, and problems are to be raised.
    """
    above = tuple(filter(None, path.split("/")))
    return _Planner(problems, file, above).group(tree, ())


class _Planner:
    """Walks a dictionary once; `above` are the groups that it is to lie in."""

    def __init__(self, problems: Problems, file: str, above: tuple[str, ...]) -> None:
        self.problems = problems
        self.file = file
        self.above = above
        self.inside: set[int] = set()

    def group(self, tree: Mapping[Any, Any], path: tuple[str, ...]) -> Node:
        node = Node({})
        with _Within(self, tree, path):
            attributes: list[tuple[Key, Any]] = []
            for key, value in tree.items():
                try:
                    found = parsed(key)
                    if found.attribute is not None:
                        attributes.append((found, value))
                    else:
                        self._member(node, found, value, path)
                except BeamioError as error:
                    self._meet(error, path, key)
            for found, value in attributes:
                try:
                    self._attribute(node, found, value)
                except BeamioError as error:
                    self._meet(error, path, f"{found.name}@{found.attribute}")
        return node

    def _meet(self, error: BeamioError, path: tuple[str, ...], key: Any) -> None:
        if error.place:  # it was placed deeper down
            self.problems.meet(error)
            return
        name = key if isinstance(key, str) else repr(key)
        place = _shown((*path, name))
        self.problems.meet(OptionError(f"{place}: {error}", place=place), error)

    def _member(self, node: Node, key: Key, value: Any, path: tuple[str, ...]) -> None:
        if key.name in node.content:
            raise OptionError("is given twice; one of the keys must go")
        if key.is_link:
            value = link_to(value, self.file, (*self.above, *path))
        node.content[key.name] = self._node(value, (*path, key.name))

    def _node(self, value: Any, path: tuple[str, ...]) -> Node:
        if isinstance(value, Mapping):
            return self.group(value, path)
        if isinstance(value, Link | h5py.VirtualLayout):
            return Node(value)
        found = form(value, nested=True)
        if found is None:
            return self._items(value, path)
        units = {UNITS: form(found.units)} if found.units else {}
        return Node(found, {name: made for name, made in units.items() if made})

    def _items(self, value: Any, path: tuple[str, ...]) -> Node:
        """Return a list whose items are members of a group."""
        node = Node({})
        with _Within(self, value, path):
            for index, item in enumerate(value):
                try:
                    node.content[str(index)] = self._node(item, (*path, str(index)))
                except BeamioError as error:
                    if self.problems.way != "raise":  # a list with a gap is no list
                        raise
                    self._meet(error, path, str(index))
        node.kind = "tuple" if isinstance(value, tuple) else "list"
        return node

    def _attribute(self, node: Node, key: Key, value: Any) -> None:
        name = key.attribute or ""
        if is_mark(name):
            raise OptionError(f"attributes named {MARK} are beamio's own")
        if key.name:
            node = node.content.setdefault(key.name, Node())
        if isinstance(node.content, Link):
            raise OptionError("a link has no attributes; give them to its target")
        found = _attribute_form(value)
        if name in node.attributes:
            raise OptionError("is given twice, or is that of a quantity")
        node.attributes[name] = found


class _Within:
    """Notes that a dictionary or a list is being walked, to find it in itself."""

    def __init__(self, planner: _Planner, value: Any, path: tuple[str, ...]) -> None:
        self.inside, self.number = planner.inside, id(value)
        if self.number in self.inside:
            raise OptionError("holds itself; use an h5py.SoftLink")
        if len(path) > _DEEPEST:
            raise OptionError(f"is nested deeper than {_DEEPEST} levels")

    def __enter__(self) -> None:
        self.inside.add(self.number)

    def __exit__(self, *_: object) -> None:
        self.inside.discard(self.number)


def _attribute_form(value: Any) -> Form:
    if isinstance(value, Mapping | Link) or is_quantity(value):
        return as_json(value)
    if isinstance(value, h5py.VirtualLayout):
        raise OptionError("an attribute can't be a virtual dataset")
    found = form(value)
    if found is None:  # never without nested=
        raise OptionError("can't be kept in an attribute")
    return found


def _shown(parts: tuple[str, ...]) -> str:
    text = printable("/".join(parts))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."

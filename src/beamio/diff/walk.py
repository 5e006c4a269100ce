"""Walk two trees side by side, and note where they are not alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

from beamio.diff.datasets import type_of
from beamio.diff.options import DiffOptions
from beamio.diff.report import Compared, Difference
from beamio.diff.sides import UNREADABLE, Side, in_order_of_names, kind_of, told

ROOT = "/"


@dataclass(slots=True)
class Walk:
    """Finds the objects that both sides have, and what only one has.

    Links are compared, and followed only if that is asked for. A pair of objects is
    entered once, whatever names lead to it, so that a cycle comes to an end.
    """

    sides: tuple[Side, Side]
    options: DiffOptions
    compared: Compared
    notes: list[Difference] = field(default_factory=list)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def pairs(self) -> Iterator[tuple[str, Any, Any]]:
        """Yield path, object of A and object of B, groups before their members."""
        waiting = [ROOT]
        while waiting:
            path = waiting.pop()
            found = self._opened(path)
            if found is None:
                continue
            yield (path, *found)
            if kind_of(found[0]) == "group":
                waiting += reversed(self._members(path))

    def _note(self, path: str, what: str, a: str = "", b: str = "") -> None:
        self.notes.append(Difference(path, what, a=a, b=b))

    def _members(self, path: str) -> list[str]:
        """Return the paths of what is in both of two groups and to be compared."""
        names = []
        for letter, side in zip("AB", self.sides, strict=True):
            try:
                names.append(set(side.names(path)))
            except UNREADABLE as error:
                self._note(path, "unreadable", **{letter.lower(): told(error)})
                return []
        found = []
        for name in in_order_of_names(names[0] | names[1]):
            below = f"{path.rstrip(ROOT)}/{name}"
            if self.options.ignores(below):
                continue
            if name in names[0] and name in names[1]:
                if self._is_entered(below):
                    found.append(below)
            else:
                index = 0 if name in names[0] else 1
                words = self._in_words(self.sides[index], below)
                where = {"ab"[index]: words}
                self._note(below, f"only in {'AB'[index]}", **where)
        return found

    def _in_words(self, side: Side, path: str) -> str:
        """Return what there is on one side."""
        try:
            link = side.link(path)
            if link:
                return link
            item = side.open(path)
            if kind_of(item) != "dataset":
                return kind_of(item)
            return described(item)
        except UNREADABLE as error:
            return f"can't be opened ({told(error)})"

    def _is_entered(self, path: str) -> bool:
        """Compare the links under a name; tell whether to compare what they lead to."""
        try:
            one, other = (side.link(path) for side in self.sides)
        except UNREADABLE as error:
            self._note(path, "unreadable", a=told(error))
            return False
        if not one and not other:
            return True
        self.compared.links += 1
        if self.options.follow:
            return self._leads_somewhere(path, one, other)
        if one != other:
            self._note(path, "link", one or "not a link", other or "not a link")
        return False

    def _leads_somewhere(self, path: str, one: str, other: str) -> bool:
        """Tell whether what two links lead to is there."""
        missing = []
        for side in self.sides:
            try:
                side.open(path)
                missing.append("")
            except UNREADABLE as error:
                missing.append(told(error))
        if all(missing):
            if one != other:
                self._note(path, "link", f"{one}, broken", f"{other}, broken")
            return False
        if any(missing):
            words = (link or "not a link" for link in (one, other))
            a, b = (
                f"{word}, broken" if gone else word
                for word, gone in zip(words, missing, strict=True)
            )
            self._note(path, "link", a, b)
            return False
        return True

    def _opened(self, path: str) -> tuple[Any, Any] | None:
        """Return the objects at a path, if they are of one kind and not known yet."""
        items: list[Any] = []
        key: tuple[object, ...] = ()
        for letter, side in zip("ab", self.sides, strict=True):
            try:
                items.append(side.open(path))
                key += side.identity(items[-1])
            except UNREADABLE as error:
                self._note(path, "unreadable", **{letter: told(error)})
                return None
        one, other = items
        if kind_of(one) != kind_of(other):
            words = (
                described(item) if kind_of(item) == "dataset" else kind_of(item)
                for item in items
            )
            self._note(path, "kind", *words)
            return None
        if key in self._seen:
            return None
        self._seen.add(key)
        return one, other


def described(dataset: Any) -> str:
    """Return shape and type of a dataset."""
    return f"{shape_words(dataset.shape)} {type_of(dataset)}"


def shape_words(shape: tuple[int, ...] | None) -> str:
    """Return a shape for people.

    Examples
    --------
    >>> shape_words((3, 4)), shape_words(()), shape_words(None)
    ('3 x 4', 'scalar', 'empty')
    """
    if shape is None:
        return "empty"
    return " x ".join(map(str, shape)) or "scalar"


def nbytes_of(dataset: Any) -> int:
    """Return the bytes of the values of a dataset, about."""
    kind = type_of(dataset)
    size = kind.hdf5.get_size() if kind.dtype is None else kind.dtype.itemsize
    return 0 if dataset.shape is None else prod(dataset.shape) * int(size)

"""A page of what a group holds: of many members, only those are looked at."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import h5py

from beamio.contents.hdf5 import Walk
from beamio.contents.links import MayOpen, anywhere
from beamio.contents.trees import item_of, members
from beamio.model import Item
from beamio.view import natural_order

_KEPT = 1_000_000
"""Names that are kept, at most, beside those of one group."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some members of a group."""

    group: Item
    total: int
    """How many members there are, of those that match."""
    items: list[Item]
    offset: int = 0
    """How many come before."""


@dataclass(frozen=True, slots=True)
class Around:
    """The page of a length on which a name is; the first if it is on none."""

    name: str
    length: int

    def slice(self, names: Iterable[str]) -> slice:
        """Return the part of sorted names.

        Examples
        --------
        >>> Around("d", 2).slice(["a", "b", "c", "d", "e"])
        slice(2, 4, None)
        """
        place = next((i for i, name in enumerate(names) if name == self.name), 0)
        start = place - place % self.length
        return slice(start, start + self.length)


class Names:
    """The sorted names in groups that were listed last, so that pages are quick.

    Examples
    --------
    >>> names = Names()
    >>> names.of("stamp of a file", "/entry", lambda: ["a", "b"])
    ['a', 'b']
    >>> names.of("stamp of a file", "/entry", list)
    ['a', 'b']
    """

    def __init__(self, most: int = _KEPT) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._most = most

    def of(self, stamp: Hashable, path: str, read: Callable[[], Any]) -> Any:
        """Return what is kept of a group in a file, or what `read` gives.

        Parameters
        ----------
        stamp
            What is another when the file is, or has changed.
        path
            Of the group.
        read
            Gives something with a length.
        """
        key = (stamp, path)
        if key not in self._kept:
            self._kept[key] = read()
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and self._number() > self._most:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _number(self) -> int:
        return sum(len(each) for each in self._kept.values())


Kept = Callable[[str, Callable[[], Any]], Any]
"""Gives what is known of the group under a path, or else what a function returns."""


def anew(path: str, read: Callable[[], Any]) -> Any:  # noqa: ARG001 (one of many `Kept`)
    """Return what `read` gives, each time."""
    return read()


def page(
    file: Any,
    path: str = "/",
    part: slice | Around = slice(1000),
    *,
    matching: str = "",
    kept: Kept = anew,
    may_open: MayOpen = anywhere,
) -> Page:
    """Return some of what a group of an open file holds, sorted as people count.

    Parameters
    ----------
    file
        A `beamio.File` or another `h5py.File`, or a tree as `open` gives it; or a
        group of one of them.
    path
        Of the group in it.
    part
        Which of its members, by their numbers, or the page with one of a name.
    matching
        Only those whose name holds this text, in any case.
    kept
        Gives the sorted names in a group that were read before, such as `Names.of`.
    may_open
        Tells whether a linked file may be opened to see what a link leads to.

    Raises
    ------
    MissingPathError
        If there is nothing under the path.
    DamagedFileError
        If the members can't be listed.

    Examples
    --------
    >>> with h5py.File(getfixture("tmp_path") / "scan.h5", "w") as file:
    ...     for number in range(12):
    ...         file[f"scan_{number}"] = number
    ...     found = page(file, part=slice(9, None))
    >>> found.total, [item.name for item in found.items]
    (12, ['scan_9', 'scan_10', 'scan_11'])
    """
    if not isinstance(file, h5py.HLObject):
        found = file if path in {"", "/"} else file[path]
        group = item_of(found)
        if group.members is None:
            return Page(group, 0, [])
        every = kept(path, lambda: sorted(found, key=natural_order))
        some = _matching(every, matching, str)
        part = part if isinstance(part, slice) else part.slice(some)
        return Page(group, len(some), list(members(found, some[part])), part.start or 0)
    walk = Walk(file.file, may_open=may_open)
    if path in {"", "/"}:
        path = file.name or path
    group = walk.item(path)
    if group.members is None:
        return Page(group, 0, [])
    level = kept(path, lambda: walk.level(path))
    links = _matching(level.links, matching, lambda pair: pair[0])
    if not isinstance(part, slice):
        part = part.slice(name for name, _ in links)
    items = list(walk.members(path, level, links[part]))
    return Page(group, len(links), items, part.start or 0)


def _matching(entries: list[Any], text: str, name: Callable[[Any], str]) -> list[Any]:
    wanted = text.casefold()
    if not wanted:
        return entries
    return [each for each in entries if wanted in name(each).casefold()]

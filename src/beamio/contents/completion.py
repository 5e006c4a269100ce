"""How a name of a file, or of what lies in one, may go on."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beamio.errors import BeamioError
from beamio.view import natural_order

_MOST = 500
"""Names that are offered; of more, what they begin with."""
_LARGEST = 256 << 20
"""Bytes of a file that is not HDF5: all of its headers, or lines, are gone through."""
_DAMAGE = (BeamioError, OSError, KeyError, RuntimeError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Completion:
    """A way in which a text may go on."""

    text: str
    """The whole of it."""
    goes_on: bool = False
    """Whether something may follow, as after a folder or a group."""


def completions(text: str) -> list[Completion]:
    """Return how the beginning of ``file::/path`` may go on.

    Only what the last name takes is read: one folder, or the names in one group.
    A file that can't be read has nothing in it.

    Parameters
    ----------
    text
        A beginning; ``~`` stands for the home folder.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> with h5py.File(path, "w") as file:
    ...     file["entry/angles"] = [0.0, 0.5]
    >>> [found.text for found in completions(f"{path}::/en")] == [f"{path}::/entry/"]
    True
    >>> completions(str(path)[:-2]) == [Completion(str(path))]
    True
    """
    end = text.rfind("::")
    while end > 0:
        file = os.path.expanduser(text[:end])  # noqa: PTH111 (keeps what it is given)
        if os.path.isfile(file):  # noqa: PTH113 (any bytes)
            return _inside(file, text, text[end + 2 :])
        end = text.rfind("::", 0, end)
    return _files(text)


def _files(text: str) -> list[Completion]:
    folder, start = os.path.split(text)
    try:
        with os.scandir(Path(folder or ".").expanduser()) as entries:
            kinds = {
                entry.name: entry.is_dir()
                for entry in entries
                if entry.name.startswith(start)
                and (start or not entry.name.startswith("."))
            }
    except (OSError, RuntimeError, ValueError):  # no home, a null byte
        return []
    return _told(text[: len(text) - len(start)], start, kinds, kinds.__getitem__)


def _inside(file: str, text: str, inside: str) -> list[Completion]:
    above, _, start = inside.rpartition("/")
    before = text[: len(text) - len(start)] if inside else f"{text}/"
    from beamio.formats.files import is_hdf5

    try:
        list_names = _of_hdf5 if is_hdf5(file) else _of_tree
        return list_names(file, above, before, start)
    except _DAMAGE:
        return []


def _of_hdf5(file: str, above: str, before: str, start: str) -> list[Completion]:
    from h5py import h5g, h5l

    from beamio.formats.hdf5.opening import open_structure
    from beamio.formats.hdf5.peek import links_of

    with open_structure(file) as opened:
        group = h5g.open(opened.id, os.fsencode(above or "/"))
        links = {os.fsdecode(link.name): link for link in links_of(group)}

        def may_go_on(name: str) -> bool:
            link = links[name]
            return link.kind != h5l.TYPE_EXTERNAL and _is_group(group, link.name)

        found = _told(before, start, links, may_go_on)
    outside = {
        before + name
        for name, link in links.items()
        if link.kind == h5l.TYPE_EXTERNAL  # which is not opened for this
    }
    return [
        Completion(each.text, goes_on=each.goes_on or each.text in outside)
        for each in found
    ]


def _is_group(group: Any, name: bytes) -> bool:
    from h5py import h5o

    try:
        return bool(h5o.get_info(group, name).type == h5o.TYPE_GROUP)
    except _DAMAGE:  # a link that leads nowhere
        return False


def _of_tree(file: str, above: str, before: str, start: str) -> list[Completion]:
    from beamio.formats.kinds import reader_of
    from beamio.formats.tree import Branch, TreeGroup

    if os.stat(file).st_size > _LARGEST:  # noqa: PTH116 (any bytes)
        return []
    with reader_of(file)(file) as tree:
        group = tree.find(above)
        if not isinstance(group, TreeGroup):
            return []
        return _told(
            before, start, group, lambda name: isinstance(group.entry(name), Branch)
        )


def _told(
    before: str, start: str, names: Iterable[str], may_go_on: Callable[[str], bool]
) -> list[Completion]:
    """Return the names that begin with `start`, as people count."""
    found = sorted((n for n in names if n.startswith(start)), key=natural_order)
    if len(found) > _MOST:
        return [Completion(before + name, goes_on=True) for name in _beginnings(found)]
    return [
        Completion(f"{before}{name}/", goes_on=True)
        if may_go_on(name)
        else Completion(before + name)
        for name in found
    ]


def _beginnings(names: list[str]) -> list[str]:
    """Return what many names begin with, as long as these are few."""
    length, kept = 0, [""]
    while True:
        length += 1
        longer = list(dict.fromkeys(name[:length] for name in names))
        if len(longer) > _MOST:
            return kept
        kept = longer

"""The two things that are compared, opened, with the paths and links in them."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from beamio.errors import BeamioError
from beamio.formats.hdf5.opening import reason
from beamio.formats.tree import TreeDataset, TreeGroup
from beamio.repack.tree import address_of
from beamio.view import natural_order

UNREADABLE = (OSError, RuntimeError, KeyError, TypeError, ValueError)
"""What h5py and beamio raise where something can't be read."""


def told(error: BaseException) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, BeamioError):
        return str(error)
    return reason(str(error.args[0] if error.args else error))


def kind_of(item: Any) -> str:
    """Return what an object is."""
    if isinstance(item, h5py.Group | TreeGroup):
        return "group"
    return "dataset" if isinstance(item, h5py.Dataset | TreeDataset) else "named type"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    root: Any
    """The group or dataset that is compared, open."""

    @property
    def above(self) -> str:
        """The path of the root in its file; empty for the file itself."""
        return str(self.root.name or "/").rstrip("/")

    def open(self, path: str) -> Any:
        """Return the object at a path from the root."""
        if path == "/":
            return self.root
        inside = path.lstrip("/")
        if isinstance(self.root, h5py.Group):
            return self.root[os.fsencode(inside)]
        return self.root[inside]

    def names(self, path: str) -> list[str]:
        """Return the names in a group."""
        group = self.open(path)
        return [name if isinstance(name, str) else os.fsdecode(name) for name in group]

    def link(self, path: str) -> str:
        """Return where a link leads, in words; nothing of a hard link.

        A target below the root is told from the root.
        """
        above, _, name = path.rpartition("/")
        group: Any = self.open(above or "/")
        target = _target(group, name)
        if target is None:
            return ""
        file = self._file(target[0]) if target[1:] else ""
        return f"link to {file}{self._mapped(target[-1])}" if target else "another link"

    def _mapped(self, target: Any) -> str:
        text = os.fsdecode(target)
        if self.above and (text == self.above or text.startswith(self.above + "/")):
            return text[len(self.above) :] or "/"
        return text

    def _file(self, name: Any) -> str:
        """Return the name of a file and "::"; nothing of the file itself."""
        text = os.fsdecode(name)
        own = Path(str(self.root.file.filename))
        with suppress(OSError, ValueError):
            if (own.parent / text).samefile(own):
                return ""
        return f"{text}::"

    def identity(self, item: Any) -> tuple[object, ...]:
        """Return what tells an object from all others."""
        if isinstance(item, h5py.HLObject):
            return address_of(item.id)
        return id(item.file), str(item.name)


def _target(group: Any, name: str) -> tuple[Any, ...] | None:
    """Return path, or file and path, of a link; None if it is a hard one.

    Nothing is known of links of other types.
    """
    if isinstance(group, TreeGroup):
        entry = group.entry(name)
        if not isinstance(entry, h5py.SoftLink | h5py.ExternalLink):
            return None
        file = getattr(entry, "filename", None)
        return (entry.path,) if file is None else (file, entry.path)
    links, key = group.id.links, os.fsencode(name)
    kind = links.get_info(key).type
    if kind == h5py.h5l.TYPE_HARD:
        return None
    if kind not in {h5py.h5l.TYPE_SOFT, h5py.h5l.TYPE_EXTERNAL}:
        return ()
    value = links.get_val(key)
    return value if isinstance(value, tuple) else (value,)


def in_order_of_names(names: set[str]) -> Iterator[str]:
    """Yield names as people count."""
    yield from sorted(names, key=natural_order)

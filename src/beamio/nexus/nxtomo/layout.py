"""Which group of a file is which part of an NXtomo, whatever its name."""

from typing import Any

import h5py

from beamio.formats.hdf5 import member, names
from beamio.nexus.nxtomo.fields import GROUPS, Field
from beamio.nexus.text import attribute, text

_DEFINITION = "nxtomo"


class Entry:
    """An NXentry or NXsubentry of a file."""

    def __init__(self, group: Any) -> None:
        self.group = group
        self._groups: dict[str, Any] = {"": group}

    @property
    def place(self) -> str:
        """What messages call it."""
        return f"{self.group.file.filename}::{self.group.name}"

    def part(self, path: str) -> Any | None:
        """Return the group that a path stands for: by its name, else by its class."""
        if path not in self._groups:
            above, _, name = path.rpartition("/")
            parent = self.part(above)
            self._groups[path] = None if parent is None else _child(parent, path, name)
        return self._groups[path]

    def item(self, path: str) -> Any | None:
        """Return the dataset under a path; None if there is none."""
        above, _, name = path.rpartition("/")
        group = self.part(above)
        found = None if group is None else member(group, name)
        return found if isinstance(found, h5py.Dataset) else None

    def first(self, field: Field) -> Any | None:
        """Return the dataset of a field, where it is written or may be."""
        found = map(self.item, (field.path, *field.also))
        return next((item for item in found if item is not None), None)

    def text(self, field: Field) -> str:
        """Return the text of a field; empty where there is none."""
        item = self.first(field)
        return "" if item is None or item.shape is None else text(item[()]).strip()


def _child(parent: Any, path: str, name: str) -> Any | None:
    found = member(parent, name)
    wanted = GROUPS.get(path)
    if isinstance(found, h5py.Group):
        return found
    others = [
        group
        for other in names(parent)
        if isinstance(group := member(parent, other), h5py.Group)
        and attribute(group, "NX_class") == wanted
    ]
    with_keys = [group for group in others if "image_key" in group]
    return next(iter(with_keys or others), None)


def nxtomo_entries(file: Any) -> list[Any]:
    """Return the groups of a file that are NXtomo, those that say so first."""
    groups = list(_entries(file))
    named = [group for group in groups if _says_so(group)]
    if named:
        return named
    keys = "instrument/detector"
    return [
        group
        for group in groups
        if (detector := Entry(group).part(keys)) is not None and "image_key" in detector
    ]


def _entries(file: Any) -> Any:
    """Yield the groups that may be entries: those of the root, and of these."""
    for name in names(file):
        group = member(file, name)
        if not isinstance(group, h5py.Group):
            continue
        yield group
        if attribute(group, "NX_class") != "NXentry":
            continue
        for inner in names(group):
            found = member(group, inner)
            if attribute(found, "NX_class") == "NXsubentry":
                yield found


def _says_so(group: Any) -> bool:
    if attribute(group, "definition").lower() == _DEFINITION:
        return True
    item = member(group, "definition")
    if not isinstance(item, h5py.Dataset) or item.shape is None:
        return False
    return text(item[()]).strip().lower() == _DEFINITION

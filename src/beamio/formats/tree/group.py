"""A group of a tree, and the tree itself."""

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any

import h5py

from beamio.errors import MissingPathError
from beamio.formats.tree.branch import Branch, Entry
from beamio.formats.tree.dataset import TreeDataset
from beamio.formats.tree.node import Home, Node


class TreeGroup(Node, Mapping[str, Any]):
    """A group of a file that is not HDF5, with the manners of an `h5py.Group`.

    Raises
    ------
    MissingPathError
        If there is nothing of that name, or a link leads nowhere.
    """

    def __init__(self, name: str, file: Home | None, branch: Branch) -> None:
        super().__init__(name, file, branch.attrs)
        self._branch = branch

    def __getitem__(self, path: str) -> Any:
        """Return what lies under a path, from this group or, with a slash, the root."""
        return self.file.find(joined(self._name, path))

    def get(
        self,
        name: str,
        default: Any = None,
        getclass: bool = False,
        getlink: bool = False,
    ) -> Any:
        """Return what lies under a name, its class or its link, as h5py does."""
        if getlink:
            entry = self._entry_at(name)
            if entry is None:
                return default
            is_link = isinstance(entry, h5py.SoftLink | h5py.ExternalLink)
            link: Any = entry if is_link else h5py.HardLink()
            return type(link) if getclass else link
        try:
            found = self[name]
        except MissingPathError:
            return default
        if not getclass:
            return found
        return h5py.Dataset if isinstance(found, TreeDataset) else h5py.Group

    def entry(self, name: str) -> Entry | None:
        """Return what was said of the member of a name; None if there is none."""
        members = self._branch.members
        return members[name] if name in members else None  # noqa: SIM401 (lazy)

    def _entry_at(self, path: str) -> Entry | None:
        above, _, last = joined(self._name, path.rstrip("/")).rpartition("/")
        parent = self.file.get(above or "/")
        return parent.entry(last) if isinstance(parent, TreeGroup) else None

    def __contains__(self, path: object) -> bool:
        # A link that leads nowhere is there, as in h5py.
        return isinstance(path, str) and (
            not path.strip("/.") or self._entry_at(path) is not None
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._branch.members)

    def __len__(self) -> int:
        return len(self._branch.members)

    def keys(self) -> KeysView[str]:
        """Return the names of the members."""
        return KeysView(self)

    def values(self) -> ValuesView[Any]:
        """Return the members."""
        return ValuesView(self)

    def items(self) -> ItemsView[str, Any]:
        """Return names and members."""
        return ItemsView(self)

    def visit(self, function: Callable[[str], Any]) -> Any:
        """Call a function with the path of each object below, as h5py does."""
        return self.visititems(lambda path, _: function(path))

    def visititems(self, function: Callable[[str, Any], Any]) -> Any:
        """Call a function with path and object of all below, until it returns a value.

        Links are not followed.
        """
        for name in self:
            if isinstance(self.entry(name), h5py.SoftLink | h5py.ExternalLink):
                continue
            found = self[name]
            result = function(name, found)
            if result is None and isinstance(found, TreeGroup):
                result = found.visititems(_below(name, function))
            if result is not None:
                return result
        return None

    @property
    def h5_class(self) -> Any:
        """What silx takes it for."""
        from silx.io.utils import H5Type

        return H5Type.FILE if self._name == "/" else H5Type.GROUP

    def __repr__(self) -> str:
        return f'<tree group "{self._name}" ({len(self)} members)>'

    __eq__ = Node.__eq__  # as h5py's: the same object, not one of the same members
    __hash__ = Node.__hash__
    __bool__ = Node.__bool__


def joined(above: str, path: str) -> str:
    """Return a path from the root; `path` is from there, or from `above`."""
    if not isinstance(path, str):
        raise TypeError(f"a path is text, not {type(path).__name__}")
    return path if path.startswith("/") else f"{above.rstrip('/')}/{path}"


def _below(
    above: str, function: Callable[[str, Any], Any]
) -> Callable[[str, Any], Any]:
    """Return a function that is given paths from further below."""
    return lambda path, item: function(f"{above}/{path}", item)

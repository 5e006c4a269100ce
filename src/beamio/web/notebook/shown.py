"""What a widget shows: files inside a fence, and objects that are held."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np

from beamio.errors import OptionError
from beamio.formats.series import is_there
from beamio.formats.tree import Branch, Tree, TreeDataset, TreeGroup
from beamio.model import DataUrl
from beamio.model.url import format_selection
from beamio.nexus import NXtomo
from beamio.web.fence import Fence
from beamio.web.notebook.scan import tree_of_scan

_IN_MEMORY = frozenset({"core", "fileobj"})
"""Drivers of h5py whose files have no name on a disk."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page may ask about.

    Attributes
    ----------
    fence
        Around the files and folders that were named.
    held
        Objects that are no files, by the names that the page calls them.
    start
        The file, path and slice that the page opens with.
    """

    fence: Fence
    held: Mapping[str, Any]
    start: Mapping[str, str] | None

    @property
    def names(self) -> list[str]:
        """What the page lists."""
        files = [root.name for root in self.fence.roots if root.name not in self.held]
        return [*self.held, *files]


class Held(Mapping[str, Any]):
    """Open objects by name, as long as they are open or have no file.

    A file that was closed is one like others: the fence knows it by the same name.
    """

    def __init__(self, objects: Mapping[str, Any], files: Sequence[str]) -> None:
        self._objects = dict(objects)
        self._files = frozenset(files)

    def __getitem__(self, name: str) -> Any:
        found = self._objects[name]
        if not found and name in self._files:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._objects if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class _Target:
    """A file, or an object, and where in it the page opens."""

    name: str
    """Of the file or folder; of what is held, what the page calls it."""
    is_file: bool
    held: Any = None
    start: Mapping[str, str] = field(default_factory=dict)


def shown(obj: Any, path: str | None = None) -> Shown:
    """Return what is to be shown of anything that `beamio.view` takes.

    Raises
    ------
    MissingFileError
        If there is no such file or folder.
    OptionError
        If there is nothing that can be shown.
    """
    objects = list(obj) if isinstance(obj, list | tuple) else [obj]
    if not objects:
        raise OptionError("there is nothing in the list to look at")
    targets = [_target(each) for each in objects]
    fence = Fence.around([each.name for each in targets if each.is_file])
    held: dict[str, Any] = {}
    names = [_named(each, fence, held) for each in targets]
    files = [root.name for root in fence.roots]
    return Shown(fence, Held(held, files), _start(targets[0], names[0], path))


def _target(obj: Any) -> _Target:
    if isinstance(obj, str | os.PathLike):
        return _of_url(os.fsdecode(obj))
    if isinstance(obj, h5py.HLObject):
        return _of_hdf5(obj)
    if isinstance(obj, TreeGroup | TreeDataset):
        return _Target(str(obj.file.filename), False, obj.file, {"path": obj.name})
    if isinstance(obj, NXtomo):
        return (
            _of_url(obj.url) if obj.url else _Target("scan", False, tree_of_scan(obj))
        )
    if isinstance(obj, Mapping):
        return _Target("arrays", False, Tree("arrays", _branch(obj)))
    if hasattr(obj, "__array__"):
        tree = Tree("array", _branch({"data": np.asarray(obj)}))
        return _Target("array", False, tree, {"path": "/data"})
    raise OptionError(
        f"{type(obj).__name__}: is no file, folder, open object or array, so it can't "
        "be looked at"
    )


def _of_url(url: str) -> _Target:
    parts = DataUrl.parse(url, is_file=is_there)
    start = {"path": parts.path or "/"}
    if parts.selection is not None:
        start["slice"] = format_selection(parts.selection)
    return _Target(parts.file, True, None, start)


def _of_hdf5(obj: Any) -> _Target:
    if not obj:
        raise OptionError("the object is closed, so it can't be looked at")
    file = obj.file
    name, start = os.fsdecode(file.filename), {"path": obj.name or "/"}
    if file.driver in _IN_MEMORY or not os.path.exists(name):  # noqa: PTH110 (any bytes)
        return _Target(name, False, file, start)
    return _Target(name, True, None if file.mode == "r" else file, start)


def _branch(members: Mapping[Any, Any]) -> Branch:
    """Return arrays by name as a branch; what can't be one says its name."""
    found: dict[str, Any] = {}
    for name, value in members.items():
        if not isinstance(name, str) or not name or "/" in name or name == ".":
            raise OptionError(f"{name!r}: can't be the name of an array")
        found[name] = _branch(value) if isinstance(value, Mapping) else _array(value)
    return Branch.of(found)


def _array(value: Any) -> Any:
    array = np.asarray(value)
    is_text = isinstance(value, str) or array.dtype.kind in "US"
    if array.dtype.hasobject and not is_text:
        raise OptionError(f"{type(value).__name__}: is no array of numbers or text")
    return value if isinstance(value, str) else array


def _named(target: _Target, fence: Fence, held: dict[str, Any]) -> str:
    """Return what the page calls a target; what is held is kept under that name."""
    known = fence.name(target.name) if target.is_file else None
    if known is not None:
        if target.held is not None:
            held[known] = target.held
        return known
    for name, other in held.items():
        if other is target.held:
            return name
    taken = {*held, *(root.name for root in fence.roots)}
    base = os.path.basename(target.name) or "memory"  # noqa: PTH119 (any bytes)
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base} ({number})"
    held[name] = target.held
    return name


def _start(target: _Target, name: str, path: str | None) -> dict[str, str] | None:
    if target.is_file and os.path.isdir(target.name):  # noqa: PTH112 (any bytes)
        return None if path is None else {"file": f"{name}/{path}"}
    return {"file": name, **target.start} | ({} if path is None else {"path": path})

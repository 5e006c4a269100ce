"""The files that questions are about, in the hand of who answers."""

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from beamio.contents import Names, contents
from beamio.contents.page import Kept, anew
from beamio.formats.files import is_hdf5
from beamio.formats.opening import open as open_any
from beamio.formats.series import files_of, is_series
from beamio.model import Item
from beamio.web.answers.kept import KeptArrays
from beamio.web.fence import Fence

_KEPT = 4
"""Trees of other formats than HDF5 that stay open: to go through headers is slow."""
_Mark = tuple[int, int, int, int]


class Reading:
    """Opens what lies inside the fence: the one door to files.

    Where files lead to others, the process that it reads in sees to it that those lie
    inside as well (`beamio.web.worker.sandbox`).

    HDF5 is opened anew for each question: what is kept open is not read anew, and a
    viewer must not be what a writer trips over.

    Parameters
    ----------
    fence
        Which files may be opened.
    held
        Open files and trees that are shown as they are, by the names that the browser
        calls them, as if they were files: a notebook has such.
    """

    def __init__(self, fence: Fence, held: Mapping[str, Any] | None = None) -> None:
        self.fence = fence
        self.held = {} if held is None else held
        self.arrays = KeptArrays()
        self._names = Names()
        self._trees: OrderedDict[str, tuple[_Mark, Any]] = OrderedDict()

    def path(self, name: str) -> str:
        """Return where a file lies, or what stands for several, that may be opened.

        Raises
        ------
        OutsideError
            If it lies outside of the fence, or one of several does.
        MissingFileError
            If there is none.
        UnreadableError
            If it is a pipe, a socket or a device.
        """
        path = self.fence.path(name)
        for file in files_of(path):
            self.fence.check(file, name)
        return path

    @contextmanager
    def file(self, name: str) -> Iterator[Any]:
        """Give a file, a `beamio.File` or a tree of the same manners.

        Raises
        ------
        OutsideError
            If it lies outside of the fence.
        MissingFileError, UnknownFormatError, DamagedFileError
            If there is no such file, or it can't be opened.
        """
        if name in self.held:
            yield self.held[name]
            return
        path = self.path(name)
        if os.path.isfile(path) and is_hdf5(path):  # noqa: PTH113 (any bytes)
            with open_any(path) as file:
                yield file
        else:
            yield self._tree(path)

    @contextmanager
    def item(self, name: str, path: str) -> Iterator[Any]:
        """Give what lies under `path` in a file.

        Raises
        ------
        MissingPathError
            If there is nothing, or only a link that leads nowhere.
        OutsideError
            If the way there leads out of the fence.
        """
        with self.file(name) as file:
            yield self.inside(file, path)

    def contents(
        self, name: str, path: str, *, depth: int = 1, details: bool = False
    ) -> Iterator[Item]:
        """Yield what lies under `path` in a file, first what is there itself.

        Raises
        ------
        MissingPathError
            If there is nothing.
        OutsideError
            If the file lies outside of the fence.
        """
        if name in self.held:
            found = self.inside(self.held[name], path)
            yield from contents(found, depth=depth, details=details)
        else:
            with self.file(name) as file:
                found = self.inside(file, path)
                yield from contents(found, depth=depth, details=details)

    def kept(self, name: str) -> Kept:
        """Return what gives the names in groups of a file that were read before."""
        if name in self.held:  # who holds it may change it
            return anew
        path = self.fence.path(name)
        return partial(self._names.of, (path, _mark(path)))

    def may_open(self, path: str) -> bool:
        """Tell whether a file may be opened that a link leads to."""
        return self.fence.follow_outside or self.fence.holds(path)

    def mark(self, name: str) -> tuple[str, _Mark] | None:
        """Return what is another when a file changes; None if that can't be told."""
        if name in self.held:
            return None
        path = self.fence.path(name)
        return path, _mark(path)

    def inside(self, file: Any, path: str) -> Any:
        """Return what lies under `path` in an open file."""
        return file if path in {"", "/"} else file[path]

    def close(self) -> None:
        """Close what stayed open."""
        while self._trees:
            self._trees.popitem()[1][1].close()

    def _tree(self, path: str) -> Any:
        mark = _mark(path)
        kept = self._trees.pop(path, None)
        if kept is not None and kept[0] != mark:
            kept[1].close()
            kept = None
        tree = kept[1] if kept is not None else open_any(path)
        self._trees[path] = (mark, tree)
        while len(self._trees) > _KEPT:
            self._trees.popitem(last=False)[1][1].close()
        return tree


def _mark(path: str) -> _Mark:
    """Return what changes when a file does."""
    try:
        found = Path(path).stat()
    except FileNotFoundError:  # a pattern of a series, in a folder
        return _mark(str(Path(path).parent)) if is_series(path) else (0, 0, 0, 0)
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

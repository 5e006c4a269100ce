"""What a row of the tree stands for: a folder, a file, or something in a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from beamio.errors import UnreadableError
from beamio.formats.files import is_hdf5
from beamio.formats.series import is_series, is_there
from beamio.model import DataUrl, Item, Kind
from beamio.view import natural_order


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder, a file, or something in a file."""

    file: str
    """Its name, or that of the folder, or what stands for a series of images."""
    item: Item | None = None
    """What is known of it; None of a folder, and of a file that nobody looked at."""
    is_folder: bool = False

    @property
    def path(self) -> str:
        """Its path inside the file."""
        return self.item.path if self.item is not None else "/"

    @property
    def is_file(self) -> bool:
        """Whether it is a file as a whole."""
        return not self.is_folder and self.path == "/"

    @property
    def name(self) -> str:
        """What its row is called."""
        if self.is_folder or self.is_file:
            name = os.path.basename(self.file.rstrip("/")) or self.file  # noqa: PTH119
            return f"{name}/" if self.is_folder else name
        return self.item.name if self.item is not None else ""

    @property
    def has_members(self) -> bool:
        """Whether there may be something in it."""
        if self.item is None:
            return True
        return self.item.kind is Kind.GROUP and self.item.members != 0

    @property
    def is_dataset(self) -> bool:
        """Whether it has values, itself or where it leads."""
        link = self.item.link if self.item is not None else None
        kind = link.kind if link is not None else self.item and self.item.kind
        return kind is Kind.DATASET

    @property
    def url(self) -> str:
        """What `beamio.open` takes for it."""
        return (
            self.file if self.is_folder or self.is_file else url(self.file, self.path)
        )


def url(file: str, path: str) -> str:
    """Return what `beamio.open` takes for a path, which may end in brackets.

    Examples
    --------
    >>> url("scan.h5", "/entry/data"), url("scan.h5", "/mca[0]")
    ('scan.h5::/entry/data', 'scan.h5::/mca[0][()]')
    """
    return f"{file}::{path}" + ("[()]" if path.endswith("]") else "")


def entry_of(text: str) -> tuple[Entry, str | None]:
    """Return the folder or file that a URL names, and the path in it.

    Raises
    ------
    UrlError
        If it can't be parsed.
    """
    parts = DataUrl.parse(text, is_file=is_there)
    is_folder = os.path.isdir(parts.file)  # noqa: PTH112 (any bytes)
    return Entry(parts.file, is_folder=is_folder), parts.path


@dataclass(slots=True)
class Files:
    """Lists and opens what rows stand for. All of it may be called from any thread.

    HDF5 is opened anew each time, so that what a writer adds is seen. Of other formats,
    whose headers take long, the last file stays open.
    """

    _kept: tuple[str, Any] | None = None
    _lock: Lock = field(default_factory=Lock)

    def members(self, entry: Entry, path: str = "") -> Iterator[Entry]:
        """Yield a file or group itself, as it is now, then what is in it.

        Parameters
        ----------
        entry
            What is looked at.
        path
            Another path in its file.

        Raises
        ------
        BeamioError, OSError
            If it can't be read.
        """
        if entry.is_folder:
            yield entry
            yield from _in_folder(entry.file)
            return
        for item in self.items(entry.file, path or entry.path, levels=1):
            yield Entry(entry.file, item)

    def items(self, file: str, path: str, *, levels: int | None) -> Iterator[Item]:
        """Yield what lies under a path, as `beamio.contents` does."""
        if not is_series(file) and is_hdf5(file):
            from beamio.contents.hdf5 import walk_file

            yield from walk_file(file, path, levels, details=levels == 0)
            return
        from beamio.contents.trees import walk_object

        yield from walk_object(self._tree(file).find(path), levels)

    @contextmanager
    def opened(self, file: str, path: str) -> Iterator[Any]:
        """Give the object of a path; links are followed."""
        if is_series(file) or not is_hdf5(file):
            yield self._tree(file).find(path)
            return
        from beamio.formats.hdf5 import File

        with File(file) as opened:
            yield opened if path == "/" else opened[path]

    def forget(self) -> None:
        """Look at all files anew."""
        self._kept = None  # without the lock: a thread may hold it for long

    def _tree(self, file: str) -> Any:
        with self._lock:
            if self._kept is None or self._kept[0] != file:
                from beamio.formats.opening import open as open_file

                tree = open_file(file)
                if not hasattr(tree, "find"):
                    raise UnreadableError(f"{file}: changed while it was looked at")
                self._kept = (file, tree)
            return self._kept[1]


def _in_folder(folder: str) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        kinds = {
            entry.name: entry.is_dir()
            for entry in found
            if not entry.name.startswith(".")
        }
    for name in sorted(kinds, key=natural_order):
        yield Entry(os.path.join(folder, name), is_folder=kinds[name])  # noqa: PTH118


def changed(entry: Entry, item: Item) -> Entry:
    """Return an entry of which more is known; its mark is told by the group above."""
    mark = entry.item.mark if entry.item is not None else ""
    return replace(entry, item=replace(item, mark=mark))

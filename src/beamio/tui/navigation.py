"""Ways through the tree: members that are read, paths that are gone, links followed."""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from posixpath import dirname, join
from threading import Event
from typing import Any

from beamio.formats.default import default_signal
from beamio.formats.hdf5.links import places
from beamio.model import LinkTarget
from beamio.tui.entries import Entry, Files, changed
from beamio.tui.outline import Row
from beamio.tui.reading import Reader, in_batches, told
from beamio.tui.tree import TreeView

_LOOKED_AT = 1000
_LINKS = 32
"""Links that are followed on one way, at most."""


class Navigation:
    """Reads what rows of a tree hold, and finds the rows of paths."""

    def __init__(self, tree: TreeView, files: Files, say: Callable[[str], Any]) -> None:
        self._tree, self._files, self._say = tree, files, say
        self._reading: dict[Row, asyncio.Task[None]] = {}

    async def read(self, row: Row) -> None:
        """Read the members of a row, if nobody does or has done so."""
        if row.is_read:
            return
        task = self._reading.get(row)
        if task is None:
            task = asyncio.create_task(self._read(row))
            self._reading[row] = task
        await asyncio.shield(task)

    async def _read(self, row: Row) -> None:
        stop, is_first = Event(), True

        def take(entries: list[Entry]) -> None:
            nonlocal is_first
            if stop.is_set():
                return
            if is_first:
                item = entries.pop(0).item
                is_first = False
                if item is not None and (row.entry.is_file or row.entry.item is None):
                    row.entry = changed(row.entry, item)
            self._tree.add(row, entries)

        try:
            await in_batches(self._files.members(row.entry), take, stop=stop)
        except Exception as error:  # noqa: BLE001 (whatever a file makes a library raise)
            row.problem = told(error)
        row.is_read = True
        self._reading.pop(row, None)
        self._tree.refresh()

    def forget(self, row: Row) -> None:
        """Drop what is known of a row's members."""
        for read in [r for r in self._reading if root_of(r) is root_of(row)]:
            self._reading.pop(read).cancel()
        self._tree.clear(row)

    async def go(self, root: Row, path: str) -> Row | None:
        """Put the cursor on what lies under a path of a file; links are followed."""
        row, rest = root, _parts(path)
        for _ in range(_LINKS):
            while rest:
                await self.read(row)
                found = row.member(rest[0])
                if found is None:
                    self._say(f"there is no {rest[0]} in {row.entry.path}")
                    break
                row = found
                rest = rest[1:]
                link = row.entry.item.link if row.entry.item is not None else None
                if link is not None and rest:
                    break
            else:
                self._tree.move_to(row)
                return row
            if link is None or found is None:
                break
            root, path = await self._target(row, link)
            row, rest = root, [*_parts(path), *rest]
        self._tree.move_to(row)
        return None

    async def follow(self, row: Row) -> Row | None:
        """Put the cursor where the link of a row leads."""
        item = row.entry.item
        if item is None or (item.link is None and not item.same_as):
            self._say("this is no link")
            return None
        if item.link is None:
            return await self.go(root_of(row), item.same_as)
        if item.link.cause is not None:
            self._say(f"{item.link.cause} {item.link.reason}")
            return None
        return await self.go(*await self._target(row, item.link))

    async def _target(self, row: Row, link: LinkTarget) -> tuple[Row, str]:
        """Return the row of the file that a link leads to, and the path in it."""
        if not link.file:
            return root_of(row), join(dirname(row.entry.path), link.path)
        find = partial(_file_of, row.entry.file, link.file)
        return self.root(await Reader("links").run(find)), link.path

    def root(self, file: str) -> Row:
        """Return the row of a file; a new one at the end if there is none."""
        for row in self._tree.outline.rows:
            if row.entry.file == file and row.entry.is_file:
                return row
        return self._tree.append(Entry(file))

    def default_path(self, file: str) -> str:
        """Return the path of a file's default plot, for a thread; empty without one."""
        with self._files.opened(file, "/") as opened:
            if "default" not in opened.attrs and len(opened) > _LOOKED_AT:
                return ""  # to look at each member would take long
            found = default_signal(opened)
            if found is None or found.file.filename != opened.file.filename:
                return ""
            return str(found.name)


def _file_of(parent: str, name: str) -> str:
    """Return the file that a link in another one names, where HDF5 looks for it."""
    tried = [str(path) for path in places(parent, name, "HDF5_EXT_PREFIX")]
    return next((path for path in tried if os.path.isfile(path)), tried[0])  # noqa: PTH113 (any bytes)


def root_of(row: Row) -> Row:
    """Return the row of the file that a row lies in."""
    while not row.entry.is_file and row.above is not None:
        row = row.above
    return row


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]

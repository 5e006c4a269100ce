"""Look at every object of an HDF5 file."""

import os
from typing import Any

import h5py
from h5py import h5g, h5l, h5o

from beamio.check.decoding import Decoding
from beamio.check.extents import Extents
from beamio.check.nexus import check_group
from beamio.check.notes import BROKEN, Notes, after_place
from beamio.check.outside import check_outside
from beamio.check.whole import check_whole
from beamio.diff.attributes import attributes_of
from beamio.formats.hdf5 import File
from beamio.formats.hdf5.links import places
from beamio.repack.tree import Address, Link, address_of, links_of

_DAMAGED = "the file is damaged: compare it with the original, or its backup"


class Examination:
    """Looks at one file, and goes on where something is wrong.

    Parameters
    ----------
    file
        Its name.
    notes
        Where to write what is found.
    deep
        Whether to read all values.
    threads
        How many to use for that.
    """

    def __init__(
        self, file: str, notes: Notes, *, deep: bool, threads: int | None
    ) -> None:
        self._file = file
        self._notes = notes
        self._deep = deep
        self._decoding = Decoding(notes, threads)
        self._extents = Extents(file, notes)
        self._unchecked: list[str] = []
        """Datasets that are compressed and have no checksum."""

    def run(self, start: str = "/") -> bool:
        """Look at all below a path; tell whether that could be opened."""
        check_whole(self._file, self._notes)
        try:
            with File(self._file) as file:
                _ = file[start]  # raised if there is nothing
                self._walk(file, os.fsencode(start))
                self._extents.check_overlaps()
        except BROKEN as error:
            message = after_place(error, self._file)
            self._notes.error("unreadable", "", message)
            return False
        if self._deep and self._unchecked:
            self._notes.remark(
                "no checksum",
                self._unchecked[0],
                f"{len(self._unchecked):,} compressed datasets have no checksum, so "
                "changed bits may go unnoticed",
                "beamio repack --checksum adds one",
            )
        return True

    def _walk(self, file: Any, start: bytes) -> None:
        seen: set[Address] = set()
        waiting = [start]
        while waiting:
            path = waiting.pop()
            shown = os.fsdecode(path)
            self._notes.at(shown)
            try:
                item = h5o.open(file.id, path)
                address = address_of(item)
                if address in seen:
                    continue
                seen.add(address)
                waiting += self._look(file, path, item, seen)
            except (*BROKEN, MemoryError) as error:
                message = f"it can't be opened ({after_place(error)})"
                self._notes.error("unreadable object", shown, message, _DAMAGED)

    def _look(
        self, file: Any, path: bytes, item: Any, seen: set[Address]
    ) -> list[bytes]:
        """Look at an object; return the paths of those in it."""
        shown = os.fsdecode(path)
        if isinstance(item, h5g.GroupID):
            self._notes.looked_at["groups"] += 1
            group = file[path]
            self._check_attributes(shown, group)
            check_group(shown, group, self._notes)
            return self._members(path, item, group, seen)
        if isinstance(item, h5py.h5d.DatasetID):
            self._notes.looked_at["datasets"] += 1
            self._check_dataset(shown, file[path])
        self._check_attributes(shown, file[path])
        return []

    def _members(
        self, path: bytes, item: Any, group: Any, seen: set[Address]
    ) -> list[bytes]:
        shown = os.fsdecode(path)
        try:
            links = links_of(item)
        except BROKEN as error:
            message = f"its members can't be listed ({after_place(error)})"
            self._notes.error("unreadable group", shown, message, _DAMAGED)
            return []
        found = []
        for link in links:
            below = path.rstrip(b"/") + b"/" + link.name
            if link.kind != h5l.TYPE_HARD:
                self._notes.looked_at["links"] += 1
                self._check_link(os.fsdecode(below), group, link)
            elif link.address not in seen:
                found.append(below)
        return found[::-1]

    def _check_link(self, path: str, group: Any, link: Link) -> None:
        self._notes.at(path)
        if link.kind == h5l.TYPE_EXTERNAL:
            name = os.fsdecode(link.target[0])
            found = _is_there(self._file, name)
            self._notes.needs("external link", name, path, found=found)
            if not found and _exists(self._file, name):
                message = f"it leads to {name}, which is no regular file"
                self._notes.error("dangling link", path, message)
                return
        elif link.kind != h5l.TYPE_SOFT:
            message = f"a link of the type {link.kind}, which only its writer knows"
            self._notes.warning("unknown link", path, message)
            return
        try:
            group[link.name]
        except BROKEN as error:
            message = after_place(error, f"{self._file}::{path}")
            self._notes.error("dangling link", path, message)

    def _check_attributes(self, path: str, item: Any) -> None:
        try:
            attributes = attributes_of(item)
        except BROKEN as error:
            message = f"its attributes can't be listed ({after_place(error)})"
            self._notes.error("unreadable attribute", path, message, _DAMAGED)
            return
        for name, attribute in attributes.items():
            try:
                attribute.read()
            except (*BROKEN, MemoryError) as error:
                message = f"its attribute {name} can't be read ({after_place(error)})"
                self._notes.error("unreadable attribute", path, message, _DAMAGED)

    def _check_dataset(self, path: str, dataset: Any) -> None:
        try:
            complete = check_outside(path, dataset, self._notes)
            self._extents.add(path, dataset)
        except (*BROKEN, MemoryError) as error:
            message = f"how it is stored can't be read ({after_place(error)})"
            self._notes.error("unreadable dataset", path, message, _DAMAGED)
            return
        properties = dataset.id.get_create_plist()
        is_virtual = properties.get_layout() == h5py.h5d.VIRTUAL
        if not self._deep or not complete or is_virtual:
            return
        numbers = [
            properties.get_filter(i)[0] for i in range(properties.get_nfilters())
        ]
        if numbers and h5py.h5z.FILTER_FLETCHER32 not in numbers:
            self._unchecked.append(path)
        self._decoding.check(path, dataset)


def _is_there(parent: str, name: str) -> bool:
    return any(_is_file(path) for path in places(parent, name, "HDF5_EXT_PREFIX"))


def _is_file(path: Any) -> bool:
    try:
        return bool(path.is_file())
    except (OSError, ValueError):  # a name too long, or with a null byte
        return False


def _exists(parent: str, name: str) -> bool:
    try:
        return any(path.exists() for path in places(parent, name, "HDF5_EXT_PREFIX"))
    except (OSError, ValueError):
        return False

"""Copy objects, one by one, into a new file or group."""

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from secrets import token_hex
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5g, h5i, h5l, h5o, h5p, h5s, h5t

from beamio.errors import UnreadableError
from beamio.formats.hdf5 import NewFile
from beamio.formats.hdf5.dependencies import check_sources
from beamio.model import Array
from beamio.repack.attributes import copy_attributes
from beamio.repack.comments import copy_comment
from beamio.repack.names import FileNames
from beamio.repack.plan import OUTSIDE, RepackPlan
from beamio.repack.references import References, has_references, is_in_heap
from beamio.repack.storage import NewStorage, create_like, without_raw_files
from beamio.repack.tree import (
    NOWHERE,
    Address,
    Kind,
    Link,
    Member,
    address_of,
    joined,
)
from beamio.repack.values import (
    SLAB,
    Box,
    Done,
    Grid,
    copy_values,
    is_complete,
    spaces,
)

_MERGE_TYPES = 0x40
"""Use a named type of the copy that is equal (H5O_COPY_MERGE_COMMITTED_DTYPE_FLAG)."""


class Copier:
    """Fills a group with everything that a plan names.

    A dataset that stays as it is is copied by libhdf5, chunk by chunk and byte for
    byte. Groups, links and attributes are made anew, so that what is shared stays
    shared.

    Parameters
    ----------
    plan
        The objects, and what is to be done with the datasets.
    target
        The file that is written.
    done
        Called as bytes are written.
    root
        Path in it of the group to fill.
    """

    def __init__(
        self, plan: RepackPlan, target: NewFile, done: Done, root: bytes = b"/"
    ) -> None:
        self._root = h5g.open(target.id, root)
        self.references = References(self._root, plan.members)
        self._target = target
        self._members = plan.members
        self._plans = plan.datasets
        self._names = plan.names
        self._done = done
        self._threads = plan.options.threads
        self.reading = str(plan.file.filename)
        """The file that is read now."""
        self._made: dict[Address, bytes] = {}
        """Place in the copy of what has one already, by its address in the source."""
        self._types: dict[Address, Any] = {}
        self._anew: set[Address] = set()
        """Datasets that libhdf5 did not copy."""
        self._unfilled: list[Member] = []
        """Of these, what waits until every object is there to be referred to."""

    def copy(self) -> None:
        """Copy all."""
        self._commit_types()
        self._made[next(iter(self._members))] = b"."
        replaced = list(self._linked())
        for group, spare, name in replaced:
            group.unlink(name)
            group.links.move(spare, group, name)
        self._types.clear()
        for member in self._members.values():
            if member.file is not None:
                self._copy_facts(member)
        for member in self._unfilled:
            self._copy_values(member)
        self._target.check()

    def _linked(self) -> Iterator[tuple[Any, bytes, bytes]]:
        """Make all links; yield group and names of what is to replace something."""
        for address, member in self._members.items():
            if member.kind is not Kind.GROUP:
                continue
            group = h5o.open(self._root, self._made[address])
            for link in member.links:
                if member.file is None and group.links.exists(link.name):
                    known = self._members[link.address or NOWHERE]
                    place = joined(self._made[address], link.name)
                    if known.file is None:  # a group to which something is added
                        self._made[known.address] = place
                        continue
                    # What is replaced keeps its space until the new one has its own.
                    spare = f".beamio-{token_hex(6)}".encode()
                    self._link(group, member, replace(link, name=spare))
                    yield group, spare, link.name
                else:
                    self._link(group, member, link)

    def _commit_types(self) -> None:
        """Make the named types first, without a name, since datasets need them."""
        nowhere = h5g.create(self._root, None)
        for address, member in self._members.items():
            if member.kind is Kind.NAMED_TYPE:
                kind = member.open().copy()
                kind.commit(nowhere, str(address).encode())
                self._types[address] = kind

    def _type_in_copy(self, kind: Any) -> Any:
        if not kind.committed():
            return kind
        member = self._members.get(address_of(kind))
        if member is None:  # it has no name
            return kind.copy()
        if member.address in self._types:
            return self._types[member.address]
        return h5t.open(self._root, member.place)

    def _link(self, group: Any, above: Member, link: Link) -> None:
        properties = h5p.create(h5p.LINK_CREATE)
        properties.set_char_encoding(link.charset)
        if link.kind == h5l.TYPE_SOFT:
            group.links.create_soft(link.name, link.target[0], properties)
        elif link.kind == h5l.TYPE_EXTERNAL:
            group.links.create_external(link.name, *link.target, properties)
        elif link.address is not None:
            place = joined(self._made[above.address], link.name)
            self._link_object(group, link, place, properties)
        else:
            where = f"{above.filename}::{above.path.decode(errors='replace')}"
            raise UnreadableError(
                f"{where}: the link {link.name!r} is of a kind that a program has "
                "made for itself; remove it first",
                place=where,
            )

    def _link_object(
        self, group: Any, link: Link, place: bytes, properties: Any
    ) -> None:
        name, member = link.name, self._members[link.address or NOWHERE]
        if member.address in self._made:
            there = h5o.open(self._root, self._made[member.address])
            h5o.link(there, group, name, properties)
            return
        self._made[member.address] = place
        if member.kind is Kind.NAMED_TYPE:
            h5o.link(self._types[member.address], group, name, properties)
        elif member.kind is Kind.GROUP:
            how = None if member.file is None else group_properties(member.open())
            made = h5g.create(group, None, None, how)
            h5o.link(made, group, name, properties)
        else:
            self._link_dataset(group, name, member, properties)

    def _link_dataset(
        self, group: Any, name: bytes, member: Member, properties: Any
    ) -> None:
        self.reading = member.filename
        source = h5py.Dataset(member.open())
        plan = self._plans[member.address]
        kind = self._type_in_copy(source.id.get_type())
        new = plan.new
        if new is None and not self._is_made_anew(source, member):
            self._copy_as_it_is(member, group, name, properties)
            if not kind.committed() or _is_of_type(group, name, kind):
                return
            # Of two equal named types libhdf5 has taken the other.
            group.unlink(name)
            if source.chunks is not None and not is_in_heap(kind):
                new = NewStorage(source.chunks, None, source.fletcher32)
        if new is not None:
            target = create_like(h5py.Group(group), source, new, kind)
        else:
            target = h5py.Dataset(self._created_anew(group, source, kind, member))
        h5o.link(target.id, group, name, properties)
        self._anew.add(member.address)
        if plan.before.layout in OUTSIDE and new is not None:
            check_sources(source)
        if new is None or is_in_heap(kind):
            self._unfilled.append(member)
        else:
            copy_values(source, target, self._moved, threads=self._threads)

    def _is_made_anew(self, source: h5py.Dataset, member: Member) -> bool:
        """Tell whether libhdf5 would not copy a dataset right."""
        kind, creation = source.id.get_type(), source.id.get_create_plist()
        if creation.get_layout() == h5d.VIRTUAL:
            return True
        if creation.get_external_count() and self._names_for(member).moves_raw:
            return True
        if not is_in_heap(kind):
            return False
        # A fill value in the heap would keep its place in the other file.
        defined = creation.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED
        return defined or has_references(kind.dtype)

    def _names_for(self, member: Member) -> FileNames:
        return self._names[member.address[0]]

    def _created_anew(
        self, group: Any, source: h5py.Dataset, kind: Any, member: Member
    ) -> Any:
        creation = source.id.get_create_plist()
        names = self._names_for(member)
        if creation.get_layout() == h5d.VIRTUAL:
            creation = _mapped(creation, names)
        elif creation.get_external_count():
            creation = _with_raw_files(source, names)
        return h5d.create(group, None, kind, source.id.get_space(), creation)

    def _copy_as_it_is(
        self, member: Member, group: Any, name: bytes, properties: Any
    ) -> None:
        how = h5p.create(h5p.OBJECT_COPY)
        merge = _MERGE_TYPES if self._types else 0  # libhdf5 looks at all of the file
        how.set_copy_object(h5o.COPY_WITHOUT_ATTR_FLAG | merge)
        with self._target.watched(self._moved):
            source = h5i.get_file_id(member.open())
            h5o.copy(source, member.path, group, name, how, properties)

    def _moved(self, nbytes: int) -> None:
        self._target.check()
        self._done(nbytes)

    def _copy_facts(self, member: Member) -> None:
        """Copy attributes and comment, when all that they refer to is there."""
        self.reading = member.filename
        source, target = member.open(), h5o.open(self._root, member.place)
        copy_attributes(source, target, self._type_in_copy, self.references)
        if member.kind is not Kind.DATASET or member.address in self._anew:
            copy_comment(source, target)

    def _copy_values(self, member: Member) -> None:
        """Write what could not be written before all objects were there."""
        self.reading = member.filename
        source = h5py.Dataset(member.open())
        target = h5py.Dataset(h5o.open(self._root, member.place))
        if target.is_virtual or target.external:
            return
        for box in written_parts(source):
            values, memory = values_of(source, box)
            values = self.references.translated(values, source.id)
            whole, part = spaces(target, box)
            target.id.write(part, whole, values, mtype=memory)
        self._moved(self._plans[member.address].stored)


def group_properties(group: Any) -> Any:
    """Return the creation properties of an `h5py.h5g.GroupID`, to make another."""
    theirs = group.get_create_plist()
    # What h5py gives makes groups that libhdf5 crashes on.
    mine = h5p.create(h5p.GROUP_CREATE)
    mine.set_link_creation_order(theirs.get_link_creation_order())
    mine.set_attr_creation_order(theirs.get_attr_creation_order())
    mine.set_attr_phase_change(*theirs.get_attr_phase_change())
    return mine


def written_parts(dataset: h5py.Dataset) -> list[Box]:
    """Return the parts of a dataset that were written, of a moderate size each."""
    if not dataset.shape:
        return [()] if dataset.shape == () and dataset.id.get_storage_size() else []
    if dataset.chunks is None:
        if not is_complete(dataset):
            return []
        row = max(1, dataset.nbytes // dataset.shape[0])
        cell = (max(1, SLAB // row), *dataset.shape[1:])
        return list(Grid(dataset.shape, cell).boxes())
    places: list[tuple[int, ...]] = []
    dataset.id.chunk_iter(lambda about: places.append(about.chunk_offset))
    return [
        tuple(
            slice(start, min(start + size, length))
            for start, size, length in zip(
                place, dataset.chunks, dataset.shape, strict=True
            )
        )
        for place in places
        if all(start < n for start, n in zip(place, dataset.shape, strict=True))
    ]


def values_of(dataset: h5py.Dataset, box: Box) -> tuple[Array, Any]:
    """Return the values of a box, and their type in memory.

    They are bytes, unless they lie elsewhere in the file, as text of any length.
    """
    whole, part = spaces(dataset, box)
    shape = [side.stop - side.start for side in box]
    memory = dataset.id.get_type()
    if is_in_heap(memory):
        values = np.empty(shape, dataset.dtype)
        memory = h5t.py_create(values.dtype)
    else:
        values = np.empty(shape, np.dtype((np.void, memory.get_size())))
    dataset.id.read(part, whole, values, mtype=memory)
    return values, memory


def _mapped(creation: Any, names: FileNames) -> Any:
    """Return the properties of a virtual dataset with the names for the copy."""
    mapped = creation.copy()
    mapped.set_layout(h5d.CONTIGUOUS)  # which forgets the mappings, and when
    mapped.set_alloc_time(creation.get_alloc_time())
    for i in range(creation.get_virtual_count()):
        here = creation.get_virtual_vspace(i)
        there = creation.get_virtual_srcspace(i)
        if there.get_select_type() == h5s.SEL_ALL:  # whose shape is not stored
            there = h5s.create_simple((_points(here),))
        moved = names.of_source(
            creation.get_virtual_filename(i), creation.get_virtual_dsetname(i)
        )
        texts = (text.encode("utf-8", "surrogateescape") for text in moved)
        mapped.set_virtual(here, *texts, there)
    return mapped


def _with_raw_files(dataset: h5py.Dataset, names: FileNames) -> Any:
    """Return the properties of a dataset with the names of raw files for the copy."""
    properties = without_raw_files(dataset)
    for name, offset, size in dataset.external:
        moved = names.of_raw(name).encode("utf-8", "surrogateescape")
        properties.set_external(moved, offset, size)
    return properties


def _is_of_type(group: Any, name: bytes, kind: Any) -> bool:
    """Tell whether the type of a dataset is that very named type."""
    found = h5d.open(group, name).get_type()
    return bool(found.committed()) and address_of(found) == address_of(kind)


def _points(space: Any) -> int:
    """Return how many points a space selects, each time where it has no limit."""
    if (
        space.get_select_type() != h5s.SEL_HYPERSLABS
        or not space.is_regular_hyperslab()
    ):
        return int(space.get_select_npoints())
    _, _, counts, blocks = space.get_regular_hyperslab()
    return prod(n for n in (*counts, *blocks) if n != h5s.UNLIMITED)

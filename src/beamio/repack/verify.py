"""Compare a copy with its source, object by object and bit by bit."""

from dataclasses import replace
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5o, h5r, h5s

from beamio.errors import DamagedFileError, OutputError, UnreadableError
from beamio.formats.hdf5.tolerance import within
from beamio.model import Array
from beamio.repack.attributes import attribute_names, read_attribute
from beamio.repack.comments import comment_of
from beamio.repack.objects import values_of, written_parts
from beamio.repack.plan import DatasetPlan, RepackPlan
from beamio.repack.references import is_in_heap
from beamio.repack.same import (
    check_decoding,
    same_bytes,
    same_chunks,
    same_values,
)
from beamio.repack.storage import pipeline_of
from beamio.repack.tree import Address, Kind, Link, Member, address_of, links_of
from beamio.repack.values import Done


class Verifier:
    """Compares a copy with its source.

    Parameters
    ----------
    plan
        The source, and what was to be done with it.
    copy
        The open copy.
    done
        Called as bytes are compared.
    root
        Path in it of the group that was filled.
    """

    def __init__(
        self, plan: RepackPlan, copy: h5py.File, done: Done, root: bytes = b"/"
    ) -> None:
        self.reading = str(plan.file.filename)
        """The file that is read now."""
        self._copy = copy
        self._root = h5g.open(copy.id, root)
        self._output = plan.output
        self._members = plan.members
        self._plans = plan.datasets
        self._names = plan.names
        self._done = done
        self._threads = plan.options.threads
        self._pairs: dict[Address, Address] = {}
        """Addresses in the copy, by those in the source."""
        self._back: dict[Address, Address] = {}

    def verify(self) -> None:
        """Compare all.

        Raises
        ------
        OutputError
            If anything differs.
        UnreadableError
            If something in the source can't be read.
        """
        self._pair(next(iter(self._members)), address_of(self._root))
        for member in self._members.values():
            if member.kind is Kind.GROUP:
                self._check_links(member)
        for member in self._members.values():
            if member.file is None:
                continue
            self.reading = member.filename
            self._check_facts(member)
            if member.kind is Kind.DATASET:
                self._check_dataset(member)

    def _open(self, member: Member) -> tuple[Any, Any]:
        return member.open(), h5o.open(self._root, member.place)

    def _require(self, same: bool, member: Member, what: str) -> None:
        if not same:
            name = member.place.decode("utf-8", "surrogateescape")
            place = f"{self._output}::/{name.lstrip('./')}"
            raise OutputError(
                f"{place}: {what} of the copy differs from the source, so it was not "
                "kept; run it again, and check the disk and the memory if it stays so",
                place=place,
            )

    def _pair(self, source: Address, copy: Address) -> bool:
        one = self._pairs.setdefault(source, copy) == copy
        return one and self._back.setdefault(copy, source) == source

    def _check_links(self, member: Member) -> None:
        copy = h5o.open(self._root, member.place)
        theirs, ours = member.links, links_of(copy)
        if member.file is None:  # which may have held others before
            there = {link.name: link for link in ours}
            ours = [replace(there[one.name], charset=one.charset) for one in theirs]
        same = len(theirs) == len(ours) and all(map(self._same_link, theirs, ours))
        self._require(same, member, "a link")
        if member.file is None:
            return
        source = member.open()
        a, b = source.get_create_plist(), copy.get_create_plist()
        tracked = a.get_link_creation_order() == b.get_link_creation_order()
        self._require(tracked, member, "the order of the links")

    def _same_link(self, one: Link, other: Link) -> bool:
        if (one.name, one.kind, one.charset) != (other.name, other.kind, other.charset):
            return False
        if one.address is not None and other.address is not None:
            return self._pair(one.address, other.address)
        return one.target == other.target

    def _check_facts(self, member: Member) -> None:
        """Compare attributes and comment."""
        source, copy = self._open(member)
        names = attribute_names(source)
        same = names == attribute_names(copy)
        self._require(same, member, "the list of attributes")
        for name in names:
            same = self._same_attribute(h5a.open(source, name), h5a.open(copy, name))
            self._require(
                same, member, f"the attribute {name.decode(errors='replace')}"
            )
        self._require(comment_of(source) == comment_of(copy), member, "the comment")

    def _same_attribute(self, one: Any, other: Any) -> bool:
        if not self._same_type(one.get_type(), other.get_type()):
            return False
        space = one.get_space()
        if not _same_space(space, other.get_space()):
            return False
        if space.get_simple_extent_type() == h5s.NULL or not space.get_select_npoints():
            return True
        return self._same_values(read_attribute(one), read_attribute(other), one)

    def _same_values(
        self, one: tuple[Array, Any], other: tuple[Array, Any], owner: Any
    ) -> bool:
        """Compare values of `owner` with those of its copy."""
        if not one[0].dtype.hasobject:
            return same_bytes(one[0], other[0])
        values = self._plain(one[0], owner)
        return bool(values == self._plain(other[0], None))

    def _same_type(self, one: Any, other: Any) -> bool:
        if one != other:
            return False
        if not one.committed() or address_of(one) not in self._members:
            return True
        return bool(other.committed()) and self._pair(
            address_of(one), address_of(other)
        )

    def _check_dataset(self, member: Member) -> None:
        source, copy = map(h5py.Dataset, self._open(member))
        plan = self._plans[member.address]
        same = self._same_type(source.id.get_type(), copy.id.get_type())
        self._require(same, member, "the type")
        same = _same_space(source.id.get_space(), copy.id.get_space())
        self._require(same, member, "the shape")
        self._require(_same_fill(source, copy), member, "the fill value")
        if plan.new is None:
            a, b = source.id.get_create_plist(), copy.id.get_create_plist()
            same = a.get_layout() == b.get_layout() and pipeline_of(a) == pipeline_of(b)
            self._require(same, member, "the layout")
            self._check_as_it_is(member, source, copy)
            self._done(plan.stored)
            return
        if is_in_heap(source.id.get_type()):
            self._require(self._same_heap(source, copy), member, "a value")
            return
        compression = plan.new.compression
        compare = None if compression is None else within(compression)
        try:
            same = compression_is_unbounded(plan) or same_values(
                source,
                copy,
                self._done,
                compare=compare,
                threads=self._threads,
            )
        except UnreadableError as error:
            self._require(
                not error.place.startswith(self._copy.filename), member, "a value"
            )
            raise
        self._require(same, member, "a value")

    def _check_as_it_is(
        self, member: Member, source: h5py.Dataset, copy: h5py.Dataset
    ) -> None:
        layout = self._plans[member.address].before.layout
        if layout == "external":
            names = self._names[member.address[0]]
            theirs = [(names.of_raw(name), *rest) for name, *rest in source.external]
            same = theirs == [tuple(each) for each in copy.external]
            self._require(same, member, "the list of raw files")
        elif layout == "virtual":
            of = self._names[member.address[0]].of_source
            theirs = [of(m.file_name, m.dset_name) for m in source.virtual_sources()]
            ours = [(m.file_name, m.dset_name) for m in copy.virtual_sources()]
            same = theirs == ours
            self._require(same, member, "a source")
        elif is_in_heap(source.id.get_type()):
            self._require(self._same_heap(source, copy), member, "a value")
        elif layout == "chunked":
            self._require(same_chunks(source, copy), member, "a chunk")
            self._check_decoding(source)
        elif source.shape and source.size:
            unwritten = source.id.get_storage_size() == 0
            same = unwritten == (copy.id.get_storage_size() == 0) and (
                unwritten
                or same_values(source, copy, lambda _: None, threads=self._threads)
            )
            self._require(same, member, "a value")
        elif source.shape == ():
            same = self._same_heap(source, copy)
            self._require(same, member, "the value")

    def _check_decoding(self, source: h5py.Dataset) -> None:
        try:
            check_decoding(source, lambda _: None, threads=self._threads)
        except DamagedFileError as error:
            error.message += ", or copy its bytes as they are with --no-verify"
            raise

    def _same_heap(self, source: h5py.Dataset, copy: h5py.Dataset) -> bool:
        parts = sorted(written_parts(source), key=_corner)
        outside = source.is_virtual or source.external
        if not outside and parts != sorted(written_parts(copy), key=_corner):
            return False
        return all(
            self._same_values(values_of(source, box), values_of(copy, box), source.id)
            for box in parts
        )

    def _plain(self, values: Array, owner: Any) -> Any:
        """Return values that can be compared, references by what they refer to.

        They are values of `owner`, or of the copy if that is None.
        """
        dtype = values.dtype
        if dtype.names is not None:
            return [self._plain(values[name], owner) for name in dtype.names]
        if h5py.check_ref_dtype(dtype) is not None:
            return [self._referred(reference, owner) for reference in values.flat]
        inner = h5py.check_vlen_dtype(dtype)
        if isinstance(inner, np.dtype):
            arrays = (np.asarray(value, inner) for value in values.flat)
            return [(array.shape, self._plain(array, owner)) for array in arrays]
        return values.tolist() if dtype.hasobject else values.tobytes()

    def _referred(self, reference: Any, owner: Any) -> Any:
        if not reference:
            return None
        item = self._root if owner is None else owner
        try:
            address = address_of(h5r.dereference(reference, item))
        except (ValueError, RuntimeError, OSError, KeyError):
            return None
        if owner is not None:
            if address not in self._members:
                return None
            address = self._pairs[address]
        if not isinstance(reference, h5r.RegionReference):
            return address
        return address, _described(h5r.get_region(reference, item))


def compression_is_unbounded(plan: DatasetPlan) -> bool:
    """Tell whether a lossy filter does not say by how much it changes a value."""
    compression = None if plan.new is None else plan.new.compression
    if compression is None:
        return False
    lossy = {"rate", "precision", "peak_signal_to_noise_ratio"}
    return bool(lossy & {name for name, _ in compression.options})


def _corner(box: tuple[slice, ...]) -> tuple[int, ...]:
    return tuple(side.start for side in box)


def _same_space(one: Any, other: Any) -> bool:
    if one.get_simple_extent_type() != other.get_simple_extent_type():
        return False
    if one.get_simple_extent_type() != h5s.SIMPLE:
        return True
    limits = [each.get_simple_extent_dims(maxdims=True) for each in (one, other)]
    return bool(one.shape == other.shape and limits[0] == limits[1])


def _same_fill(source: h5py.Dataset, copy: h5py.Dataset) -> bool:
    a, b = source.id.get_create_plist(), copy.id.get_create_plist()
    if a.get_fill_time() != b.get_fill_time():
        return False
    if a.fill_value_defined() != b.fill_value_defined():
        return False
    if a.fill_value_defined() != h5d.FILL_VALUE_USER_DEFINED:
        return True
    try:
        one, other = source.fillvalue, copy.fillvalue
    except (TypeError, ValueError, RuntimeError):  # of a type that NumPy has not
        return True
    if isinstance(one, np.ndarray | np.generic) and not one.dtype.hasobject:
        return bool(one.tobytes() == other.tobytes())
    return bool(one == other)


def _described(space: Any) -> Any:
    if space.get_select_type() == h5s.SEL_HYPERSLABS:
        return space.shape, space.get_select_hyper_blocklist().tolist()
    if space.get_select_type() == h5s.SEL_POINTS:
        return space.shape, space.get_select_elem_pointlist().tolist()
    return space.shape, int(space.get_select_npoints())

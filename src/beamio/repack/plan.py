"""What a copy will change, dataset by dataset."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import h5py
from h5py import h5l

from beamio.errors import MissingPathError, OptionError, nearest
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.hdf5.storage import is_plain
from beamio.model import Compression, chunk_shape
from beamio.repack.names import FileNames
from beamio.repack.options import RepackOptions
from beamio.repack.storage import (
    NewStorage,
    Storage,
    create_like,
    may_be_set_again,
    nbytes_of,
    pipeline_of,
    storage_of,
)
from beamio.repack.tree import Address, Kind, Link, Member, Members, walk

OUTSIDE = {"virtual", "external"}
"""Layouts of datasets whose values lie elsewhere."""
_TINY = 4096
"""Bytes below which a dataset without chunks stays as it is."""


@dataclass(frozen=True, slots=True)
class DatasetPlan:
    """How a dataset is stored, and how its copy will be."""

    path: str
    shape: tuple[int, ...] | None
    dtype: str
    nbytes: int
    """Bytes of the values, decoded."""
    stored: int
    """Bytes in the source."""
    before: Storage
    after: Storage
    new: NewStorage | None
    """What is to be changed; None for a copy as it is."""
    reason: str = ""
    """Why it is copied as it is, where a change was asked for."""


@dataclass(frozen=True, slots=True)
class RepackPlan:
    """Objects of a file, or of several, and what their copy will be."""

    file: h5py.File
    """The file, or the first."""
    output: str | None
    options: RepackOptions
    members: Mapping[Address, Member]
    """Every object by address, the group that all are in first."""
    datasets: Mapping[Address, DatasetPlan]
    """What is to be done with each dataset, by address."""
    names: Mapping[int, FileNames]
    """How names of other files are written, by libhdf5's number of the source."""

    @property
    def files(self) -> list[h5py.File]:
        """The files that are read."""
        files = (member.file for member in self.members.values())
        return list({id(file): file for file in files if file is not None}.values())


def make_plan(
    file: h5py.File, output: str | None, options: RepackOptions
) -> RepackPlan:
    """Return what is to be done with a file.

    Raises
    ------
    MissingPathError
        If no dataset has a path that was named.
    OptionError
        If the filter or the chunks suit none of the datasets named.
    """
    members = walk(file)
    number = next(iter(members))[0]
    names = FileNames(str(file.filename), output or "")
    for member in members.values():
        member.links[:] = [renamed(link, names) for link in member.links]
    plans = plan_datasets(members, options)
    check_names(file, plans.values(), options)
    return RepackPlan(file, output, options, members, plans, {number: names})


def renamed(link: Link, names: FileNames) -> Link:
    """Return a link with the file name that it has in the copy."""
    if link.kind != h5l.TYPE_EXTERNAL:
        return link
    file, inside = link.target
    moved = names.of_link(file.decode("utf-8", "surrogateescape"))
    return replace(link, target=(moved.encode("utf-8", "surrogateescape"), inside))


def plan_datasets(
    members: Members, options: RepackOptions, *, flat: bool = False
) -> dict[Address, DatasetPlan]:
    """Return what is to be done with each dataset, by address.

    Parameters
    ----------
    members
        The objects.
    options
        What was asked for.
    flat
        Whether values that lie outside, as of virtual datasets, are to be copied.
    """
    plans = {}
    with h5py.File("scratch", "w", driver="core", backing_store=False) as scratch:
        for address, member in members.items():
            if member.kind is Kind.DATASET:
                with told_in_one_line(member.filename):
                    dataset = h5py.Dataset(member.open())
                    plan = _planned(dataset, member.name, options, scratch, flat=flat)
                plans[address] = plan
    return plans


def check_names(
    file: h5py.File, plans: Iterable[DatasetPlan], options: RepackOptions
) -> None:
    """Make sure that the options suit the datasets that they name.

    Raises
    ------
    MissingPathError
        If no dataset has a path that was named.
    OptionError
        If the filter or the chunks suit none of the datasets named.
    """
    paths = {plan.path: plan for plan in plans}
    for wanted in options.only:
        chosen = [
            plan
            for path, plan in paths.items()
            if RepackOptions(only=(wanted,)).concerns(path)
        ]
        if not chosen:
            raise MissingPathError(
                f"{file.filename}: there is no dataset {wanted}"
                f"{nearest(wanted, paths)}",
                place=str(file.filename),
            )
        if len(chosen) == 1 and chosen[0].reason and options.change:
            raise OptionError(
                f"{file.filename}::{chosen[0].path}: can't be changed: "
                f"{chosen[0].reason}",
                place=f"{file.filename}::{chosen[0].path}",
            )


def _planned(
    dataset: h5py.Dataset,
    path: str,
    options: RepackOptions,
    scratch: h5py.File,
    *,
    flat: bool,
) -> DatasetPlan:
    before = after = storage_of(dataset)
    flat = flat and bool(dataset.shape) and before.layout in OUTSIDE
    new, reason = None, ""
    if flat:
        new, reason = _flattened(dataset, path, options)
        trial = create_like(scratch, dataset, new, dataset.id.get_type())
        after = storage_of(trial)
    elif options.change and options.concerns(path):
        reason = _obstacle(dataset, before, options)
        if not reason:
            new = _wanted(dataset, options)
            trial = create_like(scratch, dataset, new, dataset.id.get_type())
            after = storage_of(trial)
            if _is_same(trial, dataset):
                new, reason = None, "is so already"
    return DatasetPlan(
        path,
        dataset.shape,
        _type_name(dataset),
        nbytes_of(dataset),
        int(dataset.id.get_storage_size()),
        before,
        after,
        new,
        reason,
    )


def _flattened(
    dataset: h5py.Dataset, path: str, options: RepackOptions
) -> tuple[NewStorage, str]:
    """Return how values that lie outside are stored, and why not as was asked."""
    reason = ""
    if options.change and options.concerns(path):
        reason = _unfit(dataset, Storage("contiguous")) or _refused(dataset, options)
        if not reason:
            return _wanted(dataset, options), ""
    itemsize = dataset.id.get_type().get_size()
    chunks = chunk_shape(dataset.shape, itemsize, maxshape=dataset.maxshape)
    return NewStorage(chunks, None, checksum=False), reason


def _obstacle(dataset: h5py.Dataset, before: Storage, options: RepackOptions) -> str:
    """Return why a dataset can't be changed; empty if it can."""
    return (
        _unfit(dataset, before)
        or _pointless(dataset, before, options)
        or _refused(dataset, options)
    )


def _unfit(dataset: h5py.Dataset, before: Storage) -> str:
    if before.layout == "virtual":
        return "it is virtual: change its sources"
    try:
        plain = not dataset.dtype.hasobject and is_plain(
            dataset.id.get_type(), dataset.dtype
        )
    except TypeError:
        plain = False
    if not plain:
        return "its values are no numbers or text of one length"
    if not dataset.shape or 0 in dataset.maxshape:
        return "it is a scalar or empty"
    return ""


def _pointless(dataset: h5py.Dataset, before: Storage, options: RepackOptions) -> str:
    if before.layout == "chunked":
        return ""
    if nbytes_of(dataset) < _TINY:
        return f"it is smaller than {_TINY:,} bytes"
    plain = options.filter is None or options.filter.name == "none"
    if plain and options.chunks == "keep" and not options.checksum:
        return "it has no filter"
    return ""


def _refused(dataset: h5py.Dataset, options: RepackOptions) -> str:
    if options.filter is None:
        again = may_be_set_again(dataset.id.get_create_plist())
        return "" if again else "its filter can't be applied anew: name another"
    if options.filter.name != "none":
        try:
            options.filter.check(dataset.dtype, _chunks(dataset, options))
        except OptionError as error:
            return str(error)
    return ""


def _wanted(dataset: h5py.Dataset, options: RepackOptions) -> NewStorage:
    has_checksum = dataset.fletcher32 and str(options.filter) != "none"
    return NewStorage(
        _chunks(dataset, options), options.filter, options.checksum or has_checksum
    )


def _chunks(dataset: h5py.Dataset, options: RepackOptions) -> tuple[int, ...]:
    asked = options.chunks
    if isinstance(asked, tuple) and len(asked) == dataset.ndim:
        axes = zip(asked, dataset.maxshape, strict=True)
        return tuple(n if most is None else min(n, most) for n, most in axes)
    if asked != "auto" and dataset.chunks is not None:
        return tuple(dataset.chunks)
    grouped = (options.filter or Compression()).is_grouped
    itemsize = dataset.dtype.itemsize
    return chunk_shape(
        dataset.shape, itemsize, maxshape=dataset.maxshape, grouped=grouped
    )


def _is_same(one: h5py.Dataset, other: h5py.Dataset) -> bool:
    a, b = one.id.get_create_plist(), other.id.get_create_plist()
    if a.get_layout() != b.get_layout() or one.chunks != other.chunks:
        return False
    return pipeline_of(a) == pipeline_of(b)


def _type_name(dataset: h5py.Dataset) -> str:
    try:
        dtype = dataset.dtype
    except TypeError:
        return "other"
    if dtype.names is not None:
        return "compound"
    if dtype.hasobject:
        return "text" if h5py.check_string_dtype(dtype) else "variable length"
    return str(dtype)

"""How the values of a dataset are stored, in words and as libhdf5 takes it."""

from dataclasses import dataclass
from math import prod
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5p, h5z

from beamio.formats.hdf5 import creation_options
from beamio.formats.hdf5.filter_names import filter_names
from beamio.model import Compression

_BITSHUFFLE = 32008
_AGAIN = {
    h5z.FILTER_DEFLATE,
    h5z.FILTER_SHUFFLE,
    h5z.FILTER_LZF,
    307,
    32001,
    32004,
    _BITSHUFFLE,
    32015,
    32026,
}
"""Filters that lose nothing, and that take their options from one shape to another."""
_LAYOUTS = {
    h5d.COMPACT: "compact",
    h5d.CONTIGUOUS: "contiguous",
    h5d.CHUNKED: "chunked",
    h5d.VIRTUAL: "virtual",
}

Pipeline = list[tuple[int, int, tuple[int, ...]]]
"""Number, flags and options of each filter."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Layout, filters and chunks of a dataset."""

    layout: str
    filters: tuple[str, ...] = ()
    chunks: tuple[int, ...] | None = None

    def __str__(self) -> str:
        if self.chunks is None:
            return self.layout
        filters = "+".join(self.filters) or "no filter"
        return f"{filters}, chunks {' x '.join(map(str, self.chunks))}"


@dataclass(frozen=True, slots=True)
class NewStorage:
    """Chunks, and filters by name; None for those that a dataset has."""

    chunks: tuple[int, ...]
    compression: Compression | None
    checksum: bool


def storage_of(dataset: h5py.Dataset) -> Storage:
    """Return how a dataset is stored."""
    properties = dataset.id.get_create_plist()
    layout = _LAYOUTS[properties.get_layout()]
    if properties.get_external_count():
        layout = "external"
    return Storage(layout, filter_names(properties), dataset.chunks)


def pipeline_of(properties: Any) -> Pipeline:
    """Return the filters of a creation property list."""
    found = map(properties.get_filter, range(properties.get_nfilters()))
    return [(number, flags, tuple(values)) for number, flags, values, _ in found]


def may_be_set_again(properties: Any) -> bool:
    """Tell whether the filters of a dataset may be given to one of another shape."""
    numbers = {number for number, _, _ in pipeline_of(properties)}
    return numbers <= _AGAIN | {h5z.FILTER_FLETCHER32}


def create_like(
    group: Any, dataset: h5py.Dataset, new: NewStorage, kind: Any
) -> h5py.Dataset:
    """Return a new dataset without a name, empty and stored in another way.

    Parameters
    ----------
    group
        A group of the file that it is to be in.
    dataset
        What it is like in all else.
    new
        How it is stored.
    kind
        Its type, an `h5py.h5t.TypeID`.
    """
    theirs = dataset.id.get_create_plist()
    mine = _like(theirs, dataset)
    filters: dict[str, Any] = {}
    if new.compression is None:
        for number, flags, values in pipeline_of(theirs):
            if number != h5z.FILTER_FLETCHER32:
                mine.set_filter(number, flags, _as_given(number, values))
    else:
        filters = creation_options(new.compression)
    return group.create_dataset(
        None,
        dataset.shape,
        h5py.Datatype(kind),
        maxshape=dataset.maxshape,
        chunks=new.chunks,
        dcpl=mine,
        track_times=theirs.get_obj_track_times(),
        fletcher32=new.checksum or None,
        **filters,
    )


def _like(theirs: Any, dataset: h5py.Dataset) -> Any:
    """Return the properties of a dataset but for its filters and chunks."""
    if not theirs.get_external_count():
        mine = theirs.copy()
        for number, _, _ in pipeline_of(theirs):
            mine.remove_filter(number)
        if theirs.get_layout() != h5d.CHUNKED:
            mine.set_layout(h5d.CHUNKED)
            mine.set_alloc_time(h5d.ALLOC_TIME_DEFAULT)
        return mine
    return without_raw_files(dataset)


def without_raw_files(dataset: h5py.Dataset) -> Any:
    """Return the properties of a dataset as if it had no raw files."""
    theirs = dataset.id.get_create_plist()
    mine = h5p.create(h5p.DATASET_CREATE)  # there is no way to forget raw files
    if theirs.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED:
        fill = np.zeros((), dataset.dtype)
        theirs.get_fill_value(fill)
        mine.set_fill_value(fill)
    mine.set_fill_time(theirs.get_fill_time())
    mine.set_attr_creation_order(theirs.get_attr_creation_order())
    mine.set_attr_phase_change(*theirs.get_attr_phase_change())
    return mine


def _as_given(number: int, values: tuple[int, ...]) -> tuple[int, ...]:
    """Return the options of a filter without those that it adds by itself."""
    # Bitshuffle would take its own version for the options, after which nobody
    # could decode a chunk.
    return values[3:] if number == _BITSHUFFLE else values


def nbytes_of(dataset: h5py.Dataset) -> int:
    """Return the bytes of all values of a dataset, decoded."""
    return prod(dataset.shape or (0,)) * int(dataset.id.get_type().get_size())

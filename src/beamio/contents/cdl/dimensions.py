"""Dimensions: those of dimension scales, and for all else one for each length."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import h5py
from h5py import h5o

from beamio.contents.cdl.section import Dimension, Section, Variable
from beamio.view.cdl.names import escaped

_BARE = b"This is a netCDF dimension but not a netCDF variable"
"""How netCDF names scales that only stand for a length."""
_RENAMED = "_nc4_non_coord_"
"""What netCDF puts before the name of a variable that is called as a dimension."""
_UNREADABLE = (OSError, KeyError, RuntimeError, TypeError, ValueError)


def is_scale(dataset: Any) -> bool:
    """Tell whether a dataset is a dimension scale of HDF5."""
    return isinstance(dataset, h5py.Dataset) and bool(dataset.is_scale)


def is_bare(dataset: Any) -> bool:
    """Tell whether a dimension scale is no variable of its own."""
    name = dataset.attrs.get("NAME", b"")
    return isinstance(name, bytes) and name.startswith(_BARE)


def netcdf_name(name: str) -> str:
    """Return what netCDF calls a dataset."""
    return name.removeprefix(_RENAMED)


class Dimensions:
    """The dimensions of a file."""

    def __init__(self, root: Section) -> None:
        self._root = root
        self._by_address: dict[int, Dimension] = {}
        self._by_number: dict[int, Dimension] = {}
        self._taken: set[str] = set()
        self._numbers = count()

    def add_scale(self, section: Section, name: str, dataset: Any) -> None:
        """Declare the dimension of a scale in its group."""
        if not dataset.shape or name in section.dimensions:
            return
        length = int(dataset.shape[0])
        grows = dataset.maxshape[0] is None or not length
        found = Dimension(name, length, grows)
        section.dimensions[name] = found
        self._taken.add(name)
        self._by_address[h5o.get_info(dataset.id).addr] = found
        with suppress(*_UNREADABLE):
            self._by_number[int(dataset.attrs["_Netcdf4Dimid"])] = found

    def of(
        self, section: Section, variable: Variable, dataset: Any
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the names of a variable's dimensions, and which axes are unlimited."""
        limits = getattr(dataset, "maxshape", None) or dataset.shape
        named = list(self._scales(dataset))
        used: list[Dimension] = []
        for axis, length in enumerate(variable.shape):
            found = named[axis] if axis < len(named) else None
            if found is None or not _fits(section, found, length):
                grows = axis < len(limits) and limits[axis] is None
                found = self._nameless(section, length, used, grows=grows or not length)
            used.append(found)
        growing = (axis for axis, found in enumerate(used) if found.is_unlimited)
        return tuple(escaped(found.name) for found in used), tuple(growing)

    def _scales(self, dataset: Any) -> Iterator[Dimension | None]:
        """Yield the dimension of the scale of each axis, None without one."""
        if not isinstance(dataset, h5py.Dataset):
            return
        if is_scale(dataset):
            yield self._by_address.get(h5o.get_info(dataset.id).addr)
            with suppress(*_UNREADABLE):
                numbers = dataset.attrs["_Netcdf4Coordinates"]
                yield from (self._by_number.get(int(i)) for i in numbers[1:])
        elif "DIMENSION_LIST" in dataset.attrs:
            for axis in range(len(dataset.shape)):
                yield self._attached(dataset, axis)

    def _attached(self, dataset: Any, axis: int) -> Dimension | None:
        try:
            scale = h5py.Dataset.dims.fget(dataset)[axis][0]
            address = h5o.get_info(scale.id).addr
            if address not in self._by_address:  # outside of what is written
                name = str(scale.name).rpartition("/")[2]
                self.add_scale(self._root, netcdf_name(name), scale)
            return self._by_address.get(address)
        except _UNREADABLE:
            return None

    def _nameless(
        self, section: Section, length: int, used: list[Dimension], *, grows: bool
    ) -> Dimension:
        """Return a dimension of a length, as netCDF makes them up."""
        for found in section.dimensions.values():
            same = (found.length, found.is_unlimited) == (length, grows)
            if same and found.name.startswith("phony_dim_") and found not in used:
                return found
        name = next(name for name in self._made_up() if name not in self._taken)
        found = section.dimensions[name] = Dimension(name, length, grows)
        return found

    def _made_up(self) -> Iterator[str]:
        return (f"phony_dim_{number}" for number in self._numbers)


def _fits(section: Section, found: Dimension, length: int) -> bool:
    """Tell whether a dimension may be used in a group, by its mere name."""
    seen = (here.dimensions.get(found.name) for here in section.outwards())
    nearest = next((each for each in seen if each is not None), None)
    return nearest is found and (found.is_unlimited or found.length == length)

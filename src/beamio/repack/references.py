"""References to objects and regions of one file, made to point into its copy."""

from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from h5py import h5o, h5r, h5t

from beamio.model import Array
from beamio.repack.tree import Address, Member, address_of


class References:
    """Turns references into those to the corresponding objects of a copy.

    Parameters
    ----------
    target
        The `h5py.h5g.GroupID` that the copy is made in.
    members
        The objects that are copied, by address, and their places in `target`.
    """

    def __init__(self, target: Any, members: Mapping[Address, Member]) -> None:
        self._target = target
        self._members = members
        self.lost = 0
        """References to what is not copied; they became null."""

    def translated(self, values: Array, owner: Any) -> Array:
        """Return values of `owner` with every reference in them translated."""
        if not has_references(values.dtype):
            return values
        out = values.copy()
        if values.dtype.names is not None:
            for name in values.dtype.names:
                out[name] = self.translated(values[name], owner)
            return out
        inner = h5py.check_vlen_dtype(values.dtype)
        for place, value in np.ndenumerate(values):
            if inner is None:
                out[place] = self._one(value, owner)
            else:
                out[place] = self.translated(np.asarray(value, inner), owner)
        return out

    def _one(self, reference: Any, owner: Any) -> Any:
        if not reference:
            return reference
        try:
            item = h5r.dereference(reference, owner)
            place = self._members[address_of(item)].place
        except (KeyError, ValueError, RuntimeError, OSError):
            self.lost += 1
            return type(reference)()
        there = h5o.open(self._target, place)
        if isinstance(reference, h5r.RegionReference):
            space = h5r.get_region(reference, owner)
            return h5r.create(there, b".", h5r.DATASET_REGION, space)
        return h5r.create(there, b".", h5r.OBJECT)


def has_references(dtype: np.dtype[Any]) -> bool:
    """Tell whether values of a type hold references.

    Examples
    --------
    >>> has_references(np.dtype([("a", "i4"), ("b", h5py.ref_dtype)]))
    True
    """
    if dtype.names is not None:
        return any(has_references(dtype[name]) for name in dtype.names)
    if dtype.subdtype is not None:
        return has_references(dtype.subdtype[0])
    inner = h5py.check_vlen_dtype(dtype)
    if isinstance(inner, np.dtype):
        return has_references(inner)
    return h5py.check_ref_dtype(dtype) is not None


def is_in_heap(kind: Any) -> bool:
    """Tell whether values of an `h5py.h5t.TypeID` lie outside of their elements."""
    number = kind.get_class()
    if number == h5t.COMPOUND:
        members = range(kind.get_nmembers())
        return any(is_in_heap(kind.get_member_type(i)) for i in members)
    if number == h5t.ARRAY:
        return is_in_heap(kind.get_super())
    if number == h5t.STRING:
        return bool(kind.is_variable_str())
    return number in {h5t.VLEN, h5t.REFERENCE}

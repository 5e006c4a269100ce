"""The attributes of an object, of HDF5 or of a tree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5s, h5t

from beamio.diff.types import ValueType
from beamio.model import Array
from beamio.repack.attributes import attribute_names, read_attribute


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """An attribute, whose values are read when they are asked for."""

    type: ValueType
    shape: tuple[int, ...] | None
    """None if it is empty in the sense of HDF5."""
    read: Callable[[], Array]


def attributes_of(item: Any) -> Mapping[str, Attribute]:
    """Return the attributes of an object by name.

    Raises
    ------
    OSError, RuntimeError, KeyError
        If they can't be read.
    """
    if not isinstance(item, h5py.HLObject):
        return {name: _of_value(value) for name, value in item.attrs.items()}
    return {
        name.decode("utf-8", "surrogateescape"): _of_hdf5(item.id, name)
        for name in attribute_names(item.id)
    }


def _of_hdf5(item: Any, name: bytes) -> Attribute:
    attribute = h5a.open(item, name)
    space = attribute.get_space()
    is_null = space.get_simple_extent_type() == h5s.NULL
    kind = ValueType.of_hdf5(attribute.get_type())
    shape = None if is_null else tuple(map(int, space.shape))
    return Attribute(kind, shape, partial(_read, attribute, kind, shape))


def _read(attribute: Any, kind: ValueType, shape: tuple[int, ...] | None) -> Array:
    if shape is None:
        return np.empty(0)
    if kind.dtype is None:
        return read_attribute(attribute)[0]
    values = np.empty(shape, kind.dtype)
    if values.size:
        attribute.read(values, mtype=h5t.py_create(kind.dtype))
    return values


def _of_value(value: Any) -> Attribute:
    if isinstance(value, h5py.Empty):
        return Attribute(ValueType(value.dtype), None, lambda: np.empty(0))
    array = np.asarray(value)
    if array.dtype.kind == "U":
        array = array.astype(object)
    return Attribute(ValueType(array.dtype), array.shape, lambda: array)

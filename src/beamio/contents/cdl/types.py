"""NumPy types, with h5py's notes in them, as types of CDL."""

from typing import Any

import h5py
import numpy as np

from beamio.formats.hdf5.element_type import words_of
from beamio.view.cdl.types import CdlType, Compound, Enum, Opaque, Primitive, Vlen

_NUMBERS = {
    "i1": "byte",
    "u1": "ubyte",
    "i2": "short",
    "u2": "ushort",
    "i4": "int",
    "u4": "uint",
    "i8": "int64",
    "u8": "uint64",
    "f2": "float",  # holds each of its values
    "f4": "float",
    "f8": "double",
}
CHARACTERS = Primitive("char")
"""The type of a variable whose last axis is a text."""
_TRUTH = (("FALSE", 0), ("TRUE", 1))


class Inexpressible(Exception):  # noqa: N818 (it is caught, and told as a comment)
    """CDL has no word for it."""


def cdl_type(dtype: "np.dtype[Any]") -> CdlType:
    """Return a type in CDL, without the shape that a NumPy type may have.

    Raises
    ------
    Inexpressible
        If it has none.

    Examples
    --------
    >>> cdl_type(np.dtype(">u2")), cdl_type(h5py.string_dtype())
    (Primitive(name='ushort'), Primitive(name='string'))
    """
    if h5py.check_string_dtype(dtype) is not None:
        return Primitive("string")
    if members := h5py.check_enum_dtype(dtype):
        base = _number(dtype)
        listed = ((name, int(value)) for name, value in members.items())
        return Enum(base, tuple(sorted(listed, key=lambda member: member[1])))
    if (base_type := h5py.check_vlen_dtype(dtype)) is not None:
        return Vlen(cdl_type(base_type))
    if h5py.check_ref_dtype(dtype) is not None:
        raise Inexpressible(f"is of the type {words_of(dtype)}, which CDL has not")
    if dtype.names is not None:
        return Compound(tuple(_field(name, dtype[name]) for name in dtype.names))
    if dtype.subdtype is not None:
        return cdl_type(dtype.subdtype[0])
    return _plain(dtype)


def _field(name: str, dtype: "np.dtype[Any]") -> tuple[str, CdlType, tuple[int, ...]]:
    return name, cdl_type(dtype), dtype.shape


def _plain(dtype: "np.dtype[Any]") -> CdlType:
    if dtype.kind in "SUO":
        return Primitive("string")
    if dtype.kind == "b":
        return Enum(Primitive("byte"), _TRUTH)
    if dtype.kind == "V":
        return Opaque(dtype.itemsize)
    if dtype.kind == "c":
        part = _number(np.dtype(f"f{dtype.itemsize // 2}"))
        return Compound((("r", part, ()), ("i", part, ())))
    return _number(dtype)


def _number(dtype: "np.dtype[Any]") -> Primitive:
    name = _NUMBERS.get(dtype.str[1:])
    if name is None:
        raise Inexpressible(f"is of the type {words_of(dtype)}, which CDL has not")
    return Primitive(name)

"""Types of elements in words, as a reader of a listing knows them."""

from typing import Any

import h5py
import numpy as np
from h5py import h5t

from beamio.model import ElementType

_CLASSES = {
    h5t.INTEGER: "integer",
    h5t.FLOAT: "float",
    h5t.TIME: "time",
    h5t.STRING: "text",
    h5t.BITFIELD: "bit field",
    h5t.OPAQUE: "opaque",
    h5t.COMPOUND: "compound",
    h5t.REFERENCE: "reference",
    h5t.ENUM: "enum",
    h5t.VLEN: "list",
    h5t.ARRAY: "array",
}
_SHOWN = 8
"""Members of an enum, or fields of a compound, that are named."""


def element_type(kind: Any) -> ElementType:
    """Return an `h5py.h5t.TypeID` in words."""
    size = int(kind.get_size())
    try:
        dtype = kind.dtype
    except (TypeError, ValueError, RuntimeError, OSError, OverflowError):
        return ElementType(f"{_CLASSES.get(kind.get_class(), 'unknown')}", None, size)
    if kind.get_class() == h5t.BITFIELD:
        return ElementType(f"bit field {words_of(dtype)}", dtype.str, size)
    return ElementType(words_of(dtype), numpy_name(dtype), size)


def of_numpy(dtype: "np.dtype[Any]") -> ElementType:
    """Return a NumPy type in words."""
    return ElementType(words_of(dtype), numpy_name(dtype), dtype.itemsize)


def numpy_name(dtype: "np.dtype[Any]") -> str | None:
    """Return how NumPy writes a type; None if only h5py knows what it holds."""
    return None if dtype.hasobject else str(dtype.str if dtype.names is None else dtype)


def words_of(dtype: "np.dtype[Any]") -> str:
    """Return a type, with h5py's notes in it, in words.

    Examples
    --------
    >>> words_of(np.dtype(">u2")), words_of(h5py.string_dtype())
    ('uint16 big-endian', 'text')
    >>> words_of(np.dtype([("x", "f8"), ("image", "u1", (2, 3))]))
    'compound {x: float64, image: uint8[2,3]}'
    >>> words_of(h5py.enum_dtype({"OFF": 0, "ON": 1}, "u1"))
    'enum uint8 {OFF=0, ON=1}'
    """
    return _of_h5py(dtype) or _of_numpy(dtype)


def _of_h5py(dtype: "np.dtype[Any]") -> str:
    """Return what only h5py knows of a type, in words; empty if it is NumPy's."""
    text = h5py.check_string_dtype(dtype)
    if text is not None:
        return "text" if text.length is None else f"text[{text.length}]"
    if members := h5py.check_enum_dtype(dtype):
        listed = _listed([f"{name}={value}" for name, value in members.items()])
        return f"enum {words_of(np.dtype(dtype.str))} {listed}"
    if (base := h5py.check_vlen_dtype(dtype)) is not None:
        return f"list of {words_of(base)}"
    if (reference := h5py.check_ref_dtype(dtype)) is not None:
        is_region = reference is h5py.RegionReference
        return "region reference" if is_region else "reference"
    return ""


def _of_numpy(dtype: "np.dtype[Any]") -> str:
    if dtype.names is not None:
        fields = ((name, dtype[name]) for name in dtype.names)
        listed = _listed([f"{name}: {words_of(field)}" for name, field in fields])
        return f"compound {listed}"
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return f"{words_of(base)}[{','.join(map(str, shape))}]"
    return _plain(dtype)


def _plain(dtype: "np.dtype[Any]") -> str:
    if dtype.kind == "V":
        return f"opaque[{dtype.itemsize}]"
    if dtype.kind in "OU":
        return "text"
    order = "" if dtype.isnative else " big-endian"
    return f"{dtype.newbyteorder('=').name}{order}"


def _listed(parts: list[str]) -> str:
    more = ", ..." if len(parts) > _SHOWN else ""
    return f"{{{', '.join(parts[:_SHOWN])}{more}}}"

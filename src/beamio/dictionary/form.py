"""What HDF5 holds for a value: data, and a mark where they alone don't tell."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import h5py
import numpy as np

from beamio.dictionary import coding, lists, moments
from beamio.dictionary.types import (
    BYTES,
    TEXT,
    described,
    is_native,
    is_sparse,
    storable,
)
from beamio.dictionary.units import is_quantity, units_of
from beamio.errors import OptionError
from beamio.model import Array


@dataclass(frozen=True, slots=True)
class Form:
    """The data of a dataset or an attribute."""

    data: Any
    """An array of a type that HDF5 has, or an `h5py.Empty`."""
    mark: str = ""
    """What else must be known to make the value again."""
    units: str = ""
    """Of a quantity."""


NATURAL = (np.dtype("i8"), np.dtype("f8"), np.dtype("?"), np.dtype("c16"))
"""Types whose scalars are read as Python's own."""
_INT64 = range(-(2**63), 2**63)
_UINT64 = range(2**63, 2**64)


def form(value: Any, *, nested: bool = False) -> Form | None:
    """Return what HDF5 holds for a value.

    Parameters
    ----------
    value
        Any value but a dictionary or a link.
    nested
        Whether a list whose items no array can hold, and no short text, may be kept
        as a group: None is returned then.

    Raises
    ------
    OptionError
        If HDF5 has no way to hold it.

    Examples
    --------
    >>> form(2**70)
    Form(data=array('1180591620717411303424', dtype=object), mark='int', units='')
    """
    make = _MAKERS.get(type(value)) or _maker(value)
    if make is None:
        raise OptionError(
            f"a value of class {type(value).__module__}.{type(value).__qualname__} "
            "can't be kept; make it a number, text, a list, an array or a dictionary"
        )
    if make is _list and nested and _needs_group(value):
        return None
    return make(value)


def _maker(value: Any) -> "Callable[[Any], Form] | None":
    """Return the function for a class that is derived from a known one."""
    for kinds, make in _DERIVED:
        if isinstance(value, kinds):
            return make
    if is_quantity(value):
        return _quantity
    return None


def as_json(value: Any) -> Form:
    """Return a value as text in JSON, exactly."""
    try:
        text = json.dumps(coding.encode(value), allow_nan=False)
    except RecursionError:
        raise OptionError("lists are nested too deeply, or hold themselves") from None
    except OptionError:
        raise
    except ValueError:
        raise OptionError("a whole number in a list has too many digits") from None
    return Form(np.array(text, TEXT), "json")


def _none(_: object) -> Form:
    return Form(h5py.Empty("f4"), "None")


def _int(value: int) -> Form:
    value = int(value)
    if value in _INT64:
        return Form(np.array(value, np.int64))
    if value in _UINT64:
        return Form(np.array(value, np.uint64), "int")
    try:
        return Form(np.array(str(value), TEXT), "int")
    except ValueError:  # Python writes no more than some thousand digits
        return Form(np.array(hex(value), TEXT), "int")


def _float(value: float) -> Form:
    return Form(np.array(value, np.float64))


def _bool(value: object) -> Form:
    return Form(np.array(value, np.bool_))


def _complex(value: complex) -> Form:
    return Form(np.array(value, np.complex128))


def _str(value: str) -> Form:
    if not lists.is_clean(value):
        return as_json(str(value))
    return Form(np.array(str(value), TEXT))


def _bytes(value: bytes) -> Form:
    if 0 in value:
        return Form(np.frombuffer(value, np.uint8), "bytes")
    return Form(np.array(bytes(value), BYTES))


def _date(value: date) -> Form:
    text, mark = moments.as_text(value)
    return Form(np.array(text, TEXT), mark)


def _timedelta(value: timedelta) -> Form:
    return Form(_int(moments.microseconds(value)).data, "timedelta")


def _quantity(value: Any) -> Form:
    magnitude = form(value.magnitude)
    if magnitude is None or magnitude.mark == "json":
        raise OptionError("the magnitude of a quantity is a number or an array")
    return Form(magnitude.data, f"quantity {magnitude.mark}".strip(), units_of(value))


def _empty(value: h5py.Empty) -> Form:
    return Form(value)


def _list(value: Sequence[Any]) -> Form:
    plain = value if type(value) in (list, tuple) else _plain(value)
    found = lists.as_array(plain)
    return as_json(plain) if found is None else Form(*found)


def _plain(value: Sequence[Any]) -> Sequence[Any]:
    """Return a list or a tuple of a class of its own as one of Python's."""
    return tuple(value) if isinstance(value, tuple) else list(value)


def _needs_group(value: Any) -> bool:
    """Tell whether lists hold what is better not written as text."""
    waiting, passed = [iter(value)], {id(value)}
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, np.ndarray | Mapping | h5py.VirtualLayout) or (
                is_quantity(item)
            ):
                return True
            if isinstance(item, list | tuple) and id(item) not in passed:
                passed.add(id(item))
                waiting.append(iter(item))
                break
        else:
            waiting.pop()
    return False


def _reference(_: object) -> Form:
    raise OptionError("references lead nowhere in another file; give an h5py link")


def _has_references(dtype: np.dtype[Any]) -> bool:
    """Tell whether there are references in a type, at any depth."""
    if dtype.subdtype is not None:
        return _has_references(dtype.subdtype[0])
    if dtype.names is not None:
        return any(_has_references(dtype[name]) for name in dtype.names)
    held = h5py.check_vlen_dtype(dtype)
    if isinstance(held, np.dtype):
        return _has_references(held)
    return h5py.check_ref_dtype(dtype) is not None


def _scalar(value: np.generic) -> Form:
    if isinstance(value, np.str_ | np.bytes_):
        return _text_scalar(value)
    array = np.array(value)
    if _has_references(array.dtype):
        return _reference(value)
    if array.dtype in NATURAL:
        return Form(array, "numpy")
    if is_native(array.dtype):
        return Form(array)
    return Form(_viewed(array), f"numpy {described(array.dtype)}")


def _text_scalar(value: np.str_ | np.bytes_) -> Form:
    found = _str(value) if isinstance(value, np.str_) else _bytes(value)
    if found.mark == "json":
        return as_json(value)
    return Form(found.data, f"{found.mark} numpy".strip())


def _array(value: Array) -> Form:
    if isinstance(value, np.ma.MaskedArray):
        raise OptionError("a masked array must be filled first, with .filled()")
    mark = "" if value.ndim else "array"
    dtype = value.dtype
    if dtype.kind == "O" and not _has_references(dtype):
        return _objects(value, mark)
    if dtype.kind == "U":
        return _text_array(value)
    if dtype == np.dtypes.StringDType():
        found = _objects(value.astype(object), "")
        return as_json(value) if found.mark else Form(found.data, "array T")
    if _has_references(dtype):
        return _reference(value)
    if is_native(dtype):
        return Form(np.asarray(value), mark)
    if dtype.itemsize == 0 or dtype.hasobject:
        raise OptionError(f"an array of type {dtype} can't be kept in HDF5")
    return Form(_viewed(np.asarray(value)), f"array {described(dtype)}")


def _viewed(array: Array, dtype: np.dtype[Any] | None = None) -> Array:
    """Return an array in a type that HDF5 has, byte for byte."""
    return np.ndarray(array.shape, dtype or storable(array.dtype), array.tobytes())


def _text_array(value: Array) -> Form:
    items = value.reshape(-1).tolist()
    if not all(map(lists.is_clean, items)):
        return as_json(value)
    if is_sparse(value.dtype, items):
        opaque = np.dtype((np.void, value.dtype.itemsize))
        return Form(_viewed(value, opaque), f"array {value.dtype.str}")
    made = np.array(items, TEXT).reshape(value.shape)
    return Form(made, f"array {value.dtype.str}")


def _objects(value: Array, mark: str) -> Form:
    if h5py.check_vlen_dtype(value.dtype):
        return Form(value, mark)
    items = value.reshape(-1).tolist()
    kinds = set(map(type, items))
    if kinds <= {str}:
        if not all(map(lists.is_clean, items)):
            return as_json(value)
        return Form(np.array(items, TEXT).reshape(value.shape), mark)
    if kinds == {bytes}:
        if any(0 in item for item in items):
            return as_json(value)
        return Form(np.array(items, BYTES).reshape(value.shape), mark)
    raise OptionError("an array of objects holds only text or bytes; give a list")


_MAKERS: dict[type, Callable[[Any], Form]] = {
    type(None): _none,
    bool: _bool,
    int: _int,
    float: _float,
    complex: _complex,
    str: _str,
    bytes: _bytes,
    list: _list,
    tuple: _list,
    np.ndarray: _array,
    timedelta: _timedelta,
}
_DERIVED: tuple[tuple[Any, Callable[[Any], Form]], ...] = (
    (np.ndarray, _array),
    (np.generic, _scalar),  # before Python's own: numpy.float64 is a float, too
    (date, _date),
    (timedelta, _timedelta),
    (h5py.Empty, _empty),
    (h5py.Reference | h5py.RegionReference, _reference),
    (int, _int),
    (float, _float),
    (complex, _complex),
    (str, _str),
    (bytes | bytearray, _bytes),
    ((list, tuple), _list),
)

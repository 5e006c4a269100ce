"""Values as what JSON can hold, exactly, and back.

What JSON has itself stays as it is. Anything else is an object with a "$type" and a
"value"; the types have the names of the marks that HDF5 files get.
"""

import base64
import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import h5py
import numpy as np

from beamio.dictionary import moments
from beamio.dictionary.types import described, from_description, is_sparse
from beamio.dictionary.units import is_quantity, quantity, units_of
from beamio.errors import OptionError
from beamio.model import Array

TYPE = "$type"
_PLAIN = (type(None), bool, int, str)
_LISTED = 8
"""Bytes of the largest number that a Python float or int holds exactly."""


def encode(value: Any) -> Any:
    """Return a value as what `json.dumps` can write.

    Raises
    ------
    OptionError
        If there is no way to write it.

    Examples
    --------
    >>> encode([1, (2.5, None), b"ab"])
    [1, {'$type': 'tuple', 'value': [2.5, None]}, {'$type': 'bytes', 'value': 'YWI='}]
    """
    kind = type(value)
    if kind in _PLAIN or (kind is float and math.isfinite(value)):
        return value
    if kind is list:
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return _mapping(value)
    if not isinstance(value, np.generic):  # some of those are Python's as well
        for types, mark, write in _WRITERS:
            if isinstance(value, types):
                return {TYPE: mark, "value": write(value)}
    return _by_kind(value)


def _mapping(value: Mapping[Any, Any]) -> Any:
    if TYPE in value or not all(type(key) is str for key in value):
        pairs = [[encode(key), encode(item)] for key, item in value.items()]
        return {TYPE: "dict", "value": pairs}
    return {key: encode(item) for key, item in value.items()}


def _number(value: float) -> Any:
    return value if math.isfinite(value) else repr(value)


def _complex(value: complex) -> list[Any]:
    return [_number(value.real), _number(value.imag)]


def _base64(value: bytes | bytearray) -> str:
    return base64.b64encode(value).decode()


_WRITERS: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
    (tuple, "tuple", lambda value: [encode(item) for item in value]),
    (h5py.SoftLink, "soft link", lambda value: value.path),
    (h5py.ExternalLink, "external link", lambda value: [value.filename, value.path]),
    (timedelta, "timedelta", moments.microseconds),
    (h5py.Empty, "empty", lambda value: described(value.dtype)),
    (float, "float", lambda value: _number(float(value))),
    (complex, "complex", _complex),
    (bytes | bytearray, "bytes", _base64),
)


def _by_kind(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return _numpy(value)
    if is_quantity(value):
        parts = [encode(value.magnitude), units_of(value)]
        return {TYPE: "quantity", "value": parts}
    if isinstance(value, date):
        text, mark = moments.as_text(value)
        return {TYPE: mark, "value": text}
    bases: tuple[Any, ...] = (int, str, list)
    for base in bases:  # the value is of a class of its own
        if isinstance(value, base):
            return encode(base(value))
    raise OptionError(f"{type(value).__name__} is of no type that JSON can be made of")


def _numpy(value: np.generic | Array) -> Any:
    if isinstance(value, np.str_ | np.bytes_):
        plain = str(value) if isinstance(value, np.str_) else bytes(value)
        return {TYPE: "numpy", "value": encode(plain)}
    if isinstance(value, np.ma.MaskedArray):
        raise OptionError("a masked array must be filled first, with .filled()")
    array = np.asarray(value)
    word = "array" if isinstance(value, np.ndarray) else "numpy"
    if array.dtype == np.dtypes.StringDType():
        found: dict[str, Any] = {TYPE: "array T", "value": array.tolist()}
    elif array.dtype.kind == "O":
        found = {TYPE: f"{word} O", "value": _objects(array)}
    elif array.dtype.hasobject:
        raise OptionError(f"an array of {array.dtype} has objects in its fields")
    else:
        found = {TYPE: f"{word} {described(array.dtype)}"}
        found.update(_values(array))
    if array.size == 0 or "base64" in found:
        found["shape"] = list(array.shape)
    return found


def _values(array: Array) -> dict[str, Any]:
    kind, size = array.dtype.kind, array.dtype.itemsize
    sparse = kind == "U" and is_sparse(array.dtype, array.reshape(-1).tolist())
    if (kind in "biuU" and not sparse) or (kind == "f" and size <= _LISTED):
        values = array.tolist()
        if kind == "f" and not np.isfinite(array).all():
            values = _mapped(values, _number)
        return {"value": values}
    data = base64.b64encode(np.ascontiguousarray(array).tobytes())
    return {"base64": data.decode()}


def _objects(array: Array) -> Any:
    if not all(isinstance(item, str | bytes) for item in array.flat):
        raise OptionError("an array of objects holds text or bytes; give a list")
    return _mapped(array.tolist(), encode)


def _mapped(values: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(values, list):
        return [_mapped(item, change) for item in values]
    return change(values)


def decode(value: Any) -> Any:
    """Return the value that `encode` has made this of.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        If it is nothing that `encode` makes.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TYPE not in value:
        return {key: decode(item) for key, item in value.items()}
    mark = value[TYPE]
    if not isinstance(mark, str):
        raise ValueError(f"{mark!r} is no type")  # noqa: TRY004 (wrong in the text)
    head, _, rest = mark.partition(" ")
    if head in {"array", "numpy"} and rest:
        found = _array(value, rest)
        return found if head == "array" else found[()]
    reader = _READERS.get(head)
    if reader is None:
        raise ValueError(f"{mark!r} is no type that beamio knows")
    return reader(value["value"], mark)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "tuple": lambda value, _: tuple(decode(value)),
    "dict": lambda value, _: {decode(key): decode(item) for key, item in value},
    "float": lambda value, _: float(value),
    "complex": lambda value, _: complex(float(value[0]), float(value[1])),
    "bytes": lambda value, _: base64.b64decode(value, validate=True),
    "soft": lambda value, _: h5py.SoftLink(value),
    "external": lambda value, _: h5py.ExternalLink(*value),
    "date": moments.from_text,
    "datetime": moments.from_text,
    "empty": lambda value, _: h5py.Empty(from_description(value)),
    "timedelta": lambda value, _: moments.from_microseconds(value),
    "quantity": lambda value, _: quantity(decode(value[0]), value[1]),
    "numpy": lambda value, _: _scalar(decode(value)),
}


def _scalar(value: Any) -> Any:
    return np.str_(value) if isinstance(value, str) else np.bytes_(value)


def _array(found: dict[str, Any], description: str) -> Array:
    if description == "O":
        values = _mapped(found["value"], decode)
        made = np.array(values, object)
        return made.reshape(found["shape"]) if "shape" in found else made
    if description == "T":
        made = np.array(found["value"], np.dtypes.StringDType())
        return made.reshape(found["shape"]) if "shape" in found else made
    dtype = from_description(description)
    if "base64" in found:
        data = bytearray(base64.b64decode(found["base64"], validate=True))
        return np.frombuffer(data, dtype).reshape(found["shape"])
    values = found["value"]
    if dtype.kind == "f":
        values = _mapped(values, float)
    if dtype.kind == "U" and is_sparse(dtype, np.ravel(values).tolist()):
        raise ValueError("the text is far shorter than its type")
    made = np.array(values, dtype)
    return made.reshape(found["shape"]) if "shape" in found else made

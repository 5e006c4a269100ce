"""The value of a dataset or an attribute, made again from its data and its mark."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import h5py
import numpy as np

from beamio.dictionary import coding, lists, moments
from beamio.dictionary.form import NATURAL
from beamio.dictionary.types import from_description, is_sparse
from beamio.dictionary.units import quantity
from beamio.model import Array


def natural(array: Array) -> Any:
    """Return data that have no mark as Python and NumPy have them.

    Scalars of Python's own types are Python's, others NumPy's. Text in UTF-8 is text,
    and text that says that it is ASCII is bytes, as silx has it.
    """
    dtype = array.dtype
    if dtype.kind in "OS":
        array = decoded(array)
        return array if array.ndim else array[()]
    if array.ndim:
        return array
    return array.item() if dtype in NATURAL else array[()]


def decoded(array: Array) -> Array:
    """Return text in UTF-8 as an object array of str; anything else as it is."""
    information = h5py.check_string_dtype(array.dtype)
    if information is None or information.encoding != "utf-8":
        return array
    items = [
        item.decode("utf-8", "surrogateescape") if isinstance(item, bytes) else item
        for item in array.reshape(-1).tolist()
    ]
    made = np.empty(len(items), object)
    made[:] = items
    return made.reshape(array.shape)


def restored(data: Any, mark: str, units: str | None = None) -> Any:
    """Return the value that has become these data and this mark.

    A mark that doesn't fit, since another program has changed the data, is ignored.

    Parameters
    ----------
    data
        An array as it is in the file, or an `h5py.Empty`.
    mark
        Its mark; may be empty.
    units
        What the attribute ``units`` says, for a quantity.
    """
    if not mark:
        return natural(data) if isinstance(data, np.ndarray) else data
    try:
        return _by_mark(data, mark, units)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        pass
    except (OverflowError, RecursionError):
        pass
    return restored(data, "")


def _by_mark(data: Any, mark: str, units: str | None) -> Any:
    if mark == "None":
        if isinstance(data, h5py.Empty):
            return None
        raise ValueError("there are data")
    head, _, rest = mark.partition(" ")
    if head == "quantity":
        if units is None:
            raise ValueError("the units are gone")
        return _quantity(restored(data, rest), units)
    return _READERS[head](decoded(data), rest, mark)


def _quantity(magnitude: Any, units: str) -> Any:
    """Return a quantity; the magnitude alone where Pint doesn't know it."""
    try:
        return quantity(magnitude, units)
    except ValueError:
        return magnitude


def _int(data: Any, _: str, __: str) -> int:
    value = data[()]
    return int(value, 0) if isinstance(value, str) else int(value)


def _bytes(data: Array, rest: str, _: str) -> bytes:
    if data.dtype != np.uint8:
        raise ValueError("these are no bytes")
    found = data.tobytes()
    return np.bytes_(found) if rest == "numpy" else found


def _numpy(data: Any, rest: str, _: str) -> Any:
    if data.ndim:
        raise ValueError("this is no scalar")
    if data.dtype.kind in "OS":
        value = data[()]
        return np.str_(value) if isinstance(value, str) else np.bytes_(value)
    return _viewed(data, rest)[()] if rest else data[()]


def _array(data: Array, rest: str, _: str) -> Array:
    if not rest:
        return data
    if data.dtype.kind == "O" and rest == "T":
        return data.astype(np.dtypes.StringDType())
    if data.dtype.kind == "O":
        dtype = from_description(rest)
        if dtype.kind != "U" or is_sparse(dtype, data.reshape(-1).tolist()):
            raise ValueError("the text has another type")
        return data.astype(dtype)
    return _viewed(data, rest)


def _viewed(data: Array, description: str) -> Array:
    dtype = from_description(description)
    if data.dtype.itemsize != dtype.itemsize or data.dtype.hasobject:
        raise ValueError("the type has another size")
    return np.ndarray(data.shape, dtype, bytearray(data.tobytes()))


def _list(data: Array, _: str, mark: str) -> Any:
    return lists.from_array(data, mark)


def _json(data: Any, _: str, __: str) -> Any:
    return coding.decode(json.loads(data[()]))


def _moment(data: Any, _: str, mark: str) -> date:
    return moments.from_text(data[()], mark)


def _timedelta(data: Any, _: str, __: str) -> Any:
    return moments.from_microseconds(data[()])


_READERS: dict[str, Callable[[Any, str, str], Any]] = {
    "array": _array,
    "bytes": _bytes,
    "date": _moment,
    "datetime": _moment,
    "int": _int,
    "json": _json,
    "list": _list,
    "numpy": _numpy,
    "timedelta": _timedelta,
    "tuple": _list,
}

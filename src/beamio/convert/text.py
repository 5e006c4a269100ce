"""Values of any source as HDF5 holds them: text as UTF-8, whatever its bytes."""

from typing import Any

import h5py
import numpy as np

from beamio.model import Array
from beamio.view import valid

_TEXT = h5py.string_dtype()


def as_text(value: object) -> str:
    r"""Return a value as text that HDF5 takes.

    Bytes are UTF-8, or else Latin-1, in which every byte is a character.

    Examples
    --------
    >>> as_text(b"caf\xc3\xa9"), as_text(b"caf\xe9"), as_text("a\0b"), as_text(3)
    ('café', 'café', 'a\\x00b', '3')
    """
    text = _decoded(value) if isinstance(value, bytes) else str(value)
    return valid(text).replace("\0", "\\x00")


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def storable(value: Any) -> Array:
    """Return an array whose type HDF5 has.

    Examples
    --------
    >>> storable(np.array(["a", "b"])).tolist(), storable(np.array([1, 2])).dtype
    (['a', 'b'], dtype('int64'))
    >>> storable(np.array("2026-01-31T12:00", "M8[m]")).tolist()
    '2026-01-31T12:00'
    """
    array = np.asarray(value)
    if is_text(array.dtype):
        found = np.empty(array.shape, _TEXT)
        found[...] = _texts(array)
        return found
    if array.dtype.kind == "m":
        return array.astype(np.int64)
    return array


def is_text(dtype: np.dtype[Any]) -> bool:
    """Tell whether values of a type are written as text."""
    return dtype.kind in "OSUM" and h5py.check_ref_dtype(dtype) is None


def _texts(array: Array) -> Array:
    texts = np.empty(array.shape, object)
    if array.dtype.kind == "M":
        array = np.datetime_as_string(array)
    for index, value in np.ndenumerate(array):
        texts[index] = as_text(value)
    return texts


def link_name(name: str) -> str:
    r"""Return a name as HDF5 takes it in a group.

    Examples
    --------
    >>> link_name("I/I0"), link_name("."), link_name("two\nlines")
    ('I%I0', '_', 'two\nlines')
    """
    found = as_text(name).replace("/", "%")
    return "_" * len(found) if not found.strip(".") and found != ".." else found or "_"

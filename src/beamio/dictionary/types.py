"""NumPy types as text, and the types in which HDF5 can hold their values."""

import ast
from functools import lru_cache
from typing import Any

import h5py
import numpy as np
from h5py import h5t

from beamio.errors import OptionError

TEXT = h5py.string_dtype("utf-8")
"""Text of any length, as h5py has it in an object array."""
BYTES = h5py.string_dtype("ascii")
"""Bytes of any length without NUL; HDF5 calls them text in ASCII."""

_ROOM = 64 << 20
"""Bytes that text may always take."""
_SPARSE = 64
"""Bytes for each letter that it may take beyond that."""
_LONGEST = 50_000
"""Letters of a type's description; an attribute can't hold many more."""


def described(dtype: np.dtype[Any]) -> str:
    """Return a type as text, from which `from_description` makes it again.

    Examples
    --------
    >>> described(np.dtype("<U5")), described(np.dtype([("t", "<M8[s]")]))
    ('<U5', "[('t', '<M8[s]')]")
    """
    if dtype.names is None:
        return dtype.str
    try:
        return repr(np.lib.format.dtype_to_descr(dtype))
    except ValueError:
        raise OptionError(f"an array of type {dtype} has fields that overlap") from None


def from_description(text: str) -> np.dtype[Any]:
    """Return the type that `described` has put into words.

    Raises
    ------
    ValueError
        If it is no type of plain values.
    """
    if len(text) > _LONGEST:
        raise ValueError("the description of a type is too long")
    try:
        if text.startswith("["):
            found = np.lib.format.descr_to_dtype(ast.literal_eval(text))
        else:
            found = np.dtype(text)
    except (TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{text[:40]!r} is no type") from error
    if found.hasobject:
        raise ValueError(f"{text[:40]!r} is a type of objects")
    return found


def is_sparse(dtype: np.dtype[Any], texts: list[str]) -> bool:
    """Tell whether text of one length takes far more room than its letters.

    A few bytes of a file shall not fill the memory by what they say of themselves.
    """
    letters = sum(map(len, texts))
    return dtype.itemsize * len(texts) > max(_ROOM, _SPARSE * letters)


@lru_cache(maxsize=256)
def is_native(dtype: np.dtype[Any]) -> bool:
    """Tell whether HDF5 has a type that is read back as this one."""
    try:
        return bool(h5t.py_create(dtype, logical=True).dtype == dtype)
    except (TypeError, ValueError, NotImplementedError):
        return False


@lru_cache(maxsize=256)
def storable(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a type of the same size whose values HDF5 can hold, for a view.

    Times become whole numbers, text of one length becomes its code points; what has
    no other way becomes opaque bytes.

    Examples
    --------
    >>> storable(np.dtype("<M8[s]")), storable(np.dtype([("name", "<U3")]))
    (dtype('int64'), dtype([('name', '<u4', (3,))]))
    """
    made = _numbers(dtype)
    return made if is_native(made) else np.dtype((np.void, dtype.itemsize))


def _numbers(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return np.dtype((_numbers(base), shape))
    if dtype.names is not None and dtype.fields is not None:
        fields = [dtype.fields[name] for name in dtype.names]
        return np.dtype(
            {
                "names": list(dtype.names),
                "formats": [_numbers(field[0]) for field in fields],
                "offsets": [field[1] for field in fields],
                "itemsize": dtype.itemsize,
            }
        )
    order = dtype.str[0]
    if dtype.kind in "mM":
        return np.dtype(f"{order}i8")
    if dtype.kind == "U":
        return np.dtype((f"{order}u4", (dtype.itemsize // 4,)))
    return dtype

"""Lists and tuples as arrays, where all their items are of one kind."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from beamio.dictionary.types import BYTES, TEXT
from beamio.model import Array

_RANK = 32
"""Dimensions that HDF5 can have."""
_PLAIN = "biufc"


def as_array(value: Sequence[Any]) -> tuple[Array, str] | None:
    """Return nested lists as an array, and a mark with the kind of each level.

    None where the items differ in kind or in length, or no array can hold them.

    Examples
    --------
    >>> as_array([(1, 2), (3, 4)])
    (array([[1, 2],
           [3, 4]]), 'list tuple')
    >>> as_array([1, None])
    """
    kinds: list[str] = []
    shape: list[int] = []
    level: list[Any] = [value]
    while level and type(level[0]) in (list, tuple):
        kind, length = type(level[0]), len(level[0])
        if len(kinds) == _RANK or any(
            type(part) is not kind or len(part) != length for part in level
        ):
            return None
        kinds.append(kind.__name__)
        shape.append(length)
        level = [item for part in level for item in part]
    leaves = _leaves(level)
    if leaves is None:
        return None
    if level and isinstance(level[0], np.generic):
        kinds.append("numpy")
    return leaves.reshape(shape), " ".join(kinds)


def _leaves(items: list[Any]) -> Array | None:
    """Return items that are all of one type as a 1-D array; else None."""
    if not items:
        return np.empty(0)
    kind = type(items[0])
    if len(set(map(type, items))) > 1:
        return None
    if kind in _MAKERS:
        return _MAKERS[kind](items)
    if isinstance(items[0], np.generic) and items[0].dtype.kind in _PLAIN:
        return np.array(items, items[0].dtype)
    return None


def _text(items: list[str]) -> Array | None:
    return np.array(items, TEXT) if all(map(is_clean, items)) else None


def _bytes(items: list[bytes]) -> Array | None:
    return np.array(items, BYTES) if not any(0 in item for item in items) else None


def _whole(items: list[int]) -> Array | None:
    for dtype in (np.int64, np.uint64):
        try:
            return np.array(items, dtype)
        except OverflowError:
            continue
    return None


_MAKERS: dict[type, Callable[[list[Any]], Array | None]] = {
    bool: np.array,
    int: _whole,
    float: np.array,
    complex: np.array,
    str: _text,
    bytes: _bytes,
}


def is_clean(text: str) -> bool:
    """Tell whether HDF5 can hold a text: no NUL, no lone surrogate."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def from_array(array: Array, mark: str) -> Any:
    """Return the lists that `as_array` made an array of.

    Raises
    ------
    ValueError
        If the array has not the dimensions that the mark tells.
    """
    kinds = mark.split(" ")
    numpy = kinds[-1] == "numpy"
    if numpy:
        kinds.pop()
    if len(kinds) != array.ndim or not set(kinds) <= {"list", "tuple"}:
        raise ValueError("the mark tells of other dimensions")
    if numpy:
        made = list(array.reshape(-1))
        return _nested(made, array.shape, kinds)
    if "tuple" not in kinds:
        return array.tolist()
    return _nested(array.reshape(-1).tolist(), array.shape, kinds)


def _nested(items: list[Any], shape: tuple[int, ...], kinds: list[str]) -> Any:
    """Return items in lists and tuples, from the innermost to the outermost."""
    for depth in range(len(shape) - 1, -1, -1):
        length = shape[depth]
        count = int(np.prod(shape[:depth]))
        kind = tuple if kinds[depth] == "tuple" else list
        items = [kind(items[i * length : (i + 1) * length]) for i in range(count)]
    return items[0]

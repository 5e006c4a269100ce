"""Attributes as a page shows them."""

from typing import Any

import h5py
import numpy as np

from beamio.formats.plain import plain
from beamio.view import natural_order

_MOST = 500
"""Attributes that are read, at most."""
_LONGEST = 4000
"""Characters of a text, and values of an array, that are shown."""
_EXACT = 2**53
"""Larger integers are other numbers in a browser."""


def attributes_of(found: Any) -> dict[str, Any]:
    """Return the attributes of an object: values that JSON has, or texts.

    What can't be read is told in its place, as ``{"problem": ...}``.
    """
    names = sorted(found.attrs, key=natural_order)[:_MOST]
    return {name: _value(found.attrs, name) for name in names}


def _value(attrs: Any, name: str) -> Any:
    try:
        return _shown(attrs[name])
    except Exception as error:  # noqa: BLE001 (h5py raises anything for strange types)
        return {"problem": str(error) or type(error).__name__}


def _shown(value: Any) -> Any:
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, h5py.Reference | h5py.RegionReference):
        return "reference" if value else "null reference"
    if isinstance(value, bytes):
        value = plain(bytes(value), np.dtype("S"))
    if isinstance(value, str):
        return value[:_LONGEST]
    array = np.asarray(value)
    if array.dtype == object and all(isinstance(text, str) for text in array.flat):
        array = array.astype("U")
    if array.dtype.kind in "iu" and array.size and np.abs(array).max() > _EXACT:
        return str(value)
    if array.size > _LONGEST or array.dtype.kind in "VOc":
        shown = plain(array, array.dtype) if array.ndim else value
        return str(shown)[:_LONGEST]
    return plain(array, array.dtype).tolist()

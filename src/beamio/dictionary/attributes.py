"""The attributes of an HDF5 object, read without h5py's layers."""

from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5t

from beamio.dictionary.keys import decoded
from beamio.dictionary.marks import MARK, UNITS, is_mark, mark_of
from beamio.dictionary.restore import restored
from beamio.errors import UnreadableError
from beamio.formats.hdf5.opening import reason

Raw = dict[str, Any]
"""Arrays, or `h5py.Empty`, by the names of the attributes; errors where one failed."""


def raw_attributes(item: Any) -> Raw:
    """Return the attributes of an object of h5py's lower level, as they are."""
    if not h5a.get_num_attrs(item):
        return {}
    names: list[bytes] = []
    h5a.iterate(item, names.append)
    found: Raw = {}
    for name in names:
        try:
            found[decoded(name)] = _raw(h5a.open(item, name))
        except (OSError, RuntimeError, TypeError, ValueError, KeyError) as error:
            found[decoded(name)] = UnreadableError(
                f"the attribute can't be read ({reason(str(error))})"
            )
    return found


def _raw(attribute: Any) -> Any:
    shape, dtype = attribute.shape, attribute.dtype
    if shape is None:
        return h5py.Empty(dtype)
    kind = None
    if dtype.subdtype is not None:
        kind = h5t.py_create(dtype)
        dtype, inner = dtype.subdtype
        shape += inner
    array = np.zeros(shape, dtype)
    attribute.read(array, mtype=kind)
    return array


def mark_in(raw: Raw, name: str = MARK) -> str:
    """Return the mark among attributes; empty if there is none.

    Examples
    --------
    >>> mark_in({"beamio_type": np.array("list", object)})
    'list'
    """
    found = raw.get(name)
    if not isinstance(found, np.ndarray) or found.ndim or found.dtype.kind not in "OS":
        return ""
    text: Any = found[()]
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def units_in(raw: Raw) -> str | None:
    """Return what the attribute ``units`` says; None if there is none."""
    return mark_in(raw, UNITS) if UNITS in raw else None


def attribute_values(raw: Raw) -> Raw:
    """Return the values of attributes without the marks."""
    return {
        name: value
        if isinstance(value, Exception)
        else restored(value, mark_in(raw, mark_of(name)))
        for name, value in raw.items()
        if not is_mark(name)
    }

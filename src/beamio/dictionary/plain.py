"""Values as other programs take them from JSON, without what only beamio reads."""

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import h5py
import numpy as np

from beamio.dictionary.units import is_quantity
from beamio.errors import OptionError

_POINTERS = (
    h5py.SoftLink,
    h5py.ExternalLink,
    h5py.Reference,
    h5py.RegionReference,
)


def plain(value: Any) -> Any:
    """Return a value as what JSON has itself, as near as it can be.

    Arrays and tuples are lists, bytes and times text, lengths of time seconds, complex
    numbers pairs, links the text of their targets, references a text that says what
    they are; what is not finite is None.

    Raises
    ------
    OptionError
        If there is nothing near.

    Examples
    --------
    >>> plain({"x": np.arange(2), "y": (1.5, float("nan")), ("x", "units"): "mm"})
    {'x': [0, 1], 'y': [1.5, None], 'x@units': 'mm'}
    """
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return _numpy(value)
    return _scalar(value)


def _key(key: Any) -> str:
    return "@".join(key) if isinstance(key, tuple) else str(key)


def _numpy(value: Any) -> Any:
    if isinstance(value, np.ma.MaskedArray):
        value = value.tolist(None)
        return _listed(value)
    array = np.asarray(value)
    if array.dtype.kind in "mM":
        return (
            np.datetime_as_string(array).tolist()
            if array.dtype.kind == "M"
            else (_listed(array.astype("m8[us]").tolist()))
        )
    if array.dtype.names is not None:
        return _listed(array.tolist()) if array.ndim else _listed(array.item())
    if array.dtype.kind == "f":
        array = array.astype(np.float64)
    return _listed(array.tolist())


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_listed(item) for item in value]
    return plain(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, complex):
        return [_scalar(value.real), _scalar(value.imag)]
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    return _object(value)


def _object(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, _POINTERS):
        return _target(value)
    if isinstance(value, h5py.Empty):
        return None
    if is_quantity(value):
        return plain(value.magnitude)
    raise OptionError(f"{type(value).__name__} is of no type that JSON can be made of")


def _target(value: Any) -> str | None:
    if isinstance(value, h5py.SoftLink):
        return str(value.path)
    if isinstance(value, h5py.ExternalLink):
        return f"{value.filename}::{value.path}"
    return str(value) if value else None  # only its file knows what it refers to

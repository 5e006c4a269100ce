"""Which numbers of two arrays differ, and how far they are apart. Pure."""

from typing import Any

import numpy as np

from beamio.diff.options import DiffOptions
from beamio.model import Array

NUMBERS = "biufc"
"""Kinds of types whose values have a distance."""
_INTEGERS = "biu"


def differing(a: Array, b: Array, options: DiffOptions) -> Array:
    """Return which elements differ, boolean, of the shape of both.

    Numbers are the same as `numpy.isclose` tells, ``|a - b| <= atol + rtol * |b|``, but
    integers of 64 bits are compared exactly. Other types are the same or not.

    Examples
    --------
    >>> a, b = np.array([1.0, 2.0, np.nan]), np.array([1.0, 2.1, np.nan])
    >>> differing(a, b, DiffOptions()).tolist()
    [False, True, False]
    >>> differing(a, b, DiffOptions(atol=0.2, equal_nan=False)).tolist()
    [False, False, True]
    >>> big = np.array([2**53 + 1])
    >>> differing(big, big.astype("f8"), DiffOptions()).tolist()
    [True]
    """
    kinds = a.dtype.kind + b.dtype.kind
    if not all(kind in NUMBERS for kind in kinds):
        return _unlike(a, b)
    with np.errstate(all="ignore"):
        same = _equal(a, b)
        if not options.is_exact:
            same |= _near(a, b, options)
        if options.equal_nan and all(kind in "fc" for kind in kinds):
            same |= np.isnan(a) & np.isnan(b)
    return np.logical_not(same, out=same)


def distance(a: Array, b: Array) -> Array:
    """Return how far numbers lie apart; exact for integers of one sign.

    Examples
    --------
    >>> distance(np.array([-(2**63)]), np.array([2**63 - 1])).tolist()
    [18446744073709551615]
    """
    with np.errstate(all="ignore"):
        if a.dtype.kind in _INTEGERS and b.dtype.kind in _INTEGERS:
            return _between_integers(a, b)
        common = np.result_type(a, b, np.float64)
        return np.asarray(np.abs(a.astype(common) - b.astype(common)))


def _unlike(a: Array, b: Array) -> Array:
    if a.dtype.kind == "V" or b.dtype.kind == "V":
        return _unlike_bytes(a, b)
    return np.asarray(a != b)


def _unlike_bytes(a: Array, b: Array) -> Array:
    if a.dtype.itemsize != b.dtype.itemsize:
        return np.ones(a.shape, bool)
    width = a.dtype.itemsize
    one, other = (
        np.ascontiguousarray(each).view(np.uint8).reshape(*a.shape, width)
        for each in (a, b)
    )
    return np.asarray((one != other).any(axis=-1))


def _equal(a: Array, b: Array) -> Array:
    if a.dtype.kind in _INTEGERS and b.dtype.kind == "f":
        return _equal_integer(a, b)
    if b.dtype.kind in _INTEGERS and a.dtype.kind == "f":
        return _equal_integer(b, a)
    return np.asarray(a == b)


def _equal_integer(integers: Array, floats: Array) -> Array:
    """Tell where integers are floats; NumPy makes floats of both, which rounds."""
    whole = integers if integers.dtype.kind != "b" else integers.view(np.uint8)
    limit = np.iinfo(whole.dtype)
    fits = (floats >= float(limit.min)) & (floats < float(limit.max) + 1.0)
    back = np.where(fits, floats, 0).astype(whole.dtype)
    return np.asarray(fits & (floats == np.trunc(floats)) & (back == whole))


def _near(a: Array, b: Array, options: DiffOptions) -> Array:
    if a.dtype.kind in _INTEGERS and b.dtype.kind in _INTEGERS:
        gap: Any = _between_integers(a, b)
        size: Any = np.abs(b.astype(np.float64)) if options.rtol else 0.0
        return np.asarray(gap <= options.atol + options.rtol * size)
    # As numpy.isclose, in the precision of the values.
    common = np.result_type(b, np.float16)
    other = b.astype(common, copy=False)
    limit = options.atol + options.rtol * np.abs(other)
    return np.asarray((np.abs(a - other) <= limit) & np.isfinite(other))


def _between_integers(a: Array, b: Array) -> Array:
    common = np.result_type(a, b)
    if common.kind not in _INTEGERS:  # int64 and uint64
        return np.asarray(np.abs(a.astype(np.longdouble) - b.astype(np.longdouble)))
    if common.kind == "b":
        common = np.dtype(np.uint8)
    common = common.newbyteorder("=")
    one, other = a.astype(common), b.astype(common)
    unsigned = np.dtype(f"u{common.itemsize}")
    up, down = (np.asarray(each).view(unsigned) for each in (one, other))
    return np.asarray(np.where(one > other, up - down, down - up))

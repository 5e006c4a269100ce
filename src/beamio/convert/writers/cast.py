"""Values in another type, only if each of them is the same there."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array


@dataclass(frozen=True, slots=True)
class Cast:
    """A change of type.

    Examples
    --------
    >>> cast = Cast(np.dtype("f8"), np.dtype("u1"))
    >>> cast(np.array([1.0, 255.0]), "here")
    array([  1, 255], dtype=uint8)
    >>> cast(np.array([1.5]), "here")
    Traceback (most recent call last):
    beamio.errors.OptionError: here: 1.5 is no uint8; ...
    """

    before: np.dtype[Any]
    after: np.dtype[Any]
    is_unsafe: bool = False
    """Whether values may change."""

    @property
    def width(self) -> int:
        """Bytes of a value in the new type."""
        return int(self.after.itemsize)

    def __call__(self, values: Array, place: str) -> Array:
        """Return values in the new type, contiguous.

        Raises
        ------
        OptionError
            If a value can't be had in that type.
        """
        if self.before == self.after:
            return np.ascontiguousarray(values)
        with np.errstate(all="ignore"):
            return self._converted(values, place)

    def _converted(self, values: Array, place: str) -> Array:
        source: Array = values
        if self.before.kind == "c" and self.after.kind != "c":
            source = values.real
        found = np.ascontiguousarray(source.astype(self.after))
        if self.is_unsafe or _is_wider(self.before, self.after):
            return found
        lost = _changed(values, found)
        if lost.any():
            first = values[lost][0]
            raise OptionError(
                f"{place}: {first} is no {self.after.name}; choose another --dtype, or "
                "take what comes out with --unsafe-cast",
                place=place,
            )
        return found


def _is_wider(before: np.dtype[Any], after: np.dtype[Any]) -> bool:
    """Tell whether a type holds all values of another."""
    # NumPy calls it safe to round integers of 64 bits to floats.
    rounds = before.kind in "iu" and after.kind in "fc" and before.itemsize > 4  # noqa: PLR2004 (bytes that doubles hold)
    return not rounds and np.can_cast(before, after, "safe")


def _changed(before: Array, after: Array) -> Array:
    """Tell of each value whether it is another in the new type."""
    if "c" in {before.dtype.kind, after.dtype.kind}:
        pairs = ((before.real, after.real), (_imaginary(before), _imaginary(after)))
        first, second = (_changed(*pair) for pair in pairs)
        return np.logical_or(first, second)
    both_nan = _is_nan(before) & _is_nan(after)
    back = after.astype(before.dtype)
    outside = _outside(before, after.dtype) | _outside(after, before.dtype)
    changed: Array = ((back != before) | outside) & ~both_nan
    return changed


def _imaginary(values: Array) -> Array:
    return values.imag if values.dtype.kind == "c" else np.zeros_like(values)


def _is_nan(values: Array) -> Array:
    if values.dtype.kind in "fc":
        return np.isnan(values)
    return np.zeros(values.shape, bool)


def _outside(values: Array, dtype: np.dtype[Any]) -> Array:
    """Tell of each value whether it lies outside of what an integer type holds."""
    if dtype.kind not in "iu" or values.dtype.kind == "b":
        return np.zeros(values.shape, bool)
    info = np.iinfo(dtype)
    if values.dtype.kind in "iu":
        # NumPy compares integers of any size with Python's as they are.
        return np.asarray((values < info.min) | (values > info.max))
    # The largest integer plus one is a float, the integer itself may be none. As
    # Python's they would take the type of the values, in which they may be infinite.
    first, end = np.float64(info.min), np.float64(info.max + 1)
    inside = (values >= first) & (values < end)
    return np.logical_not(inside)

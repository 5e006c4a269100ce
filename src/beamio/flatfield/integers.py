"""Results stored as integers, with what they stand for told as NeXus tells it."""

from dataclasses import dataclass
from math import isfinite, log
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array

INTEGERS = ("uint16",)
"""Types of results that are stored so."""
INVALID = 65535
"""What is stored for an invalid pixel."""
_HIGHEST = 65534
_TRANSMISSION = (-0.25, 1.75)
_ABSORPTION = -1.0
"""The least absorption: of noise where there is no sample."""


@dataclass(frozen=True, slots=True)
class IntegerScale:
    """What unsigned integers of 16 bits stand for: values in even steps.

    Parameters
    ----------
    low, high
        The values that 0 and 65534 stand for.

    Raises
    ------
    OptionError
        If they are not two finite numbers, the lower one first.

    Examples
    --------
    >>> scale = IntegerScale(0.0, 1.3)
    >>> stored, beyond = scale.store(np.array([0.0, 0.65, 2.0, np.nan]))
    >>> stored, beyond
    (array([    0, 32767, 65534, 65535], dtype=uint16), 1)
    >>> np.round(scale.values(stored), 4)
    array([0.  , 0.65, 1.3 ,  nan])
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise OptionError(
                f"limits are a low and a higher value, not {self.low} and {self.high}"
            )
        if not (isfinite(self.factor) and self.factor > 0 and isfinite(self.offset)):
            raise OptionError(
                f"the limits {self.low} and {self.high} leave no steps between them"
            )

    @classmethod
    def of(
        cls,
        limits: tuple[float, float] | None,
        *,
        clip: tuple[float, float] | None,
        log_of: float | None,
    ) -> "IntegerScale":
        """Return the scale of given limits, or of those that a result can have.

        Parameters
        ----------
        limits
            What the user said.
        clip
            The limits of the transmission, if it has some.
        log_of
            The least transmission of which the logarithm is taken, if it is.
        """
        if limits is not None:
            return cls(*limits)
        if log_of is None:
            return cls(*(clip or _TRANSMISSION))
        if clip is None:
            return cls(_ABSORPTION, -log(log_of))
        return cls(*(-log(max(value, log_of)) for value in reversed(clip)))

    @property
    def factor(self) -> float:
        """The step from one integer to the next."""
        return (self.high - self.low) / _HIGHEST

    @property
    def offset(self) -> float:
        """What is added to an integer before it is multiplied with the step."""
        return self.low / self.factor

    def store(self, values: Array) -> tuple[Array, int]:
        """Return values as uint16, and how many lie beyond the limits.

        Those are stored as the nearer limit, NaN as 65535.
        """
        with np.errstate(over="ignore"):  # what is infinite lies beyond the limits
            steps = np.asarray(values, np.float64) / self.factor
            steps -= self.offset
        np.rint(steps, out=steps)
        beyond = np.count_nonzero((steps < 0) | (steps > _HIGHEST))
        np.clip(steps, 0, _HIGHEST, out=steps)
        np.copyto(steps, INVALID, where=np.isnan(steps))
        return steps.astype(np.uint16), int(beyond)

    def values(self, stored: Array) -> Array:
        """Return the values that integers stand for, float64; NaN for 65535."""
        found = (np.asarray(stored, np.float64) + self.offset) * self.factor
        return np.where(stored == INVALID, np.nan, found)

    def describe(self) -> str:
        """Return what is stored, in words."""
        return (
            f"0 to {_HIGHEST} for {self.low:g} to {self.high:g}, in steps of "
            f"{self.factor:.3g}; {INVALID} for NaN"
        )

    def write(self, group: Any, name: str) -> None:
        """Write what the integers of a dataset stand for.

        As NXdata has it, beside the dataset: ``(name + offset) * scaling_factor``; and
        into its attributes, where the conventions of netCDF (CF) have it: ``value *
        scale_factor + add_offset``.
        """
        forget(group, name)
        group[f"{name}_scaling_factor"] = self.factor
        group[f"{name}_offset"] = self.offset
        attrs = group[name].attrs
        attrs["scale_factor"], attrs["add_offset"] = self.factor, self.low
        attrs["_FillValue"] = np.uint16(INVALID)


def forget(group: Any, name: str) -> None:
    """Remove what a group tells of the integers of a dataset, which are others now."""
    for fact in ("scaling_factor", "offset"):
        if f"{name}_{fact}" in group:
            del group[f"{name}_{fact}"]

"""What is known of many numbers: extremes, mean, what is no number."""

from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import Any

import numpy as np

from beamio.model.arrays import Array


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the finite numbers among some; NaN if there is none."""

    count: int
    """All of them."""
    finite: int = 0
    minimum: float = nan
    maximum: float = nan
    mean: float = nan
    deviation: float = nan
    """The standard deviation, as `numpy.std` has it."""
    missing: int = 0
    """How many are NaN."""
    infinite: int = 0
    saturated: int | None = None
    """How many are the largest that an integer of their type can be; None of floats."""

    @classmethod
    def of(cls, values: Array) -> "Statistics":
        """Return the statistics of numbers or booleans; of complex ones, of `abs`.

        Examples
        --------
        >>> found = Statistics.of(np.array([1.0, 3.0, np.nan, np.inf]))
        >>> found.mean, found.deviation, found.missing, found.infinite
        (2.0, 1.0, 1, 1)
        >>> Statistics.of(np.array([7, 255, 255], "u1")).saturated
        2
        """
        if values.dtype.kind == "c":
            values = np.abs(values)
        missing = infinite = 0
        numbers = values.reshape(-1)
        if values.dtype.kind == "f":
            missing = int(np.count_nonzero(np.isnan(numbers)))
            good = np.isfinite(numbers)
            infinite = numbers.size - int(np.count_nonzero(good)) - missing
            numbers = numbers[good] if missing or infinite else numbers
        found = cls(
            values.size,
            missing=missing,
            infinite=infinite,
            saturated=_saturated(numbers),
        )
        if not numbers.size:
            return found
        exact = numbers.astype(np.float64, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = float(exact.mean()), float(exact.std())
        return replace(
            found,
            finite=numbers.size,
            minimum=float(numbers.min()),
            maximum=float(numbers.max()),
            mean=mean,
            deviation=deviation,
        )

    def __add__(self, other: "Statistics") -> "Statistics":
        """Return the statistics of both together."""
        both = Statistics(
            self.count + other.count,
            missing=self.missing + other.missing,
            infinite=self.infinite + other.infinite,
            saturated=_sum(self.saturated, other.saturated),
        )
        some = [part for part in (self, other) if part.finite]
        if not some:
            return both
        finite = sum(part.finite for part in some)
        mean = sum(part.mean * (part.finite / finite) for part in some)
        # Of Chan, Golub and LeVeque: the spread within, and between.
        apart = [part.mean - mean for part in some]
        square = sum(
            (part.deviation * part.deviation + off * off) * (part.finite / finite)
            for part, off in zip(some, apart, strict=True)
        )
        return replace(
            both,
            finite=finite,
            minimum=min(part.minimum for part in some),
            maximum=max(part.maximum for part in some),
            mean=mean,
            deviation=sqrt(square),
        )

    def facts(self) -> dict[str, Any]:
        """Return them as JSON has it: None where there is no number."""
        return {
            "count": self.count,
            "finite": self.finite,
            "min": _finite(self.minimum),
            "max": _finite(self.maximum),
            "mean": _finite(self.mean),
            "std": _finite(self.deviation),
            "nan": self.missing,
            "infinite": self.infinite,
            "saturated": self.saturated,
        }


def _saturated(numbers: Array) -> int | None:
    if numbers.dtype.kind not in "iu":
        return None
    return int(np.count_nonzero(numbers == np.iinfo(numbers.dtype).max))


def _sum(one: int | None, other: int | None) -> int | None:
    return one + other if one is not None and other is not None else None


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None

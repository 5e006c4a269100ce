"""How often values occur: histograms that grow, and add up exactly."""

from dataclasses import dataclass
from math import ceil, floor, frexp, ldexp
from typing import Any

import numpy as np

from beamio.model.arrays import Array

_BINS = 1024
_EXACT = 50
"""Bits of the number of a bin, at most: floats hold it exactly."""
_SMALLEST = -1000
"""Bins are not narrower than 2 to this power."""
_LARGE = 1e300
"""Larger values are counted at the ends: the spread between them is infinite."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts in bins whose width is a power of two and whose edges are its multiples.

    Two such histograms are brought to the same bins by joining pairs of them, so parts
    of a stack are counted one by one, and nothing needs to be known of the rest.
    """

    exponent: int = 0
    """Of the width: 2 to this power."""
    first: int = 0
    """The first bin begins at this many widths."""
    counts: Array | None = None
    """Shape (bins,), int64; None if nothing was counted."""

    @classmethod
    def of(cls, values: Array, bins: int = _BINS) -> "Histogram":
        """Return the histogram of finite real numbers, in `bins` or fewer.

        Examples
        --------
        >>> found = Histogram.of(np.array([0, 1, 1, 7]), 4)
        >>> found.edges.tolist(), found.counts.tolist()
        ([0.0, 2.0, 4.0, 6.0, 8.0], [3, 0, 0, 1])
        """
        numbers = values.reshape(-1)
        if not numbers.size:
            return cls()
        exact = np.clip(numbers.astype(np.float64, copy=False), -_LARGE, _LARGE)
        low, high = float(exact.min()), float(exact.max())
        exponent = _exponent(low, high, bins, is_integer=values.dtype.kind in "biu")
        first = floor(ldexp(low, -exponent))
        index = np.floor(np.ldexp(exact, -exponent)) - first
        return cls(exponent, first, np.bincount(index.astype(np.intp)))

    @classmethod
    def of_counts(cls, counts: Array, lowest: int, bins: int = _BINS) -> "Histogram":
        """Return that of integers, of which `counts` says how often each occurs.

        Examples
        --------
        >>> Histogram.of_counts(np.array([0, 2, 1]), 10).edges.tolist()
        [11.0, 12.0, 13.0]
        """
        there = np.flatnonzero(counts)
        if not there.size:
            return cls()
        first = int(there[0])
        fine = cls(0, lowest + first, counts[first : there[-1] + 1].astype(np.int64))
        last = lowest + int(there[-1])
        return fine.coarser(_exponent(lowest + first, last, bins, is_integer=True))

    def __add__(self, other: "Histogram") -> "Histogram":
        """Return the histogram of both together."""
        if self.counts is None or other.counts is None:
            return other if self.counts is None else self
        exponent = max(self.exponent, other.exponent)
        ends = [part.coarser(exponent).ends for part in (self, other)]
        first, last = min(a for a, _ in ends), max(b for _, b in ends)
        while last - first > _BINS:
            exponent += 1
            first, last = first >> 1, ((last - 1) >> 1) + 1
        total = np.zeros(last - first, np.int64)
        for part in (self.coarser(exponent), other.coarser(exponent)):
            start = part.first - first
            counts = part.counts
            if counts is not None:
                total[start : start + counts.size] += counts
        return Histogram(exponent, first, total)

    @property
    def ends(self) -> tuple[int, int]:
        """Where the first bin begins and the last one ends, in widths."""
        return self.first, self.first + (0 if self.counts is None else self.counts.size)

    def coarser(self, exponent: int) -> "Histogram":
        """Return the same with bins at least as wide."""
        step = exponent - self.exponent
        if step <= 0 or self.counts is None:
            return self
        first = self.first >> step
        places = ((self.first + np.arange(self.counts.size)) >> step) - first
        total = np.zeros(int(places[-1]) + 1, np.int64)
        np.add.at(total, places, self.counts)
        return Histogram(exponent, first, total)

    @property
    def edges(self) -> Array:
        """Shape (bins + 1,), float64."""
        number = 0 if self.counts is None else self.counts.size
        found: Array = np.ldexp(
            (self.first + np.arange(number + 1)).astype(float), self.exponent
        )
        return found

    def facts(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "start": ldexp(float(self.first), self.exponent),
            "width": ldexp(1.0, self.exponent),
            "counts": [] if self.counts is None else self.counts.tolist(),
        }


def _exponent(low: float, high: float, bins: int, *, is_integer: bool) -> int:
    """Return the least power of two of which `bins` reach from `low` to `high`."""
    smallest = 0 if is_integer else _SMALLEST
    _, size = frexp(max(abs(low), abs(high)))
    smallest = max(smallest, size - _EXACT)
    width = (high - low) / bins
    exponent = smallest
    if width > 0:
        exponent = max(smallest, frexp(width)[1] - 1)
    while floor(ldexp(high, -exponent)) - floor(ldexp(low, -exponent)) >= bins:
        exponent += 1
    return ceil(exponent)

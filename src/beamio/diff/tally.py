"""How much differs, counted part by part."""

from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from beamio.diff.close import NUMBERS, distance
from beamio.diff.report import ValueDifference
from beamio.model import Array


@dataclass(slots=True)
class Tally:
    """What is known so far of the values that differ."""

    count: int = 0
    where: tuple[int, ...] = ()
    a: Any = None
    b: Any = None
    absolute: float | int | None = None
    relative: float | None = None

    def add(self, a: Array, b: Array, wrong: Array, corner: tuple[int, ...]) -> None:
        """Count the elements of a part that differ.

        Parameters
        ----------
        a, b
            The values, of one shape.
        wrong
            Which of them differ; boolean, of their shape.
        corner
            The place of the first one, along the axes that the parts are cut along.
        """
        places = np.flatnonzero(wrong)
        if not places.size:
            return
        is_first = not self.count
        self.count += int(places.size)
        one, other = (each.reshape(-1)[places] for each in (a, b))
        number, gap = 0, None
        if a.dtype.kind in NUMBERS and b.dtype.kind in NUMBERS:
            gaps = distance(one, other)
            number = _largest(gaps)
            gap = gaps[number].item()
            self._note_relative(gaps, other)
        if not (is_first or _is_larger(gap, self.absolute)):
            return
        inside = np.unravel_index(int(places[number]), wrong.shape)
        starts = (*corner, *(0,) * (wrong.ndim - len(corner)))
        self.where = tuple(int(i + n) for i, n in zip(inside, starts, strict=True))
        self.a, self.b = _scalar(one[number]), _scalar(other[number])
        self.absolute = gap

    def _note_relative(self, gaps: Array, other: Array) -> None:
        with np.errstate(all="ignore"):
            sizes = np.abs(other.astype(np.result_type(other, np.float64)))
            parts = (gaps.astype(np.float64) / sizes)[(sizes > 0) & np.isfinite(sizes)]
        parts = parts[~np.isnan(parts)]
        if parts.size:
            self.relative = max(float(parts.max()), self.relative or 0.0)

    def result(self, total: int, field: str = "") -> ValueDifference:
        """Return what differs among so many elements."""
        return ValueDifference(
            self.count,
            total,
            self.where,
            self.a,
            self.b,
            self.absolute,
            self.relative,
            field,
        )


def _largest(gaps: Array) -> int:
    known = np.where(np.isnan(gaps), -1, gaps) if gaps.dtype.kind == "f" else gaps
    return int(known.argmax())


def _is_larger(gap: float | None, than: float | None) -> bool:
    """Tell whether a distance is larger than another; NaN is larger than none."""
    if gap is None or isnan(gap):
        return False
    return than is None or isnan(than) or gap > than


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value

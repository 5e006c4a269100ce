"""What a mapping of a virtual dataset takes along one axis."""

from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

import h5py

UNLIMITED: int = h5py.h5s.UNLIMITED


class Line(NamedTuple):
    """Numbers at equal distances."""

    start: int
    step: int
    length: int

    @property
    def last(self) -> int:
        """The last number."""
        return self.start + self.step * (self.length - 1)

    @property
    def as_slice(self) -> slice:
        """The same as a slice."""
        return slice(self.start, self.start + self.step * self.length, self.step)

    def at(self, places: "Line") -> "Line":
        """Return the numbers at these places of this line.

        Examples
        --------
        >>> Line(10, 2, 5).at(Line(1, 3, 2))
        Line(start=12, step=6, length=2)
        """
        start = self.start + places.start * self.step
        return Line(start, self.step * places.step, places.length)

    def meets(self, other: "Line") -> "tuple[Line, Line] | None":
        """Return where in each of two lines the numbers lie that both have.

        Examples
        --------
        >>> Line(0, 2, 10).meets(Line(3, 3, 10))
        (Line(start=3, step=3, length=3), Line(start=1, step=2, length=3))
        """
        if self.step == other.step == 1:
            one, another = self.start, other.start
            first = max(one, another)
            length = min(one + self.length, another + other.length) - first
            if length < 1:
                return None
            return Line(first - one, 1, length), Line(first - another, 1, length)
        common = gcd(self.step, other.step)
        apart = other.start - self.start
        if apart % common:
            return None
        step, other_step = other.step // common, self.step // common
        first = apart // common * pow(other_step, -1, step) % step
        least = max(0, -(-apart // self.step))
        first += -(-(least - first) // step) * step
        most = (apart + (other.length - 1) * other.step) // self.step
        length = (min(self.length - 1, most) - first) // step + 1
        if length < 1:
            return None
        other_first = (first * self.step - apart) // other.step
        return Line(first, step, length), Line(other_first, other_step, length)


@dataclass(frozen=True, slots=True)
class Side:
    """Blocks of elements, one each stride."""

    start: int
    stride: int
    count: int
    block: int

    @classmethod
    def of(cls, start: int, stride: int, count: int, block: int) -> "Side":
        """Return the side of a regular hyperslab; what has no gaps is one block."""
        if block == UNLIMITED:
            return cls(start, 1, UNLIMITED, 1)
        if count == 1 or (block == stride and count != UNLIMITED):
            return cls(start, 1, count * block, 1)
        return cls(start, stride, count, block)

    def joined(self) -> "Side":
        """Return an unlimited side as one block if there are no gaps between blocks."""
        is_one = self.block == self.stride
        return Side(self.start, 1, UNLIMITED, 1) if is_one else self

    @property
    def length(self) -> int:
        """Elements."""
        return self.count * self.block

    @property
    def stop(self) -> int:
        """One past the last element."""
        return self.start + (self.count - 1) * self.stride + self.block

    def below(self, extent: int) -> int:
        """Return how many elements lie below `extent`."""
        blocks, rest = divmod(max(0, extent - self.start), self.stride)
        blocks, rest = min(blocks, self.count), min(rest, self.block)
        return min(self.length, blocks * self.block + rest)

    def first(self, length: int) -> "list[Side]":
        """Return the first elements: whole blocks, and what is left of the next."""
        blocks, rest = divmod(length, self.block)
        end = self.start + blocks * self.stride
        whole = Side(self.start, self.stride, blocks, self.block)
        return [side for side in (whole, Side(end, 1, rest, 1)) if side.length]

    def at(self, places: Line) -> "Side":
        """Return the elements at these places, of a side with blocks of one."""
        return Side(*Line(self.start, self.stride, self.count).at(places), 1)

    def elements(self) -> list[int]:
        """Return where each element lies."""
        blocks = range(self.count)
        return [
            self.start + i * self.stride + j for i in blocks for j in range(self.block)
        ]

    def lines(self) -> list[tuple[Line, Line]]:
        """Return the elements as a few lines, and which of them these are."""
        if self.block < self.count:
            return [
                (
                    Line(self.start + i, self.stride, self.count),
                    Line(i, self.block, self.count),
                )
                for i in range(self.block)
            ]
        return [
            (
                Line(self.start + i * self.stride, 1, self.block),
                Line(i * self.block, 1, self.block),
            )
            for i in range(self.count)
        ]


Box = tuple[Side, ...]
"""One side along each axis."""


def pairs(one: Side, other: Side) -> list[tuple[Line, Line]] | None:
    """Return two sides of the same length as lines that belong together.

    The result is None if both have blocks, of different lengths.

    Examples
    --------
    >>> pairs(Side(0, 4, 3, 2), Side(0, 1, 6, 1))  # doctest: +NORMALIZE_WHITESPACE
    [(Line(start=0, step=4, length=3), Line(start=0, step=2, length=3)),
     (Line(start=1, step=4, length=3), Line(start=1, step=2, length=3))]
    """
    if one.block == 1:
        whole = Line(one.start, one.stride, one.count)
        return [(whole.at(places), line) for line, places in other.lines()]
    if other.block == 1:
        return [(line, found) for found, line in pairs(other, one) or ()]
    if one.block != other.block:
        return None
    both = zip(one.lines(), other.lines(), strict=True)
    return [(line, other_line) for (line, _), (other_line, _) in both]

"""Plain selections, as h5py takes them: integers, slices with steps, an ellipsis."""

from dataclasses import dataclass
from operator import index
from typing import Any

import numpy as np

from beamio.engine.native import Picks
from beamio.model import Array

_ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected along each axis of a dataset."""

    picks: tuple[Picks, ...]
    """Start, step and count."""
    kept: tuple[bool, ...]
    """Whether the axis is one of the result; not if it was chosen by a number."""

    @property
    def counts(self) -> tuple[int, ...]:
        """Elements along each axis of the dataset."""
        return tuple(count for _, _, count in self.picks)

    @property
    def shape(self) -> tuple[int, ...]:
        """Elements along each axis of the result."""
        pairs = zip(self.counts, self.kept, strict=True)
        return tuple(count for count, kept in pairs if kept)

    def expanded(self, result: Array) -> Array:
        """Return a view of an array of this shape with the dataset's axes."""
        view: Array = result[tuple(slice(None) if k else None for k in self.kept)]
        return view

    def touched(self, chunk: tuple[int, ...]) -> int:
        """Return how many chunks hold a selected element."""
        number = 1
        for (start, step, count), size in zip(self.picks, chunk, strict=True):
            last = start + max(count - 1, 0) * step
            number *= min(count, last // size - start // size + 1)
        return number

    def within(self, inner: "Selection") -> "Selection":
        """Return what `inner` selects of what this selects, in the dataset's axes.

        Examples
        --------
        >>> outer = Selection(((2, 3, 4), (7, 1, 1)), (True, False))
        >>> outer.within(Selection(((1, 2, 2),), (True,))).picks
        ((5, 6, 2), (7, 1, 1))
        """
        rest = iter(zip(inner.picks, inner.kept, strict=True))
        picks, keep = [], []
        for (start, step, count), kept in zip(self.picks, self.kept, strict=True):
            if not kept:
                picks.append((start, step, count))
                keep.append(False)
                continue
            (first, stride, number), stays = next(rest)
            picks.append((start + first * step, step * stride, number))
            keep.append(stays)
        return Selection(tuple(picks), tuple(keep))

    def is_whole_chunks(self, shape: tuple[int, ...], chunk: tuple[int, ...]) -> bool:
        """Tell whether each chunk is selected as a whole or not at all."""
        axes = zip(self.picks, shape, chunk, strict=True)
        return all(
            start % size == 0
            and (step == 1 or count == 1)
            and ((start + count) % size == 0 or start + count == length)
            for (start, step, count), length, size in axes
        )


def plain_selection(args: Any, shape: tuple[int, ...]) -> Selection | None:
    """Return what ``dataset[args]`` selects; None where h5py must say.

    Examples
    --------
    >>> plain_selection((3, slice(0, 10, 4)), (5, 6)).shape
    (2,)
    >>> plain_selection(([1, 2],), (5, 6)) is None
    True
    """
    items = list(args) if isinstance(args, tuple) else [args]
    ellipses = [i for i, item in enumerate(items) if item is Ellipsis]
    if len(ellipses) > 1:
        return None
    place = ellipses[0] if ellipses else len(items)
    missing = len(shape) - (len(items) - len(ellipses))
    if missing < 0:
        return None
    items[place : place + len(ellipses)] = [_ALL] * missing
    picks: list[Picks] = []
    for item, length in zip(items, shape, strict=True):
        found = (0, 1, length) if item is _ALL and length else _picks(item, length)
        if found is None:
            return None
        picks.append(found)
    return Selection(tuple(picks), tuple(isinstance(item, slice) for item in items))


def _picks(item: Any, length: int) -> Picks | None:
    if isinstance(item, slice):
        try:
            start, stop, step = item.indices(length)
        except TypeError:
            return None
        count = len(range(start, stop, step))
        return (start, step, count) if step > 0 and count else None
    if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
        place = index(item)
        place += length if place < 0 else 0
        return (place, 1, 1) if 0 <= place < length else None
    return None

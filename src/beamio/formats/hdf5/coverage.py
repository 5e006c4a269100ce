"""Which pixels of a virtual dataset have a source; the others read as fill value."""

from collections.abc import Sequence
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.model import Array


class Coverage:
    """The parts of a virtual dataset that its mappings cover.

    Mappings that are unlimited, or choose single points, are taken to cover all.

    Parameters
    ----------
    spaces
        The selection of each mapping, an `h5py.h5s.SpaceID` over the dataset.
    shape
        Shape of the dataset, (frames, rows, columns) or (rows, columns).
    """

    def __init__(self, spaces: Sequence[Any], shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._complete = any(_is_all(space, shape) for space in spaces)
        self._parts: list[tuple[Any, int, int]] = []
        if not self._complete:
            chosen = [space for space in spaces if space.get_select_npoints() > 0]
            for space in chosen:
                low, high = space.get_select_bounds()
                stack = len(shape) > 2  # noqa: PLR2004 (rows, columns)
                span = (low[0], high[0]) if stack else (0, 0)
                self._parts.append((space, *span))

    def gap(self, frame: int) -> Array | None:
        """Return the pixels of an image without a source, boolean; None if all have."""
        if self._complete:
            return None
        rows, columns = self._shape[-2:]
        stack = len(self._shape) > 2  # noqa: PLR2004 (rows, columns)
        start, count = (0, 0), (rows, columns)
        covered = np.zeros((rows, columns), bool)
        for space, first, last in self._parts:
            if first <= frame <= last:
                part = space.copy()
                part.select_hyperslab(
                    (frame, *start) if stack else start,
                    (1, *count) if stack else count,
                    op=h5py.h5s.SELECT_AND,
                )
                if part.get_select_npoints():
                    for low, high in part.get_select_hyper_blocklist():
                        covered[low[-2] : high[-2] + 1, low[-1] : high[-1] + 1] = True
        return None if covered.all() else ~covered

    def uncovered(self) -> set[int]:
        """Return the images of which no pixel has a source."""
        if self._complete:
            return set()
        frames = self._shape[0] if len(self._shape) > 2 else 1  # noqa: PLR2004
        gaps = ((frame, self.gap(frame)) for frame in range(frames))
        return {frame for frame, gap in gaps if gap is not None and gap.all()}


def _is_all(space: Any, shape: tuple[int, ...]) -> bool:
    kind = space.get_select_type()
    if kind in {h5py.h5s.SEL_ALL, h5py.h5s.SEL_POINTS}:
        return True
    if kind == h5py.h5s.SEL_NONE:
        return False
    if space.is_regular_hyperslab():
        _, _, count, block = space.get_regular_hyperslab()
        if h5py.h5s.UNLIMITED in (*count, *block):
            return True
    return bool(space.get_select_npoints() == prod(shape))

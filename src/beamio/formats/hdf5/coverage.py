"""Which pixels of a virtual dataset have a source; the others read as fill value."""

from collections import defaultdict
from collections.abc import Sequence

import h5py
import numpy as np

from beamio.formats.hdf5.mappings import Mapping
from beamio.formats.hdf5.sides import Side
from beamio.model import Array


class Coverage:
    """The parts of a virtual dataset that its mappings cover.

    Mappings that choose single points are taken to cover all.

    Parameters
    ----------
    mappings
        The mappings of the dataset.
    shape
        Shape of the dataset, (frames, rows, columns) or (rows, columns).
    """

    def __init__(self, mappings: Sequence[Mapping], shape: tuple[int, ...]) -> None:
        self._shape = (1, *shape)[-3:]
        self._complete = any(_takes_points(mapping) for mapping in mappings)
        self._of_frame: dict[int, list[Mapping]] = defaultdict(list)
        if not self._complete:
            for mapping in mappings:
                for frame in _frames(mapping, self._shape[0], stack=len(shape) > 2):  # noqa: PLR2004 (rows, columns)
                    self._of_frame[frame].append(mapping)

    def gap(self, frame: int) -> Array | None:
        """Return the pixels of an image without a source, boolean; None if all have."""
        if self._complete:
            return None
        rows, columns = self._shape[1:]
        covered = np.zeros((rows, columns), bool)
        for mapping in self._of_frame[frame]:
            sides = (mapping.here or ())[-2:]
            if not sides:
                _cover_blocks(covered, mapping, frame)
            elif all(map(_is_whole, sides, (rows, columns))):
                return None
            else:
                _cover(covered, *sides)
        return None if covered.all() else ~covered

    def uncovered(self) -> set[int]:
        """Return the images of which no pixel has a source."""
        if self._complete:
            return set()
        frames = set(range(self._shape[0]))
        return {frame for frame in frames if not self._of_frame.get(frame)}


def _takes_points(mapping: Mapping) -> bool:
    return bool(mapping.space.get_select_type() == h5py.h5s.SEL_POINTS)


def _frames(mapping: Mapping, frames: int, *, stack: bool) -> Sequence[int]:
    """Return the images of which a mapping has pixels, or may have."""
    if not stack:
        return range(1)
    if mapping.here is not None:
        return [frame for frame in mapping.here[0].elements() if frame < frames]
    low, high = mapping.space.get_select_bounds()
    return range(low[0], high[0] + 1)


def _is_whole(side: Side, length: int) -> bool:
    return side.block == side.stride == 1 and side.start == 0 and side.count >= length


def _cover(covered: Array, rows: Side, columns: Side) -> None:
    for row, _ in rows.lines():
        for column, _ in columns.lines():
            covered[row.as_slice, column.as_slice] = True


def _cover_blocks(covered: Array, mapping: Mapping, frame: int) -> None:
    """Mark what a mapping covers that is no box of blocks."""
    part = mapping.space.copy()
    rank = len(part.shape)
    start = ((frame,) if rank > 2 else ()) + (0, 0)  # noqa: PLR2004 (rows, columns)
    count = ((1,) if rank > 2 else ()) + covered.shape  # noqa: PLR2004
    part.select_hyperslab(start, count, op=h5py.h5s.SELECT_AND)
    if part.get_select_npoints():
        for low, high in part.get_select_hyper_blocklist():
            covered[low[-2] : high[-2] + 1, low[-1] : high[-1] + 1] = True

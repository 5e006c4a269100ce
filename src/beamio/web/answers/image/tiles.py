"""Frames in pieces, at the resolution that is looked at."""

from dataclasses import dataclass

import numpy as np

from beamio.errors import OptionError, TooLargeError
from beamio.model import Array
from beamio.view.pyramid import block_means, level_shapes
from beamio.web.answers.answer import Answer, as_array
from beamio.web.answers.image.contrast import contrast_of
from beamio.web.answers.image.plane import Plane, cut, plane_of
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import BoxAsked, TileAsked

WHOLE = 2048
"""Rows and columns of a frame that is sent as a whole, at most."""
_TOP = 1024
"""Rows and columns of the last level, at most: it is what is seen first."""
_TILE = 512
_BAND = 64 << 20
"""Bytes of a frame that are read at once, about, where it is not kept."""
_PIXELS = 1 << 16


@dataclass(frozen=True, slots=True)
class Level:
    """A frame at one resolution."""

    shape: tuple[int, int]
    tile: tuple[int, int]
    """Rows and columns of its tiles; those at the end are smaller."""


def levels(shape: tuple[int, int]) -> list[Level]:
    """Return the levels of a frame; the first is the data, the last is one tile.

    Examples
    --------
    >>> [level.tile for level in levels((2048, 100))], len(levels((4096, 4096)))
    ([(2048, 100)], 3)
    """
    if max(shape) <= WHOLE:
        return [Level(shape, shape)]
    shapes = level_shapes(shape, _TOP)
    last = len(shapes) - 1
    return [
        Level(each, each if n == last else (_TILE, _TILE))
        for n, each in enumerate(shapes)
    ]


def tile(reading: Reading, asked: TileAsked) -> Answer:
    """Return a tile of a level of a frame."""
    with plane_of(reading, asked) as plane:
        known = levels(plane.shape)
        if asked.level >= len(known):
            raise OptionError(f"there is no level {asked.level}, only {len(known)}")
        level = known[asked.level]
        rows = _span(asked.row, level.tile[0], level.shape[0])
        columns = _span(asked.column, level.tile[1], level.shape[1])
        pixels = (
            plane.read(rows, columns)
            if asked.level == 0
            else _level(plane, asked.level)[rows, columns]
        )
        told = contrast_of(plane) if asked.contrast else None
        return as_array(pixels, level=asked.level, contrast=told)


def pixels(reading: Reading, asked: BoxAsked) -> Answer:
    """Return the values of a small part."""
    with plane_of(reading, asked) as plane:
        rows, columns = cut(asked, plane.shape, asked.path)
        if (rows.stop - rows.start) * (columns.stop - columns.start) > _PIXELS:
            raise TooLargeError(f"more than {_PIXELS:,} pixels; ask for tiles")
        return as_array(plane.read(rows, columns), row=rows.start, column=columns.start)


def _span(number: int, size: int, length: int) -> slice:
    if number * size >= length:
        raise OptionError(f"there is no tile {number}, only {-(-length // size)}")
    return slice(number * size, min((number + 1) * size, length))


def _level(plane: Plane, level: int) -> Array:
    key = None if plane.key is None else (plane.key, "level", level)
    return plane.reading.arrays.get(key, lambda: _means(plane, 1 << level))


def _means(plane: Plane, size: int) -> Array:
    """Return the means of blocks, of a frame that may be larger than memory."""
    rows, columns = plane.shape
    if plane.is_kept_whole:
        return block_means(plane.read(), size, plane.invalid)
    step = max(1, _BAND // (columns * plane.dtype.itemsize * size)) * size
    bands = [
        block_means(plane.read(slice(row, min(row + step, rows))), size, plane.invalid)
        for row in range(0, rows, step)
    ]
    return np.concatenate(bands)

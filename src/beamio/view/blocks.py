"""Images as characters: two pixels in each, one above the other."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from beamio.model import Array
from beamio.view.depth import Depth, codes, escape

_RESET = "\x1b[0m"
_BLOCKS = " ░▒▓█"
_ASCII = " .:-=+*#%@"
_WEIGHTS = (0.299, 0.587, 0.114)
"""Brightness of red, green and blue (ITU-R BT.601)."""


def half_blocks(colours: Array, depth: Depth) -> list[str]:
    """Return the lines of an image, two of its rows in each.

    Parameters
    ----------
    colours
        Shape (rows, columns, 3), uint8.
    depth
        Colours of the terminal; without any, use `ramp`.
    """
    number = codes(colours, depth)
    rows = number.tolist()
    if len(rows) % 2:
        rows.append([None] * len(rows[0]))
    return [
        "".join(_cells(top, bottom, depth)) + _RESET
        for top, bottom in list(pairwise(rows))[::2]
    ]


def _cells(top: list[int], bottom: list[int | None], depth: Depth) -> Iterator[str]:
    before: tuple[int | None, int | None] = (None, None)
    for above, below in zip(top, bottom, strict=True):
        changed = []
        if above != before[0]:
            changed.append(escape(above, background=False, depth=depth))
        if below != before[1] and below is not None:
            changed.append(escape(below, background=True, depth=depth))
        before = (above, below)
        yield f"\x1b[{';'.join(changed)}m▀" if changed else "▀"


def ramp(colours: Array, *, is_ascii: bool = False) -> list[str]:
    """Return the lines of an image without colours, two of its rows in each.

    The brighter one of two pixels is shown, so that none vanishes.

    Examples
    --------
    >>> ramp(np.array([[[0] * 3, [255] * 3], [[130] * 3, [0] * 3]]))
    ['▒█']
    """
    characters = np.array(list(_ASCII if is_ascii else _BLOCKS))
    bright = np.asarray(colours, np.float64) @ np.array(_WEIGHTS)
    if len(bright) % 2:
        bright = np.concatenate([bright, bright[-1:]])
    brighter = np.maximum(bright[::2], bright[1::2])
    last = len(characters) - 1
    index = np.clip(np.rint(brighter / 255 * last), 0, last).astype(np.intp)
    return ["".join(row) for row in characters[index].tolist()]

"""How many colours a terminal shows, and how they are written."""

from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from beamio.model import Array

_CUBE = np.array([0, 95, 135, 175, 215, 255])
_GREYS = np.arange(24) * 10 + 8


class Depth(IntEnum):
    """Colours of a terminal."""

    NONE = 1
    PALETTE = 256
    FULL = 1 << 24


def depth_of(environment: Mapping[str, str], *, is_terminal: bool) -> Depth:
    """Return what a terminal shows, as its environment says.

    Examples
    --------
    >>> depth_of({"TERM": "xterm-256color"}, is_terminal=True).name
    'PALETTE'
    >>> depth_of({"COLORTERM": "truecolor"}, is_terminal=False).name
    'NONE'
    """
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term == "dumb" or not is_terminal:
        return Depth.NONE
    full = environment.get("COLORTERM", "") in {"truecolor", "24bit"}
    if full or "direct" in term or "kitty" in term:
        return Depth.FULL
    return Depth.PALETTE if term else Depth.NONE


def codes(colours: Array, depth: Depth) -> Array:
    """Return the number of each colour: of the palette, or 0xRRGGBB.

    Parameters
    ----------
    colours
        Shape (..., 3), uint8.
    depth
        Full, or that of the palette.

    Examples
    --------
    >>> codes(np.array([[255, 0, 0], [118, 118, 118]]), Depth.PALETTE).tolist()
    [196, 243]
    """
    exact = np.asarray(colours, np.int64)
    if depth is Depth.FULL:
        packed: Array = (exact[..., 0] << 16) | (exact[..., 1] << 8) | exact[..., 2]
        return packed
    level = np.abs(exact[..., np.newaxis] - _CUBE).argmin(-1)
    cube = 16 + level @ np.array([36, 6, 1])
    shade = np.abs(exact.mean(-1)[..., np.newaxis] - _GREYS).argmin(-1)
    from_cube = ((_CUBE[level] - exact) ** 2).sum(-1)
    from_grey = ((_GREYS[shade][..., np.newaxis] - exact) ** 2).sum(-1)
    nearest: Array = np.where(from_grey < from_cube, 232 + shade, cube)
    return nearest


def escape(code: int, *, background: bool, depth: Depth) -> str:
    r"""Return what sets a colour that `codes` gave.

    Examples
    --------
    >>> escape(0xFF8000, background=False, depth=Depth.FULL)
    '38;2;255;128;0'
    """
    kind = 48 if background else 38
    if depth is Depth.PALETTE:
        return f"{kind};5;{code}"
    return f"{kind};2;{code >> 16};{(code >> 8) & 255};{code & 255}"

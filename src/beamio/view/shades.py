"""Values as shades of grey or colours on a screen."""

from functools import cache

import numpy as np

from beamio.errors import OptionError, nearest
from beamio.model import Array

MISSING = (234, 88, 12)
"""The colour of what is no number; no map of shades of grey has it."""
_SHADES = 256
_PLAIN = {"gray", "grey"}


def coloured(
    pixels: Array,
    limits: tuple[float, float],
    *,
    log: bool = False,
    colormap: str = "gray",
) -> Array:
    """Return an image in colours, shape (rows, columns, 3), uint8; NaN is orange.

    Parameters
    ----------
    pixels
        Shape (rows, columns), real numbers.
    limits
        The values that are darkest and brightest; what is beyond looks like them.
    log
        Whether the logarithm is shown; what has none is darkest.
    colormap
        "gray", or the name of one of matplotlib's.

    Raises
    ------
    OptionError
        If there is no such colour map.

    Examples
    --------
    >>> coloured(np.array([[0.0, 5.0, np.nan]]), (0, 10)).tolist()
    [[[0, 0, 0], [128, 128, 128], [234, 88, 12]]]
    """
    table = shades(colormap)
    share = shares(pixels, limits, log=log)
    missing = np.isnan(share)
    index = np.rint(np.where(missing, 0, share) * (_SHADES - 1)).astype(np.intp)
    found: Array = table[index]
    found[missing] = MISSING
    return found


def shares(pixels: Array, limits: tuple[float, float], *, log: bool = False) -> Array:
    """Return where values lie from the darkest, 0, to the brightest, 1; NaN stays."""
    values = np.asarray(pixels, np.float64)
    low, high = limits
    with np.errstate(all="ignore"):
        if log:
            values = np.log(np.where(values <= 0, low, values))
            low, high = np.log(low), np.log(high)
        values = np.clip(values, low, high)
        width = high - low
        share: Array = (values - low) / width if width > 0 else values * 0
    return share


@cache
def shades(colormap: str) -> Array:
    """Return the 256 colours of a map, shape (256, 3), uint8."""
    if colormap in _PLAIN:
        return np.repeat(np.arange(_SHADES, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    from matplotlib import colormaps

    if colormap not in colormaps:
        raise OptionError(
            f"there is no colour map {colormap!r}{nearest(colormap, colormaps)}"
        )
    found = colormaps[colormap](np.linspace(0, 1, _SHADES), bytes=True)
    return np.array(found[:, :3], np.uint8)


def on_black(pixels: Array) -> Array:
    """Return colours without transparency, as they look before black."""
    if pixels.shape[-1] == 3:  # noqa: PLR2004 (red, green, blue)
        return pixels
    opaque = pixels[..., 3:].astype(np.uint16)
    return (pixels[..., :3] * opaque // 255).astype(np.uint8)

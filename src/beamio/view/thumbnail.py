"""Small pictures of arrays, as PNG."""

import numpy as np

from beamio.model import Array
from beamio.model.outline import Thumbnail
from beamio.view.braille import ACROSS, DOWN, Canvas, Span
from beamio.view.contrast import percentiles, unsaturated
from beamio.view.png import png
from beamio.view.reduce import extremes, magnified, reduced, starts
from beamio.view.shades import coloured, on_black, shares

_PERCENT = (1.0, 99.0)
_INK, _PAPER = 90, 255


def image_thumbnail(pixels: Array, height: int, width: int) -> Thumbnail:
    """Return a thumbnail of an image, its sides in their ratio, in shades of grey.

    Parameters
    ----------
    pixels
        Shape (rows, columns), real numbers; what is NaN is orange.
    height, width
        Pixels to fill, at most.
    """
    small = reduced(pixels, _fitted(pixels.shape, height, width))
    limits = percentiles(unsaturated(small), _PERCENT, log=False) or (0.0, 1.0)
    share = shares(small, limits)
    if np.isnan(share).any():
        shown = coloured(small, limits)
    else:
        shown = np.rint(share * 255).astype(np.uint8)[..., np.newaxis]
    return _thumbnail(shown, height, width)


def colour_thumbnail(pixels: Array, height: int, width: int) -> Thumbnail:
    """Return a thumbnail of an image of bytes, shape (rows, columns, 3 or 4)."""
    fitted = _fitted(pixels.shape[:2], height, width)
    down, across = (
        starts(n, most) for n, most in zip(pixels.shape[:2], fitted, strict=True)
    )
    return _thumbnail(on_black(pixels[down][:, across]), height, width)


def curve_thumbnail(values: Array, height: int, width: int) -> Thumbnail:
    """Return a thumbnail of a curve, shape (points,), that fills the height."""
    shown = np.asarray(extremes(values, 2 * width), np.float64)
    canvas = Canvas(width // ACROSS, height // DOWN)
    span = Span.of(shown, log=False)
    x = np.linspace(0, canvas.across - 1, shown.size)
    canvas.line(x, span.places(shown, canvas.down))
    grey = np.where(canvas.dots, _INK, _PAPER).astype(np.uint8)
    return Thumbnail(png(grey[..., np.newaxis]), canvas.across, canvas.down)


def _fitted(shape: tuple[int, ...], height: int, width: int) -> tuple[int, int]:
    scale = max(shape[0] / height, shape[1] / width, 1)
    return max(1, round(shape[0] / scale)), max(1, round(shape[1] / scale))


def _thumbnail(pixels: Array, height: int, width: int) -> Thumbnail:
    """Return a thumbnail whose pixels are shown larger if there are few."""
    rows, columns = pixels.shape[:2]
    factor = max(1, min(height // rows, width // columns))
    shown = magnified(pixels, factor)  # a browser would blur it
    return Thumbnail(png(shown), shown.shape[1], shown.shape[0])

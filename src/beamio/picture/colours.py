"""Images that have colours of their own."""

import numpy as np

from beamio.engine import usable_threads
from beamio.formats.attributes import text_attribute
from beamio.model import Array
from beamio.model.picture import Coloured, Picture
from beamio.nexus.plottable import Plottable
from beamio.picture.labels import leading
from beamio.picture.options import PictureOptions
from beamio.picture.pixels import real, statistics_of
from beamio.picture.source import Part, place_of
from beamio.view.reduce import starts

_CHANNELS = (3, 4)
_AXES = 3
_MOST = 1 << 28
"""Bytes of an image that is taken for one in colours."""


def has_colours(plot: Plottable, part: Part) -> bool:
    """Tell whether the last axis of a dataset is red, green and blue.

    Its ``interpretation`` says so, or ``CLASS`` and ``IMAGE_SUBCLASS`` of HDF5's
    images; else it is if there are three or four bytes of each pixel.
    """
    shape = part.shape
    if len(shape) < _AXES or shape[-1] not in _CHANNELS:
        return False
    dataset = part.dataset
    kind = part.dtype
    is_said = plot.interpretation in {"rgb-image", "rgba-image"} or (
        text_attribute(dataset, "IMAGE_SUBCLASS") == "IMAGE_TRUECOLOR"
    )
    can_be = kind.kind in "uf" and (kind.kind == "f" or kind.itemsize <= 2)  # noqa: PLR2004 (16 bits)
    if plot.interpretation and not is_said:
        return False
    return can_be and (is_said or kind == np.uint8)


def colour_frame(
    plot: Plottable,
    part: Part,
    options: PictureOptions,
    most: int,
    counted: tuple[int, int],
) -> Picture:
    """Return the picture of an image in colours; parameters as of `image`."""
    frame, frames = counted
    pixels = part.read(leading(part, frame, _AXES), threads=options.threads)
    shape = (pixels.shape[0], pixels.shape[1])
    statistics = statistics_of(real(pixels), usable_threads(options.threads))
    rows, columns = (starts(n, min(n, most)) for n in shape)
    return Picture(
        Coloured(_bytes(pixels[rows][:, columns]), shape),
        place_of(part.dataset),
        plot.title,
        tuple(part.dataset.shape),
        str(part.dtype),
        frame if frames > 1 else None,
        frames,
        statistics,
    )


def _bytes(pixels: Array) -> Array:
    """Return channels from 0 to 255; floats are from 0 to 1, as in matplotlib."""
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype.kind == "f":
        exact = np.nan_to_num(np.asarray(pixels, np.float64), posinf=1, neginf=0)
        return np.rint(np.clip(exact, 0, 1) * 255).astype(np.uint8)
    return (real(pixels) >> 8).astype(np.uint8)

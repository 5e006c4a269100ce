"""Small pictures of datasets, of which little is read."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from beamio.formats.attributes import text_attribute
from beamio.model import Array
from beamio.model.outline import Thumbnail
from beamio.view.thumbnail import colour_thumbnail, curve_thumbnail, image_thumbnail

_AXES = 2
_CHANNELS = (3, 4)
_LARGEST = 32 << 20
"""Bytes that are decoded for a picture, at most."""


@dataclass(slots=True)
class Allowance:
    """How many pictures, and of how many bytes of data, may still be made."""

    pictures: int
    nbytes: int = 64 << 20

    def spend(self, nbytes: int) -> bool:
        """Take what a picture needs; tell whether it was there."""
        if self.pictures < 1 or nbytes > min(self.nbytes, _LARGEST):
            return False
        self.pictures -= 1
        self.nbytes -= nbytes
        return True


def thumbnail_of(
    dataset: Any, allowance: Allowance, size: tuple[int, int]
) -> Thumbnail | None:
    """Return a picture of an image, the first one of a stack, or a curve.

    None of anything else, and where it would take too long.
    """
    shape = dataset.shape or ()
    if dataset.dtype.kind not in "biufc" or not prod(shape) or dataset.dtype.subdtype:
        return None
    kept = _axes(dataset)
    if not kept or not allowance.spend(_decoded(dataset, kept)):
        return None
    pixels = np.asarray(dataset[(0,) * (len(shape) - kept)])
    if kept > _AXES:
        return colour_thumbnail(pixels, *size)
    numbers = _real(pixels)
    return (
        curve_thumbnail(numbers, *size)
        if kept == 1
        else image_thumbnail(numbers, *size)
    )


def _axes(dataset: Any) -> int:
    """Return how many of the last axes are drawn."""
    shape = dataset.shape
    said = text_attribute(dataset, "interpretation")
    is_colour = dataset.dtype == np.uint8 and shape[-1] in _CHANNELS
    if len(shape) > _AXES and is_colour and "spectrum" not in said:
        return 3
    if len(shape) == 1 or said == "spectrum":
        return 1 if shape[-1] > 1 else 0
    return min(len(shape), _AXES)


def _decoded(dataset: Any, kept: int) -> int:
    """Return the bytes that must be decoded for the first picture."""
    frame = dataset.shape[-kept:]
    chunks = getattr(dataset, "chunks", None)
    number: int = prod(frame)
    if chunks:
        whole = [-(-n // c) * c for n, c in zip(frame, chunks[-kept:], strict=True)]
        number = prod(whole) * prod(chunks[:-kept])
    itemsize: int = dataset.dtype.itemsize
    return number * itemsize


def _real(values: Array) -> Array:
    if values.dtype.kind == "c":
        return np.abs(values)
    if values.dtype.kind == "b":
        return values.astype(np.uint8)
    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    return native.astype(np.float32) if native.dtype == np.float16 else native

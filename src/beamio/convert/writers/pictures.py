"""Images of datasets, read one at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import prod
from typing import Any

import numpy as np

from beamio.convert.writers.headers import Headers
from beamio.convert.writers.parts import Part
from beamio.errors import NotAnImageError
from beamio.formats.select import plain_selection
from beamio.model import Array

_AT_ONCE = 32 << 20
"""Bytes of images that are read at once, unless one has more."""
_IMAGE = 2
"""Axes of an image."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An image that is read when it is asked for."""

    part: Part
    index: tuple[int, ...]
    """Along the axes before the last two."""
    number: int
    """Its place among those of the part."""
    headers: Headers = field(repr=False)

    @property
    def place(self) -> str:
        """What messages call it."""
        inside = ",".join(map(str, self.index))
        return f"{self.part.place}[{inside}]" if inside else self.part.place

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.part.shape[-_IMAGE:]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a pixel."""
        return self.part.dtype

    @property
    def header(self) -> Mapping[str, str]:
        """What is noted for this image."""
        return self.headers.of(self.index)

    def read(self, *, threads: int) -> Array:
        """Return the pixels, shape (rows, columns)."""
        selection = plain_selection(self.index, self.part.shape)
        if selection is None:  # of frames that are there, so never
            raise IndexError(self.index)
        return self.part.values.read(selection, threads=threads)


def together(pictures: Sequence[Picture]) -> Iterator[list[Picture]]:
    """Yield images that are read at once, since they lie in the same chunks."""
    for _, group in groupby(pictures, key=_chunk):
        found = list(group)
        each = prod(found[0].shape) * found[0].dtype.itemsize
        step = max(1, _AT_ONCE // max(each, 1))
        for start in range(0, len(found), step):
            yield found[start : start + step]


def _chunk(picture: Picture) -> tuple[int, tuple[int, ...], int]:
    *above, last = picture.index or (0,)
    number = picture.part.chunk_of(last) if picture.index else 0
    return id(picture.part), tuple(above), number


def read_together(pictures: Sequence[Picture]) -> Sequence[Array]:
    """Return the pixels of images that `together` has found."""
    first = pictures[0]
    if len(pictures) == 1:
        return [first.read(threads=1)]
    *above, start = first.index
    index = (*above, slice(start, start + len(pictures)))
    selection = plain_selection(index, first.part.shape)
    if selection is None:  # of frames that are there, so never
        raise IndexError(index)
    return list(first.part.values.read(selection, threads=1))


def pictures_of(parts: Sequence[Part]) -> list[Picture]:
    """Return the images of some parts of datasets, one after the other.

    Raises
    ------
    NotAnImageError
        If a part has no rows and columns, or no pixel.
    """
    return [picture for part in parts for picture in _pictures(part)]


def _pictures(part: Part) -> Iterator[Picture]:
    if len(part.shape) < _IMAGE or 0 in part.shape:
        raise NotAnImageError(
            f"{part.place}: has the shape {part.shape}, so it is no image; "
            "npy and CSV files hold it",
            place=part.place,
        )
    headers = Headers.near(part)
    for number, index in enumerate(np.ndindex(part.shape[:-_IMAGE])):
        yield Picture(part, index, number, headers)

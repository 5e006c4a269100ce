"""Images of datasets, read one at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from beamio.convert.writers.headers import Headers
from beamio.convert.writers.parts import Part
from beamio.errors import NotAnImageError
from beamio.formats.select import plain_selection
from beamio.model import Array

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

"""One image of a file: what its header says, and where its pixels are."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np

from beamio.formats.images.pixels import Pixels

Decoder = Literal["fabio", "Pillow", "mar345"]


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An image in a file, known by its header; no pixel was read."""

    file: str
    index: int
    """Its place in the file, from 0."""
    shape: tuple[int, ...]
    """Rows and columns; other files than of images may hold other shapes."""
    dtype: np.dtype[Any]
    """Of a pixel in the file, byte order included."""
    fields: Mapping[str, Any]
    """The header as fabio gives it, in its order; TIFF has values that are no text."""
    pixels: Pixels | Decoder
    """Where the pixels are, else who has to find and decode them."""

    @property
    def place(self) -> str:
        """What messages call it."""
        return f"{self.file} (image {self.index})" if self.index else self.file

    @property
    def nbytes(self) -> int:
        """Bytes of its pixels in memory."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def header(self) -> dict[str, str]:
        """The header as text, in its order."""
        return {str(name): _text(value) for name, value in self.fields.items()}


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode().rstrip("\0")
    except UnicodeDecodeError:
        return value.decode("latin-1").rstrip("\0")

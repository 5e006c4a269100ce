"""One image of a file, in the user's hand."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from beamio.errors import DamagedFileError
from beamio.formats.images.reading import read_many
from beamio.formats.images.stored import Stored
from beamio.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class Image(Stored):
    """An image in a file, known by its header; its pixels are read on demand."""

    @classmethod
    def of(cls, stored: Stored) -> Self:
        """Return the image that is stored so."""
        return cls(*(getattr(stored, field.name) for field in fields(Stored)))

    def read(self, *, threads: int = 1) -> Array:
        """Return its pixels, in the byte order of this machine.

        Raises
        ------
        UnreadableError
            If the bytes are not all there, or do not decode.
        """
        try:
            out = np.empty((1, *self.shape), self.dtype.newbyteorder("="))
        except (MemoryError, ValueError) as error:
            raise DamagedFileError(
                f"{self.place}: {self.nbytes:,} bytes of pixels are more than there is "
                "memory for",
                place=self.place,
            ) from error
        read_many([self], out, threads=threads)
        pixels: Array = out[0]
        return pixels

"""Images of files as one array whose parts are read when they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.engine.native import new_result
from beamio.formats.frames import common_dtype
from beamio.formats.images.image import Image
from beamio.formats.images.reading import read_many
from beamio.formats.select import Selection
from beamio.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class StackValues:
    """Images of one shape: (frames, rows, columns), (rows, columns) of a single one."""

    images: Sequence[Image]

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        shape = self.images[0].shape
        return shape if len(self.images) == 1 else (len(self.images), *shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type that holds the pixels of all, in the byte order of this machine."""
        return common_dtype({image.dtype.newbyteorder("=") for image in self.images})

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return a part; only the images in it are read."""
        if out is None:
            out = new_result(selection.shape, self.dtype)
        if not out.size:
            return out
        expanded, images = selection.expanded(out), self.images
        picks = list(selection.picks)
        if len(images) == 1:
            expanded = expanded[np.newaxis]
        else:
            (start, step, count), *picks = picks
            images = images[start : start + count * step : step]
        read_many(images, expanded, picks=picks, threads=threads)
        return out

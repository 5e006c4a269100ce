"""Some of the images of a scan, in the user's hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from beamio.formats import Frames
from beamio.formats.frames import ChosenFrames
from beamio.model import Array, Region


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Images of one kind; pixels are read when they are asked for."""

    whole: Frames
    """All frames of the scan."""
    indices: Array
    """The place of each image among all frames of the scan."""
    rotation_angle: Array | None = None
    """Of each image, in degrees."""

    @property
    def frames(self) -> ChosenFrames:
        """The images as a series that is read one image at a time."""
        return ChosenFrames(self.whole, self.indices.tolist())

    @property
    def position(self) -> float:
        """The mean of the places among all frames."""
        return float(np.mean(self.indices))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows, columns."""
        return (len(self.indices), *self.whole.shape[1:])

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Array:
        """Return one image, shape (rows, columns)."""
        region = Region.whole(self.whole.shape[1:])
        return self.whole.read(int(self.indices[index]), region)

    def __iter__(self) -> Iterator[Array]:
        return (self[i] for i in range(len(self)))


def runs(wanted: Array, between: Array) -> list[Array]:
    """Return the places where `wanted` is set, split where `between` is in between.

    Examples
    --------
    >>> flat = np.array([1, 1, 0, 0, 0, 1], bool)
    >>> [part.tolist() for part in runs(flat, np.array([0, 0, 0, 1, 1, 0], bool))]
    [[0, 1], [5]]
    """
    places = np.flatnonzero(wanted)
    if not places.size:
        return []
    passed = np.cumsum(between)[places]
    return np.split(places, np.flatnonzero(np.diff(passed)) + 1)

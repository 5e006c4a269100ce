"""Image files as a tree in the structure that silx gives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.formats.images import ImageFrames
from beamio.formats.select import Selection
from beamio.formats.tree import Branch, Leaf, Tree
from beamio.formats.tree.values import delivered
from beamio.model import Array, Region


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """The images of files as one array (frames, rows, columns)."""

    frames: ImageFrames

    @property
    def shape(self) -> tuple[int, ...]:
        return self.frames.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.frames.dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,  # noqa: ARG002 (as Values)
    ) -> Array:
        (start, step, count), *area = selection.picks
        rows, columns = (slice(s, s + n * by, by) for s, by, n in area)
        found = np.empty(selection.counts, self.dtype)
        whole = Region(slice(0, self.shape[1]), slice(0, self.shape[2]))
        for index in range(count):
            image = self.frames.read(start + index * step, whole)
            found[index] = image[rows, columns]
        kept = tuple(slice(None) if keep else 0 for keep in selection.kept)
        return delivered(found[kept], out)


def open_images(files: Sequence[str]) -> Tree:
    """Return the images of files as one stack, under ``scan_0``."""
    frames = ImageFrames(files)
    data = Leaf(_Stack(frames), {"interpretation": "image"})
    detector = Branch.of({"data": data}, "NXdetector")
    instrument = Branch.of({"detector_0": detector}, "NXinstrument")
    scan = Branch.of({"instrument": instrument}, "NXentry")
    return Tree(frames.url, Branch.of({"scan_0": scan}, "NXroot"))

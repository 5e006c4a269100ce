"""A tomography scan in memory, as a tree."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.formats import Frames
from beamio.formats.select import Selection
from beamio.formats.tree import Branch, Leaf, Tree
from beamio.formats.tree.values import delivered
from beamio.model import Array, Region
from beamio.nexus import NXtomo


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """The frames of a scan, as values of which parts can be read."""

    frames: Frames

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames, rows, columns."""
        return self.frames.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a pixel."""
        return self.frames.dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,  # noqa: ARG002 (as Values)
    ) -> Array:
        """Return a part, frame by frame."""
        (first, step, count), *inner = selection.picks
        kept = tuple(
            slice(start, start + number * each, each) for start, each, number in inner
        )
        whole = Region.whole(self.frames.shape[1:])
        numbers = range(first, first + count * step, step)
        images = [self.frames.read(number, whole)[kept] for number in numbers]
        stack = np.stack(images) if images else np.empty(selection.shape, self.dtype)
        return delivered(stack.reshape(selection.shape), out)


def tree_of_scan(scan: NXtomo) -> Tree:
    """Return the frames of a scan, and what each of them is.

    Examples
    --------
    >>> scan = NXtomo(
    ...     frames=np.ones((2, 3, 4), "u2"), image_key_control=[1, 0], energy=20.0
    ... )
    >>> tree = tree_of_scan(scan)
    >>> tree["entry/data/data"].shape, tree["entry/data/image_key"][...].tolist()
    ((2, 3, 4), [1, 0])
    """
    data = {
        "data": Leaf(_Stack(scan.frames), {"interpretation": "image"}),
        "image_key": scan.image_key,
        "image_key_control": scan.image_key_control,
    }
    if scan.rotation_angle is not None:
        angle = np.asarray(scan.rotation_angle)
        data["rotation_angle"] = Leaf.of(angle, {"units": "degrees"})
    facts: dict[str, Any] = {"data": Branch.of(data, "NXdata", signal="data")}
    if scan.energy is not None:
        facts["energy"] = Leaf.of(np.asarray(scan.energy), {"units": "keV"})
    if scan.title:
        facts["title"] = scan.title
    entry = Branch.of(facts, "NXentry", definition="NXtomo", default="data")
    return Tree("scan", Branch.of({"entry": entry}, "NXroot", default="entry"))

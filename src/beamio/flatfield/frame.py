"""Read frames of a plan and correct them, in buffers that are used again."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType

import numpy as np

from beamio.engine import in_order
from beamio.flatfield.invalid import FILLS, Invalid, Tally
from beamio.flatfield.model import FlatField
from beamio.flatfield.plan import FlatFieldPlan
from beamio.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedFrames:
    """Frames of a result, in arrays of shape (frames, rows, columns)."""

    images: Array
    masks: Array
    """uint8, the bits of `Invalid`."""
    tallies: list[Tally]
    """What is invalid in each frame."""

    def leave_out(self, order: int, pixels: Array | EllipsisType, fill: float) -> None:
        """Make pixels of a frame invalid that were never written."""
        self.images[order][pixels] = fill
        self.masks[order][pixels] |= Invalid.UNWRITTEN.value
        self.tallies[order] = Tally.of(self.masks[order])


@dataclass(frozen=True, slots=True, eq=False)
class FrameBuffers:
    """Room for the frames of a plan, in arrays of shape (frames, rows, columns).

    Fresh memory for each frame would cost as much time as reading it.
    """

    raw: Array
    """As stored."""
    images: Array
    """Corrected."""
    masks: Array
    """uint8, the bits of `Invalid`."""

    @classmethod
    def of(cls, plan: FlatFieldPlan, frames: int) -> "FrameBuffers":
        """Return buffers for so many frames."""
        shape = (frames, *plan.region.shape)
        return cls(
            np.empty(shape, plan.scan.raw.dtype),
            np.empty(shape, plan.options.dtype),
            np.empty(shape, np.uint8),
        )

    def correct(
        self,
        plan: FlatFieldPlan,
        field: FlatField,
        indices: Sequence[int],
        *,
        threads: int = 1,
    ) -> CorrectedFrames:
        """Read the raw frames of these indices and correct them.

        What was never written into the file becomes invalid.
        """
        frames, count = plan.scan.raw, len(indices)
        raw, images, masks = (
            array[:count] for array in (self.raw, self.images, self.masks)
        )

        def read(order: int) -> None:
            if indices[order] not in frames.unwritten:
                frames.read(indices[order], plan.region, out=raw[order])

        for _ in in_order(read, range(count), threads=threads):
            pass
        chosen = np.asarray(indices)
        unwritten = np.isin(chosen, list(frames.unwritten))
        tallies = field.apply_into(
            raw,
            np.where(unwritten, 0, plan.positions.numbers[chosen]).tolist(),
            current=None if plan.currents is None else plan.currents.numbers[chosen],
            out=images,
            mask=masks,
            threads=threads,
        )
        corrected, fill = CorrectedFrames(images, masks, tallies), FILLS[field.fill]
        for order, index in enumerate(indices):
            if unwritten[order]:
                masks[order] = 0
                corrected.leave_out(order, ..., fill)
            elif (gap := frames.gap(index, plan.region)) is not None:
                corrected.leave_out(order, gap, fill)
        return corrected

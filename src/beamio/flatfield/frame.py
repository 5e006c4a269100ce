"""Read one frame of a plan and correct it, in buffers that are used again."""

from dataclasses import dataclass

import numpy as np

from beamio.flatfield.invalid import FILLS, Invalid
from beamio.flatfield.model import FlatField
from beamio.flatfield.plan import FlatFieldPlan
from beamio.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class FrameBuffers:
    """Room for one frame, in arrays of the shape of the plan's region.

    Fresh memory for each frame would cost as much time as reading it.
    """

    raw: Array
    """As stored."""
    image: Array
    """Corrected."""
    mask: Array
    """uint8, the bits of `Invalid`."""

    @classmethod
    def of(cls, plan: FlatFieldPlan) -> "FrameBuffers":
        """Return buffers for the frames of a plan."""
        shape = plan.region.shape
        return cls(
            np.empty(shape, plan.scan.raw.dtype),
            np.empty(shape, plan.options.dtype),
            np.empty(shape, np.uint8),
        )

    def correct(self, plan: FlatFieldPlan, field: FlatField, index: int) -> None:
        """Read the raw frame of that index and correct it.

        What was never written into the file becomes invalid.
        """
        frames, fill = plan.scan.raw, FILLS[field.fill]
        if index in frames.unwritten:
            self.image.fill(fill)
            self.mask.fill(Invalid.UNWRITTEN)
            return
        frames.read(index, plan.region, out=self.raw)
        current = None if plan.currents is None else plan.currents.numbers[index]
        position = plan.positions.numbers[index]
        field.apply(self.raw, position, current=current, out=self.image, mask=self.mask)
        gap = frames.gap(index, plan.region)
        if gap is not None:
            self.image[gap] = fill
            self.mask[gap] |= Invalid.UNWRITTEN.value

"""Read one frame of a plan and correct it."""

from beamio.flatfield.invalid import FILLS, Invalid
from beamio.flatfield.model import FlatField
from beamio.flatfield.plan import FlatFieldPlan
from beamio.model import Array


def correct_frame(
    plan: FlatFieldPlan, field: FlatField, index: int, out: Array, mask: Array
) -> None:
    """Fill `out` with a corrected raw frame and `mask` with the bits of `Invalid`.

    Both have the shape of the plan's region. What was never written into the file
    becomes invalid.
    """
    raw = plan.scan.raw
    if index in raw.unwritten:
        out.fill(FILLS[field.fill])
        mask.fill(Invalid.UNWRITTEN)
        return
    image = raw.read(index, plan.region)
    current = None if plan.currents is None else plan.currents.numbers[index]
    position = plan.positions.numbers[index]
    field.apply(image, position, current=current, out=out, mask=mask)
    gap = raw.gap(index, plan.region)
    if gap is not None:
        out[gap] = FILLS[field.fill]
        mask[gap] |= Invalid.UNWRITTEN.value

"""A picture that shows whether a correction is right."""

from collections.abc import Iterator
from pathlib import Path

from beamio.flatfield.frame import FrameBuffers
from beamio.flatfield.model import FlatField
from beamio.flatfield.plan import FlatFieldPlan
from beamio.view.image import Panel, draw_panels


def draw_preview(plan: FlatFieldPlan, field: FlatField, path: Path) -> None:
    """Draw raw, flat and corrected side by side: the first, middle and last frame."""
    last = len(plan.chosen) - 1
    orders = sorted({0, last // 2, last})
    draw_panels([list(_panels(plan, field, order)) for order in orders], path)


def _panels(plan: FlatFieldPlan, field: FlatField, order: int) -> Iterator[Panel]:
    index = plan.chosen[order]
    position = float(plan.positions.numbers[index])
    corrected = FrameBuffers.of(plan, 1).correct(plan, field, [index]).images
    raw = plan.scan.raw.read(index, plan.region)
    name = plan.scan.raw.name(index)
    yield Panel(f"raw {name}", raw, "counts")
    yield Panel(f"flat at {position:.6g}", field.flat.at(position), "counts")
    quantity = "absorption" if field.log else "transmission"
    if corrected is not None:
        yield Panel(f"corrected {name}", corrected[0], quantity)

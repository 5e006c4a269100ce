"""What every front end shows: pure functions from values to text and pictures."""

from beamio.view.image import Panel, draw_panels
from beamio.view.text import count, extent, printable, size, span, valid

__all__ = [
    "Panel",
    "count",
    "draw_panels",
    "extent",
    "printable",
    "size",
    "span",
    "valid",
]

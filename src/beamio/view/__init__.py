"""What every front end shows: pure functions from values to text and pictures.

Pictures are in `beamio.view.image`, which needs NumPy.
"""

from beamio.view.order import natural_order
from beamio.view.text import count, extent, printable, size, span, valid

__all__ = [
    "count",
    "extent",
    "natural_order",
    "printable",
    "size",
    "span",
    "valid",
]

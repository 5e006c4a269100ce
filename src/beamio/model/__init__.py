"""Values that describe data: no IO, no threads, only NumPy and the stdlib."""

from beamio.model.arrays import Array, check_pixels
from beamio.model.chunks import chunk_shape
from beamio.model.filters import COMPRESSIONS, NO_COMPRESSION, Compression
from beamio.model.item import (
    Break,
    ElementType,
    Item,
    Kind,
    LinkTarget,
    Outside,
    Storage,
)
from beamio.model.selection import Region, parse_slice
from beamio.model.url import DataUrl, Index, format_selection, parse_selection
from beamio.model.way import Way

__all__ = [
    "COMPRESSIONS",
    "NO_COMPRESSION",
    "Array",
    "Break",
    "Compression",
    "DataUrl",
    "ElementType",
    "Index",
    "Item",
    "Kind",
    "LinkTarget",
    "Outside",
    "Region",
    "Storage",
    "Way",
    "check_pixels",
    "chunk_shape",
    "format_selection",
    "parse_selection",
    "parse_slice",
]

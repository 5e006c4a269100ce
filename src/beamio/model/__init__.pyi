from .arrays import Array, check_pixels
from .chunks import chunk_shape
from .filters import COMPRESSIONS, NO_COMPRESSION, Compression
from .item import (
    Break,
    ElementType,
    Item,
    Kind,
    LinkTarget,
    Outside,
    Storage,
)
from .selection import Region, parse_slice
from .url import DataUrl, Index, format_selection, parse_selection
from .way import Way

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

"""Which way the values of a dataset are read."""

from typing import Any

from beamio.formats.tree import ArrayValues, PlainValues
from beamio.model import Way


def way_to(dataset: Any) -> tuple[Way, str]:
    """Return what reads the values of an open dataset, and why if not the engine."""
    if hasattr(dataset, "id"):
        from beamio.formats.hdf5.way import way_of

        return way_of(dataset)
    if isinstance(dataset.stored, PlainValues):
        return Way.ENGINE, ""
    if _is_direct(dataset.stored):
        return Way.ENGINE, ""
    if isinstance(dataset.stored, ArrayValues):
        return Way.FORMAT, "in memory since it was opened"
    return Way.FORMAT, "decoded when it is read"


def _is_direct(values: Any) -> bool:
    """Tell whether values are images whose bytes the engine reads as they are."""
    from beamio.formats.images.sources import is_direct
    from beamio.formats.images.stack import StackValues

    return isinstance(values, StackValues) and all(map(is_direct, values.images))

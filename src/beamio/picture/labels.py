"""Labels and units of what is drawn."""

from math import prod
from typing import Any

import numpy as np

from beamio.formats.attributes import text_attribute
from beamio.model.picture import Axis
from beamio.picture.pixels import real
from beamio.picture.source import Part

_COUNTED = ("row", "column")


def value_axis(dataset: Any, *, log: bool = False) -> Axis:
    """Return what the values of a dataset are; of complex ones, their magnitude."""
    label = text_attribute(dataset, "long_name") or name_of(dataset)
    if dataset.dtype.kind == "c":
        label = f"|{label}|"
    return Axis(label, units_of(dataset), is_log=log)


def name_of(dataset: Any) -> str:
    """Return the last name of a dataset's path."""
    return str(dataset.name or "").rpartition("/")[2]


def units_of(dataset: Any) -> str:
    """Return the units of a dataset; some programs write ``unit``."""
    return text_attribute(dataset, "units") or text_attribute(dataset, "unit")


def axis_of(
    part: Part, dataset: Any | None, kept: int, label: str = "", *, log: bool = False
) -> Axis:
    """Return an axis of a part.

    Parameters
    ----------
    part
        What is drawn.
    dataset
        The positions along that axis; None to count.
    kept
        Which axis of the part it is.
    label
        What it is called where it is counted.
    log
        Whether its logarithm is shown.
    """
    place = part.kept[kept]
    start, step, _ = part.selection.picks[place]
    if dataset is None:
        return Axis(label, is_log=log, start=start, step=step)
    positions = real(part.of_axis(dataset, place).read())
    label = text_attribute(dataset, "long_name") or name_of(dataset)
    if not _rises(positions):
        return Axis(label, start=start, step=step)
    return Axis(label, units_of(dataset), np.asarray(positions, np.float64), log)


def _rises(positions: Any) -> bool:
    """Tell whether positions are numbers, as those of points must be."""
    return bool(np.isfinite(positions).all())


def leading(part: Part, frame: int, axes: int) -> tuple[Any, ...]:
    """Return what selects a frame of the last `axes` axes."""
    shape = part.shape[:-axes]
    if not prod(shape):
        return ()
    return tuple(int(i) for i in np.unravel_index(frame, shape)) if shape else ()

"""Numbers of a scan, made sure of before they are held."""

from typing import Any

import numpy as np

from beamio.errors import OptionError, PositionError
from beamio.model import Array
from beamio.nexus.units import converted, quantity


def checked_values(
    value: Any, unit: str, frames: int, name: str, place: str
) -> float | Array:
    """Return a number, or one for each frame, float64, in a unit.

    Raises
    ------
    OptionError
        If there are neither one nor as many as frames, or they are no numbers.
    PositionError
        If one is not finite.
    UnitError
        If the unit does not fit.
    """
    called = f"{place}: {name}"
    if isinstance(value, str):
        return quantity(value, unit, called)
    if hasattr(value, "magnitude") and hasattr(value, "units"):  # a quantity of Pint
        value = converted(value.magnitude, str(value.units), unit, called)
    try:
        numbers = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise OptionError(f"{called} is no number: {value!r}", place=place) from None
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        of = f" of frame {wrong[0]}" if numbers.ndim else ""
        raise PositionError(
            f"{called}{of} is {numbers.flat[wrong[0]]}, not a number; mend it, or give "
            "other values",
            place=place,
        )
    if not numbers.ndim:
        return float(numbers)
    if numbers.shape != (frames,):
        raise OptionError(
            f"{called} has {numbers.size:,} values for {frames:,} frames; give one for "
            "each",
            place=place,
        )
    return numbers

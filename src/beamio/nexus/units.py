"""Quantities in the units that NeXus files are read into here."""

import re
from typing import Any

import numpy as np

from beamio.errors import UnitError
from beamio.model.unit_text import is_unit_text

_SPELLED = {
    "degree": {"degree", "degrees", "deg"},
    "m": {"m", "metre", "metres", "meter", "meters"},
    "keV": {"keV"},
    "s": {"s", "sec", "second", "seconds"},
    "A": {"A", "ampere", "amperes"},
}
"""How files spell units that need no conversion, nor Pint, which takes long to load."""

_ROUNDING = 1e-12
"""What is lost when factors are multiplied."""
_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*")


def converted(values: Any, unit: str, wanted: str, place: str) -> Any:
    """Return numbers in another unit, float64.

    Parameters
    ----------
    values
        A number or an array.
    unit
        Their unit, as Pint knows it; without one they are in `wanted` already.
    wanted
        A unit; none for counts, which are in no other.
    place
        What messages call them.

    Raises
    ------
    UnitError
        If there is no such unit, or it measures something else.

    Examples
    --------
    >>> converted(np.array([650.0, 1300.0]), "nm", "m", "pixel size").tolist()
    [6.5e-07, 1.3e-06]
    >>> converted(20000, "eV", "keV", "energy")
    20.0
    """
    numbers = np.asarray(values, np.float64)
    if unit and wanted and unit not in _SPELLED.get(wanted, {wanted}):
        many, few = _ratio(unit, wanted, place)
        numbers = numbers * many / few
    return numbers if numbers.ndim else float(numbers)


def quantity(text: str | float, wanted: str, place: str) -> float:
    """Return a number in `wanted` from text such as ``20keV``.

    Raises
    ------
    UnitError
        If it is no number with a unit, or the unit does not fit.

    Examples
    --------
    >>> quantity("20keV", "keV", "energy"), quantity("0.5 m", "m", "distance")
    (20.0, 0.5)
    >>> quantity("650 nm", "m", "pixel size")
    6.5e-07
    """
    if isinstance(text, (int, float)):
        return float(text)
    found = _QUANTITY.fullmatch(text)
    if found is None:
        raise UnitError(
            f"{place}: {text!r} is no number with a unit such as 1 {wanted}"
        )
    if not found[2] and wanted:
        raise UnitError(f"{place}: {text!r} has no unit; write it as {text}{wanted}")
    return float(converted(float(found[1]), found[2], wanted, place))


def _ratio(unit: str, wanted: str, place: str) -> tuple[float, float]:
    """Return by what a number in one unit is multiplied, and divided, for another.

    Of the two, whole numbers are exact: millimetres are divided by 1000.
    """
    import pint

    registry: Any = pint.get_application_registry()  # type: ignore[no-untyped-call] # Pint has none there
    unknown = UnitError(f"{place}: {unit!r} is no unit that Pint knows", place=place)
    if not is_unit_text(unit):
        raise unknown
    try:
        one = registry.Quantity(1, unit)
    except Exception as error:  # its parser raises what it likes
        raise unknown from error
    other = registry.Quantity(1, wanted)
    # To Pint, counts are as good as angles.
    is_angle = wanted != "degree" or str(one.to_base_units().units) == "radian"
    if not (is_angle and one.is_compatible_with(other)):
        raise UnitError(f"{place}: {unit!r} is no measure in {wanted}", place=place)
    many = float(one.to(wanted).magnitude)
    if many >= 1:
        return many, 1
    few = float(other.to(unit).magnitude)
    return 1, round(few) if abs(few - round(few)) < _ROUNDING * few else few

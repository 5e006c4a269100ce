"""Whether units are of the category that NXDL wants."""

import re
from functools import lru_cache
from typing import Any

from beamio.errors import OptionError
from beamio.model.unit_text import is_unit_text
from beamio.nexus.nxdl import Definitions

_COUNTED = re.compile(r"\b(?:counts?|cts|photons?|neutrons?|electrons?|pulses?)\b")
_NOTHING = frozenset({"", "1", "dimensionless", "unitless", "none"})
_FREE = frozenset({"", "NX_ANY", "NX_TRANSFORMATION"})
_NUMBERS = frozenset({"NX_COUNT", "NX_PULSES", "NX_DIMENSIONLESS"})
_SPELLED = {"angstroem": "angstrom", "microns": "micron"}


def needs_units(category: str) -> bool:
    """Tell whether a field without units says too little.

    Examples
    --------
    >>> needs_units("NX_LENGTH"), needs_units("NX_ANY"), needs_units("NX_UNITLESS")
    (True, False, False)
    """
    return category not in _FREE | _NUMBERS | {"NX_UNITLESS"}


def problem(units: str, category: str, definitions: Definitions) -> str:
    """Return what is wrong with units, after "its units"; nothing if all is well.

    Raises
    ------
    OptionError
        If Pint is not installed.
    """
    if category in _FREE:
        return ""
    if category == "NX_UNITLESS":
        is_none = units.strip().lower() in _NOTHING
        return "" if is_none else f"are {units!r}, where there should be none"
    found = parsed(units)
    if found is None:
        return f"are {units!r}, which are not known"
    if category in _NUMBERS:
        fits = not found.dimensionality
    else:
        given = definitions.examples(category) or (category,)
        wanted = [unit for unit in map(parsed, given) if unit is not None]
        fits = not wanted or any(_is_like(found, unit) for unit in wanted)
    return "" if fits else f"are {units!r}, which are not of {words(category)}"


def words(category: str) -> str:
    """Return a category for people.

    Examples
    --------
    >>> words("NX_PER_LENGTH"), words("keV")
    ('per length', 'keV')
    """
    return (
        category.removeprefix("NX_").replace("_", " ").lower()
        if (category.startswith("NX_"))
        else category
    )


@lru_cache(256)
def parsed(units: str) -> Any | None:
    """Return units of Pint; None if it does not know them.

    Examples
    --------
    >>> print(parsed("nm*rad"), parsed("Angstrom"), parsed("9**9**9"))
    nanometer * radian angstrom None

    Raises
    ------
    OptionError
        If Pint is not installed.
    """
    try:
        import pint
    except ImportError:
        raise OptionError(
            "units can't be compared without Pint: pip install 'beamio[nexus]'"
        ) from None
    text = units.strip()
    if not is_unit_text(text):
        return None
    text = _COUNTED.sub("count", text)
    registry: Any = pint.get_application_registry()  # type: ignore[no-untyped-call] # Pint has none there
    lower = text.lower()
    for spelling in (text, _SPELLED.get(lower, lower)):
        try:
            found = registry.parse_expression(spelling or "dimensionless")
            return getattr(found, "units", registry.dimensionless)  # of a plain number
        except Exception:  # noqa: BLE001, S112 (its parser raises what it likes)
            continue
    return None


def _is_like(found: Any, wanted: Any) -> bool:
    """Tell whether units can be converted; an angle is more than a number."""
    if found.dimensionality != wanted.dimensionality:
        return False
    return bool(found.dimensionality) or _root(found) == _root(wanted)


def _root(unit: Any) -> Any:
    return (1 * unit).to_root_units().units

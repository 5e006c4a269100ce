"""Quantities of Pint, where Pint is in use."""

import sys
from typing import Any

from beamio.model.unit_text import is_unit_text


def is_quantity(value: Any) -> bool:
    """Tell whether a value is a quantity; Pint need not be installed."""
    pint = sys.modules.get("pint")  # without it no value can be one
    return pint is not None and isinstance(value, pint.Quantity)


def units_of(value: Any) -> str:
    """Return the units of a quantity as short as they can be understood again."""
    short = f"{value.units:~C}"
    try:
        if value._REGISTRY.Unit(short) == value.units:  # noqa: SLF001 (Pint's own name for it)
            return short
    except Exception:  # noqa: BLE001, S110 (its parser raises what it likes)
        pass
    return str(value.units)


def quantity(magnitude: Any, units: str) -> Any:
    """Return a quantity of Pint's application registry.

    Raises
    ------
    ValueError
        If Pint is not installed, or does not know the units.
    """
    try:
        import pint
    except ImportError as error:
        raise ValueError("Pint is not installed") from error
    if not is_unit_text(units):
        raise ValueError(f"{units!r} is not defined in the unit registry")
    try:
        registry: Any = pint.get_application_registry()  # type: ignore[no-untyped-call] # Pint has none there
        return registry.Quantity(magnitude, units)
    except Exception as error:  # its parser raises what it likes
        raise ValueError(str(error)) from error

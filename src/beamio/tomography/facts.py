"""What is known of a scan beside its frames, and where that came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from beamio.nexus.nxtomo.fields import QUANTITIES, TEXTS

UNITS: Mapping[str, str] = {
    **{field.name: field.unit for field in QUANTITIES},
    **{field.name: "" for field in TEXTS},
    "current": "A",
    "monitor": "",
}
"""The unit in which each fact is held, by its name in `NXtomo`."""

MEASURED = {"current", "monitor", "count_time"}
"""What is not known of flats and darks when it is known of projections."""

_KILO = 1000
_SHOWN = {"m": ((1e-9, "nm"), (1e-6, "µm"), (1e-3, "mm"), (1.0, "m"))}


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A value in the unit of its name, one or one for each frame, or a text."""

    value: Any
    source: str
    """Where it came from, for people."""


Facts: TypeAlias = dict[str, Fact]
"""Facts by their names in `NXtomo`."""


def shown(name: str, value: Any) -> str:
    """Return a value for people.

    Examples
    --------
    >>> shown("x_pixel_size", 6.5e-7), shown("energy", 29.6)
    ('650 nm', '29.6 keV')
    >>> shown("rotation_angle", np.array([0, 90, 180])), shown("title", "a scan")
    ('0 to 180 degree', 'a scan')
    """
    unit = UNITS.get(name, "")
    if isinstance(value, str):
        return value
    numbers = np.atleast_1d(np.asarray(value, np.float64))
    low, high = float(numbers.min()), float(numbers.max())
    factor = 1.0
    largest = max(abs(low), abs(high))
    for factor, spelled in _SHOWN.get(unit, ((1.0, unit),)):
        unit = spelled
        if largest < factor * _KILO:
            break
    first, last = float(numbers[0]) / factor, float(numbers[-1]) / factor
    if low == high:
        return f"{first:.6g} {unit}".rstrip()
    return f"{first:.6g} to {last:.6g} {unit}".rstrip()

"""The beam current, to which frames and flats are scaled."""

from collections.abc import Sequence

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array


def at_current(flat: Array, dark: Array, ratio: float | Array) -> Array:
    """Return what a flat would be at a beam current that is `ratio` times its own."""
    return np.asarray(dark + (flat - dark) * ratio)


def check_currents(currents: Sequence[float] | Array, count: int) -> None:
    """Make sure that there are `count` positive currents of flats.

    Raises
    ------
    OptionError
        If there are not.
    """
    values = np.asarray(currents, np.float64)
    if values.shape != (count,) or not (np.isfinite(values) & (values > 0)).all():
        raise OptionError(
            f"the beam currents of the flats must be {count} positive numbers, one for "
            f"each flat; there are {values.size}"
            f"{f', the least is {values.min():g}' if values.size else ''}"
        )

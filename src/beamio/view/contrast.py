"""Which values are drawn darkest and brightest."""

import numpy as np

from beamio.model import Array

_DRAWN = 1e300
"""The largest value that is drawn; differences of larger ones are infinite."""
_DECADES = 1e-4
"""The darkest of a logarithm, of the brightest, where no value tells."""


def unsaturated(values: Array) -> Array:
    """Return the numbers that are finite, and not the largest of their integer type.

    Examples
    --------
    >>> unsaturated(np.array([1, 255], "u1")).tolist()
    [1]
    """
    if values.dtype.kind == "f":
        finite: Array = values[np.isfinite(values)]
        return finite
    below: Array = values[values < np.iinfo(values.dtype).max]
    return below


def percentiles(
    numbers: Array, percent: tuple[float, float], *, log: bool
) -> tuple[float, float] | None:
    """Return the values at two percentages of numbers; None if there are none.

    Examples
    --------
    >>> percentiles(np.arange(101), (1, 99), log=False)
    (1.0, 99.0)
    """
    values = np.asarray(numbers, np.float64)
    if log:
        values = values[values > 0]
    if not values.size:
        return None
    low, high = map(float, np.percentile(values, percent))
    return drawable(low, high, log=log)


def drawable(low: float, high: float, *, log: bool) -> tuple[float, float]:
    """Return limits between which there is something, and of which there are shades."""
    low, high = max(low, -_DRAWN), min(high, _DRAWN)
    if log:
        high = high if high > 0 else 1.0
        low = low if low > 0 else high * _DECADES
    if not high > low:
        high = low + max(1.0, 1e-3 * abs(low))
    return low, high

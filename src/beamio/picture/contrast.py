"""Which values are drawn darkest and brightest."""

import numpy as np

from beamio.model import Array
from beamio.model.statistics import Statistics
from beamio.picture.options import PictureOptions

_DRAWN = 1e300
"""The largest value that is drawn; differences of larger ones are infinite."""
_DECADES = 1e-4
"""The darkest of a logarithm, of the brightest, where no value tells."""


def contrast(
    sample: Array, statistics: Statistics, options: PictureOptions, *, log: bool
) -> tuple[tuple[float, float], str]:
    """Return the limits of an image, and how they were found, in words.

    Parameters
    ----------
    sample
        Numbers of the image, finite and not saturated.
    statistics
        Of the whole image: where all numbers are saturated, they are its limits.

    Examples
    --------
    >>> numbers = np.arange(101)
    >>> contrast(numbers, Statistics.of(numbers), PictureOptions(), log=False)
    ((1.0, 99.0), '1 to 99 %')
    """
    values = np.asarray(sample, np.float64)
    if log:
        values = values[values > 0]
    if options.range is not None:
        low, high = options.range
        how = "as asked"
    elif values.size:
        low, high = map(float, np.percentile(values, options.percentile))
        how = "{:g} to {:g} %".format(*options.percentile)
    elif statistics.finite:
        low, high = statistics.minimum, statistics.maximum
        how = "all values"
    else:
        return (0.0, 1.0), "no number"
    return _drawable(low, high, log=log), how


def _drawable(low: float, high: float, *, log: bool) -> tuple[float, float]:
    low, high = max(low, -_DRAWN), min(high, _DRAWN)
    if log:
        high = high if high > 0 else 1.0
        low = low if low > 0 else high * _DECADES
    if not high > low:
        high = low + max(1.0, 1e-3 * abs(low))
    return low, high

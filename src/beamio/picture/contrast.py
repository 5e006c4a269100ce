"""Which values are drawn darkest and brightest, as is asked."""

from beamio.model import Array
from beamio.model.statistics import Statistics
from beamio.picture.options import PictureOptions
from beamio.view.contrast import drawable, percentiles


def contrast(
    sample: Array, statistics: Statistics, options: PictureOptions, *, log: bool
) -> tuple[tuple[float, float], tuple[float, float] | None]:
    """Return the limits of an image, and the percentages that they are at.

    Parameters
    ----------
    sample
        Numbers of the image, finite and not saturated.
    statistics
        Of the whole image: where all numbers are saturated, they are its limits.

    Examples
    --------
    >>> import numpy as np
    >>> numbers = np.arange(101)
    >>> contrast(numbers, Statistics.of(numbers), PictureOptions(), log=False)
    ((1.0, 99.0), (1.0, 99.0))
    """
    if options.range is not None:
        return drawable(*options.range, log=log), None
    found = percentiles(sample, options.percentile, log=log)
    if found is not None:
        return found, options.percentile
    if not statistics.finite:
        return (0.0, 1.0), None
    return drawable(statistics.minimum, statistics.maximum, log=log), None

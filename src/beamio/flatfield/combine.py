"""One image from several of the same thing, pixel by pixel."""

from typing import Literal, get_args

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array

Reduction = Literal["median", "mean", "sigma-clip"]
REDUCTIONS: tuple[str, ...] = get_args(Reduction)

_NORMAL = 1.4826
"""Standard deviation of a normal distribution, in median absolute deviations."""


def combine(stack: Array, how: Reduction = "median", *, sigma: float = 3.0) -> Array:
    """Return the typical image of a stack.

    Parameters
    ----------
    stack
        Images of the same thing, shape (images, rows, columns). NaN is left out.
    how
        ``median``, ``mean``, or ``sigma-clip``: the mean without the values that
        lie more than `sigma` standard deviations from the median. The deviation
        is taken from the median absolute deviation, since the usual one of ten
        images or fewer is so swollen by a single outlier that it never exceeds 3.
    sigma
        For ``sigma-clip``.

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        NaN where no image has a value.

    Examples
    --------
    >>> stack = np.array([10, 12, 11, 900]).reshape(4, 1, 1)
    >>> [float(combine(stack, how).item()) for how in ("median", "sigma-clip")]
    [11.5, 11.0]
    """
    check_reduction(how, sigma)
    values = np.asarray(stack, np.float64)
    if len(values) == 1:
        return np.asarray(values[0])
    if how == "sigma-clip":
        values = _without_outliers(values, sigma)
    absent = np.isnan(values)
    if not absent.any():
        average = np.median if how == "median" else np.mean
        return np.asarray(average(values, axis=0))
    average = np.nanmedian if how == "median" else np.nanmean
    nowhere = absent.all(axis=0)
    # NumPy warns of a pixel that is NaN everywhere.
    image = np.asarray(average(np.where(nowhere, 0, values), axis=0))
    image[nowhere] = np.nan
    return image


def _without_outliers(values: Array, sigma: float) -> Array:
    """Return a copy with NaN for values too far from the median of their pixel."""
    centre = combine(values, "median")
    distance = np.abs(values - centre)
    spread = _NORMAL * combine(distance, "median")
    # More than half of the values are equal: fall back on the usual deviation.
    usual = np.sqrt(combine(distance**2, "mean"))
    spread = np.where(spread > 0, spread, usual)
    return np.where(distance > sigma * spread, np.nan, values)


def check_reduction(how: str, sigma: float) -> None:
    """Raise `OptionError` unless `combine` can do this."""
    if how not in REDUCTIONS:
        raise OptionError(
            f"no reduction is called {how!r}; there are: {', '.join(REDUCTIONS)}"
        )
    if not sigma > 0:
        raise OptionError(f"sigma must be more than 0, not {sigma}")

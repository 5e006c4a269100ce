"""One image from several of the same thing, pixel by pixel."""

from functools import cache
from typing import Literal, get_args

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array

Reduction = Literal["median", "mean", "sigma-clip"]
REDUCTIONS: tuple[str, ...] = get_args(Reduction)

_NORMAL = 1.4826
"""Standard deviation of a normal distribution, in median absolute deviations."""
_TILE = 1 << 20
"""Bytes of a stack combined at a time: they stay in the cache."""


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
    images, rows, columns = stack.shape
    if images == 1:
        return np.asarray(stack[0], np.float64)
    result = np.empty((rows, columns))
    height = max(1, _TILE // max(1, images * columns * stack.itemsize))
    for start in range(0, rows, height):
        part = slice(start, start + height)
        result[part] = _combined(stack[:, part], how, sigma)
    return result


def _combined(stack: Array, how: Reduction, sigma: float) -> Array:
    has_gaps = stack.dtype.kind == "f" and bool(np.isnan(stack).any())
    if how == "median" and not has_gaps:
        return _median(stack)
    values = stack.astype(np.float64)
    if how == "sigma-clip":
        values = _without_outliers(values, sigma)
        has_gaps = True
    if not has_gaps:
        return np.asarray(values.mean(axis=0))
    average = np.nanmedian if how == "median" else np.nanmean
    nowhere = np.isnan(values).all(axis=0)
    # NumPy warns of a pixel that is NaN everywhere.
    image = np.asarray(average(np.where(nowhere, 0, values), axis=0))
    image[nowhere] = np.nan
    return image


def _without_outliers(values: Array, sigma: float) -> Array:
    """Return a copy with NaN for values too far from the median of their pixel."""
    centre = _combined(values, "median", sigma)
    distance = np.abs(values - centre)
    spread = _NORMAL * _combined(distance, "median", sigma)
    # More than half of the values are equal: fall back on the usual deviation.
    usual = np.sqrt(_combined(distance**2, "mean", sigma))
    spread = np.where(spread > 0, spread, usual)
    return np.where(distance > sigma * spread, np.nan, values)


def _median(stack: Array) -> Array:
    """Return the median of each pixel; no value may be NaN.

    A sorting network exchanges whole images, so that every pixel is sorted at the
    same time, which is many times as fast as np.median. Float16 has no fast minimum.
    """
    kind = np.float32 if stack.dtype == np.float16 else stack.dtype.newbyteorder("=")
    images = list(stack.astype(kind))
    spare = np.empty_like(images[0])
    for low, high in _exchanges(len(images)):
        np.minimum(images[low], images[high], out=spare)
        np.maximum(images[low], images[high], out=images[high])
        images[low], spare = spare, images[low]
    middle = len(images) // 2
    upper = images[middle].astype(np.float64)
    if len(images) % 2:
        return np.asarray(upper)
    return np.asarray((images[middle - 1] + upper) / 2)


@cache
def _exchanges(count: int) -> tuple[tuple[int, int], ...]:
    """Return the exchanges that sort `count` items.

    Batcher's merge exchange: D. E. Knuth, The Art of Computer Programming,
    volume 3, section 5.2.2, algorithm M.

    Examples
    --------
    >>> _exchanges(3)
    ((0, 2), (0, 1), (1, 2))
    """
    top = 1 << max(0, (count - 1).bit_length() - 1)
    found = []
    group = top
    while group:
        reach, remainder, distance = top, 0, group
        while True:
            found += [
                (i, i + distance)
                for i in range(count - distance)
                if i & group == remainder
            ]
            if reach == group:
                break
            distance, reach, remainder = reach - group, reach // 2, group
        group //= 2
    return tuple(found)


def check_reduction(how: str, sigma: float) -> None:
    """Raise `OptionError` unless `combine` can do this."""
    if how not in REDUCTIONS:
        raise OptionError(
            f"no reduction is called {how!r}; there are: {', '.join(REDUCTIONS)}"
        )
    if not 0 < sigma < np.inf:
        raise OptionError(f"sigma must be a number more than 0, not {sigma}")

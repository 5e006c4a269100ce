"""Images and curves of fewer points, in which single bright ones stay."""

from typing import Any

import numpy as np

from beamio.model import Array


def reduced(pixels: Array, shape: tuple[int, int], *, how: str = "max") -> Array:
    """Return an image of at most `shape`; each pixel is of a block of the larger.

    Parameters
    ----------
    pixels
        Shape (rows, columns), real numbers.
    shape
        Rows and columns at most.
    how
        "max", so that a single hot pixel stays, or "mean"; of what is not NaN.

    Examples
    --------
    >>> reduced(np.array([[0, 9, 1], [0, 0, 2]]), (1, 2)).tolist()
    [[0, 9]]
    >>> reduced(np.array([[1.0, np.nan]]), (1, 1), how="mean").tolist()
    [[1.0]]
    """
    rows, columns = (min(n, most) for n, most in zip(pixels.shape, shape, strict=True))
    if (rows, columns) == pixels.shape or not pixels.size:
        return pixels
    if how == "mean":
        return _means(pixels, rows, columns)
    largest = np.fmax if pixels.dtype.kind == "f" else np.maximum
    return _by_blocks(largest, pixels, rows, columns)


def starts(length: int, parts: int) -> Array:
    """Return where each of `parts` blocks begins; all have a length, about the same.

    Examples
    --------
    >>> starts(10, 4).tolist()
    [0, 2, 5, 7]
    """
    return np.arange(parts) * length // parts


def _by_blocks(function: Any, pixels: Array, rows: int, columns: int) -> Array:
    # Columns first: their blocks are beside each other in memory.
    across = function.reduceat(pixels, starts(pixels.shape[1], columns), axis=1)
    down: Array = function.reduceat(across, starts(pixels.shape[0], rows), axis=0)
    return down


def _means(pixels: Array, rows: int, columns: int) -> Array:
    exact = pixels.astype(np.float64)
    good = ~np.isnan(exact)
    exact[~good] = 0
    with np.errstate(invalid="ignore", divide="ignore"):
        total = _by_blocks(np.add, exact, rows, columns)
        mean: Array = total / _by_blocks(np.add, good.astype(np.int64), rows, columns)
    return mean


def magnified(pixels: Array, factor: int) -> Array:
    """Return an image whose pixels are squares of several."""
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def extremes(values: Array, points: int) -> Array:
    """Return the least and the largest number of each block, one after the other.

    Parameters
    ----------
    values
        Shape (points,).
    points
        How many to return, at most; of fewer, all.

    Examples
    --------
    >>> extremes(np.array([1, 2, 9, 3, 0, 5]), 4).tolist()
    [1, 9, 0, 5]
    """
    blocks = max(points // 2, 1)
    if values.size <= max(points, 2):
        return values
    place = starts(values.size, blocks)
    is_float = values.dtype.kind == "f"
    low = (np.fmin if is_float else np.minimum).reduceat(values, place)
    high = (np.fmax if is_float else np.maximum).reduceat(values, place)
    return np.stack([low, high], axis=1).reshape(-1)

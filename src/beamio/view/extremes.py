"""The points of a curve that still show when there are more than can be drawn."""

from typing import Any

import numpy as np

from beamio.model import Array


def extreme_places(values: Array, size: int) -> Array:
    """Return where the least and the largest finite value of each block lie.

    Parameters
    ----------
    values
        Shape (points,), real numbers.
    size
        Points of a block; the last one may have fewer.

    Returns
    -------
    numpy.ndarray
        Places in ascending order, two of a block, or one where both are the same. Of
        a block without a finite value, its first place.

    Examples
    --------
    >>> extreme_places(np.array([1, 2, 9, 3, 0, 5]), 3).tolist()
    [0, 2, 4, 5]
    >>> extreme_places(np.array([np.nan, np.inf, 2.0, np.nan]), 2).tolist()
    [0, 2]
    """
    whole = values.size // size * size
    parts = [(0, values[:whole].reshape(-1, size)), (whole, values[None, whole:])]
    pairs = [start + _pairs(blocks) for start, blocks in parts if blocks.size]
    if not pairs:
        return np.empty(0, np.int64)
    places = np.concatenate(pairs)
    return places[np.concatenate(([True], places[1:] != places[:-1]))]


def _pairs(blocks: Array) -> Array:
    """Return the places of two points of each block, as if all were one line."""
    rows = np.arange(blocks.shape[0])
    low, high = blocks.argmin(axis=1), blocks.argmax(axis=1)
    if blocks.dtype.kind == "f":
        _amend(blocks, rows, low, high)
    pairs = np.sort(np.stack([low, high], axis=1), axis=1)
    pairs += (rows * blocks.shape[1])[:, None]
    flat: Array = pairs.reshape(-1)
    return flat


def _amend(blocks: Array, rows: Array, low: Array, high: Array) -> None:
    """Look again where a block has NaN or infinity, which `argmin` finds first."""
    ends = blocks[rows, low], blocks[rows, high]
    odd = np.flatnonzero(~(np.isfinite(ends[0]) & np.isfinite(ends[1])))
    if not odd.size:
        return
    chosen: Any = blocks[odd]
    finite = np.isfinite(chosen)
    low[odd] = np.where(finite, chosen, np.inf).argmin(axis=1)
    high[odd] = np.where(finite, chosen, -np.inf).argmax(axis=1)

"""Whether values that went through a lossy filter are as near as it promises."""

from collections.abc import Callable
from typing import Any

import numpy as np

from beamio.model import Array, Compression

Compare = Callable[[Array, Array], bool]
"""Tells whether what was read, of what was written, is the same."""


def within(compression: Compression) -> Compare | None:
    """Return what compares values with those from a lossy filter.

    None if the filter does not say by how much a value may change.
    """
    bounds = dict(compression.options)
    for name in ("absolute", "accuracy"):
        if name in bounds:
            limit = float(bounds[name])
            return lambda a, b: _close(a, b, limit)
    if "relative" in bounds:
        share = float(bounds["relative"])
        return lambda a, b: _close(a, b, share * float(np.ptp(a)))
    if "pointwise_relative" in bounds:
        part = float(bounds["pointwise_relative"])
        return lambda a, b: _close(a, b, part * np.abs(a.astype(np.float64)))
    return None


def _close(a: Array, b: Array, limit: Any) -> bool:
    wide = a.astype(np.float64), b.astype(np.float64)
    slack = 4 * np.finfo(a.dtype).eps * np.abs(wide[0])
    near = np.abs(wide[0] - wide[1]) <= limit + slack
    return bool((near | ~np.isfinite(wide[0])).all())

"""The type of every array that passes between modules."""

from typing import Any, TypeAlias

import numpy as np

from beamio.errors import NotAnImageError

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""An ndarray of any shape and dtype; docstrings say which."""


def check_pixels(dtype: np.dtype[Any], place: str) -> None:
    """Raise `NotAnImageError` unless `dtype` is integer or real."""
    if dtype.kind in "iuf":
        return
    kind = {"b": "boolean", "c": "complex", "S": "text", "U": "text", "V": "compound"}
    what = kind.get(dtype.kind, "text or another variable-length type")
    raise NotAnImageError(
        f"{place}: holds {what} ({dtype}), not an image; "
        "name an integer or floating-point dataset",
        place=place,
    )

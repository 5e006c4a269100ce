"""The type of every array that passes between modules."""

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""An ndarray of any shape and dtype; docstrings say which."""

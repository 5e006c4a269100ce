"""What is kept between questions, so that it is not read or worked out again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from beamio.model import Array

Kept = TypeVar("Kept", bound=Array)
_BYTES = 384 << 20


class KeptArrays:
    """The arrays that were asked for last, up to a number of bytes.

    Examples
    --------
    >>> import numpy as np
    >>> kept = KeptArrays(most=100)
    >>> for name in "ab":
    ...     _ = kept.get(name, lambda: np.zeros(10))
    >>> kept.has("a"), kept.has("b")
    (False, True)
    """

    def __init__(self, most: int = _BYTES) -> None:
        self.most = most
        self._arrays: OrderedDict[Hashable, Array] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return the array of a key, made now unless it is kept; of None, always."""
        if key is None:
            return make()
        found = self._arrays.pop(key, None)
        array = make() if found is None else cast("Kept", found)
        if array.nbytes <= self.most:
            self._arrays[key] = array
        self._drop()
        return array

    def has(self, key: Hashable) -> bool:
        """Tell whether an array is kept."""
        return key in self._arrays

    def _drop(self) -> None:
        size = sum(array.nbytes for array in self._arrays.values())
        while size > self.most:
            size -= self._arrays.popitem(last=False)[1].nbytes

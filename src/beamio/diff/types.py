"""The type of values on either side, and whether two can be compared."""

from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from beamio.formats.hdf5.element_type import element_type, words_of


@dataclass(frozen=True, slots=True, eq=False)
class ValueType:
    """The type of the values of a dataset or an attribute."""

    dtype: np.dtype[Any] | None
    """None if NumPy has none that fits."""
    hdf5: Any = None
    """The `h5py.h5t.TypeID`, in a file that has such."""

    @classmethod
    def of_hdf5(cls, kind: Any) -> "ValueType":
        """Return a type of an HDF5 file."""
        try:
            dtype = kind.dtype
        except (TypeError, ValueError, RuntimeError, OverflowError):
            dtype = None
        return cls(dtype, kind)

    def __str__(self) -> str:
        if self.hdf5 is not None:
            return element_type(self.hdf5).words
        return "unknown" if self.dtype is None else words_of(self.dtype)

    def is_same(self, other: "ValueType") -> bool:
        """Tell whether this is the type `other`, byte order and padding included."""
        if self.hdf5 is not None and other.hdf5 is not None:
            return bool(self.hdf5 == other.hdf5)
        if self.dtype is None or other.dtype is None:
            return False
        return str(self) == str(other) and self.dtype == other.dtype

    def is_comparable(self, other: "ValueType") -> bool:
        """Tell whether values of both types may be the same."""
        if self.dtype is None or other.dtype is None:
            return self.is_same(other)
        return _category(self.dtype) == _category(other.dtype)

    def pair_words(self, other: "ValueType") -> tuple[str, str]:
        """Return both types in words that differ."""
        one, two = str(self), str(other)
        if one == two and self.hdf5 is not None and other.hdf5 is not None:
            return _in_detail(self.hdf5, one), _in_detail(other.hdf5, two)
        return one, two


def _category(dtype: np.dtype[Any]) -> str:
    """Return the same word for types whose values may be the same."""
    if dtype.names is not None:
        return "compound"
    if dtype.subdtype is not None:
        return _category(dtype.subdtype[0])
    if dtype.kind == "O":
        return _category_of_objects(dtype)
    kinds = {**dict.fromkeys("biufc", "number"), "S": "text", "U": "text"}
    return kinds.get(dtype.kind, f"{dtype.kind}{dtype.itemsize}")


def _category_of_objects(dtype: np.dtype[Any]) -> str:
    if h5py.check_ref_dtype(dtype) is not None:
        return "reference"
    return "text" if h5py.check_vlen_dtype(dtype) in {None, str, bytes} else "list"


_PADDINGS = {
    h5py.h5t.STR_NULLTERM: "ends at a null",
    h5py.h5t.STR_NULLPAD: "padded with nulls",
    h5py.h5t.STR_SPACEPAD: "padded with spaces",
}
_CHARACTERS = {h5py.h5t.CSET_ASCII: "ASCII", h5py.h5t.CSET_UTF8: "UTF-8"}


def _in_detail(kind: Any, words: str) -> str:
    """Return a type in more words, for one that differs from another in small ways."""
    if isinstance(kind, h5py.h5t.TypeStringID):
        padding = _PADDINGS.get(kind.get_strpad(), "of another padding")
        return f"{words}, {_CHARACTERS.get(kind.get_cset(), 'unknown')}, {padding}"
    if kind.get_class() == h5py.h5t.COMPOUND:
        offsets = map(kind.get_member_offset, range(kind.get_nmembers()))
        listed = ", ".join(map(str, offsets))
        return f"{words} of {kind.get_size()} bytes, fields at {listed}"
    return f"{words} of {kind.get_size()} bytes"

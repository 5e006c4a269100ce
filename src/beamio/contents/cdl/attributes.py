"""Attributes of an object, with their types in CDL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from beamio.contents.cdl.types import Inexpressible, cdl_type
from beamio.view.cdl.types import CdlType, Primitive, tokens

_HIDDEN = {
    "_NCProperties",
    "_Netcdf4Coordinates",
    "_Netcdf4Dimid",
    "_nc3_strict",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
}
"""How netCDF notes what CDL says in other ways."""
_OF_SCALES = {"CLASS", "NAME"}
_EMPTY = Primitive("char")
_UNREADABLE = (OSError, KeyError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """The name of an attribute, and its type if CDL has it."""

    name: str
    kind: CdlType | None
    problem: str = ""
    shape: tuple[int, ...] = ()
    dtype: Any = None

    def tokens(self, found: Any) -> list[str]:
        """Return its values."""
        if self.kind is None:
            return []
        value = found.attrs[self.name]
        if isinstance(value, h5py.Empty):
            return tokens(self.kind, [""])
        if self.shape:
            return tokens(self.kind, np.asarray(value), typed=True)
        return tokens(self.kind, [value], typed=True)


def attributes(found: Any, *, is_scale: bool = False) -> Iterator[Attribute]:
    """Yield the attributes of an object, without those that stand for dimensions."""
    for name in found.attrs:
        if name in _HIDDEN or (is_scale and name in _OF_SCALES):
            continue
        try:
            yield _attribute(found, name)
        except Inexpressible as why:
            yield Attribute(name, None, str(why))
        except _UNREADABLE as error:
            yield Attribute(name, None, f"can't be read: {error}")


def _attribute(found: Any, name: str) -> Attribute:
    if hasattr(found.attrs, "get_id"):
        known = found.attrs.get_id(name)
        shape, dtype = known.shape, known.dtype
    else:
        value = np.asarray(found.attrs[name])
        shape, dtype = value.shape, value.dtype
    kind = cdl_type(dtype)
    text = h5py.check_string_dtype(dtype)
    if text is not None and text.length is not None and not shape:
        kind = _EMPTY
    if shape is None and kind != _EMPTY:
        raise Inexpressible("holds nothing, which CDL can't say")
    if shape is not None and 0 in shape:
        raise Inexpressible(f"has no elements (shape {shape}), which CDL can't say")
    shape = (*(shape or ()), *dtype.shape)
    return Attribute(name, kind, shape=shape, dtype=dtype)

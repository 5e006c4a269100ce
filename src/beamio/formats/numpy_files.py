"""Arrays that NumPy wrote, npy and npz, and raw binary of a stated shape and type."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from beamio.errors import DamagedFileError, OptionError, UnreadableError
from beamio.formats.select import Selection
from beamio.formats.tree import Branch, Leaf, PlainValues, Tree, Values
from beamio.model import Array

NPY_MAGIC = b"\x93NUMPY"
_HEADER_LIMIT = 100_000
"""Bytes of a header that are parsed, at most: types with very many fields."""


@dataclass(frozen=True, slots=True)
class ArrayHeader:
    """What the header of an npy file says."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool
    """Whether the first axis is the one that runs fastest."""
    offset: int
    """Place of the first byte of the values, from the begin of the header."""

    @property
    def nbytes(self) -> int:
        """Bytes of the values."""
        return prod(self.shape) * self.dtype.itemsize


def open_npy(path: str) -> Tree:
    """Return the array of an npy file, as the dataset ``data``.

    Raises
    ------
    DamagedFileError
        If the header is damaged, or the file is too short for it.
    UnreadableError
        If it holds Python objects.
    """
    with Path(path).open("rb") as file:
        header = read_header(file, path)
    if header.dtype.hasobject:
        raise holds_objects(path)
    values = plain_array(path, 0, header)
    return Tree(path, Branch.of({"data": Leaf(values)}, "NXroot"))


def open_raw(path: str, shape: Sequence[int], dtype: Any, offset: int) -> Tree:
    """Return an array whose bytes lie plain in a file, as the dataset ``data``.

    Raises
    ------
    OptionError
        If shape, type or offset are none.
    DamagedFileError
        If the file is too short.
    """
    try:
        kind = np.dtype(dtype)
        lengths = (shape,) if isinstance(shape, int) else tuple(map(int, shape))
    except (TypeError, ValueError) as error:
        raise OptionError(f"{path}: shape and dtype: {error}", place=path) from error
    if kind.hasobject or not kind.itemsize:
        raise OptionError(
            f"{path}: dtype={dtype!r} has no bytes of a fixed size", place=path
        )
    if offset < 0 or any(length < 0 for length in lengths):
        raise OptionError(
            f"{path}: offset={offset} and shape={lengths} can't be negative", place=path
        )
    values = PlainValues(path, offset, lengths, kind)
    return Tree(path, Branch.of({"data": Leaf(values)}, "NXroot"))


def read_header(file: BinaryIO, place: str) -> ArrayHeader:
    """Return what the header of an npy file says; nothing is unpickled.

    Raises
    ------
    DamagedFileError
        If it is no such header.
    """
    start = file.tell()
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0
        if version != (1, 0):
            read = npy.read_array_header_2_0
        shape, is_fortran, dtype = read(file, max_header_size=_HEADER_LIMIT)
        if version == (3, 0) and dtype.names:  # as 2.0, but for the encoding of names
            dtype.names = tuple(name.encode("latin-1").decode() for name in dtype.names)
    except Exception as error:  # the parser of literals raises anything
        raise _damaged_header(place, error) from error
    if version > (3, 0) or any(length < 0 for length in shape):
        raise _damaged_header(place, f"version {version}, shape {shape}")
    return ArrayHeader(shape, dtype, is_fortran, file.tell() - start)


def _damaged_header(place: str, reason: object) -> DamagedFileError:
    text = " ".join(str(reason).split())[:200]
    return DamagedFileError(
        f"{place}: the header of the NumPy array can't be read ({text}); "
        "copy the file again",
        place=place,
    )


def holds_objects(place: str) -> UnreadableError:
    """Return the error to show for an array of Python objects."""
    return UnreadableError(
        f"{place}: holds pickled Python objects, which may run any code when they are "
        "read; save it again as numbers or text",
        place=place,
    )


def plain_array(path: str, start: int, header: ArrayHeader) -> Values:
    """Return the values of an array whose header begins at `start` in a file."""
    shape = header.shape[::-1] if header.is_fortran else header.shape
    values = PlainValues(path, start + header.offset, shape, header.dtype)
    return Transposed(values) if header.is_fortran else values


@dataclass(frozen=True, slots=True, eq=False)
class Transposed:
    """Values whose axes are in the opposite order in the file.

    Examples
    --------
    >>> from beamio.formats.tree import ArrayValues
    >>> from beamio.formats.tree.values import read_all
    >>> read_all(Transposed(ArrayValues(np.array([[1, 2], [3, 4]])))).tolist()
    [[1, 3], [2, 4]]
    """

    stored: Values

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self.stored.shape[::-1]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        return self.stored.dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return a part."""
        reverse = Selection(selection.picks[::-1], selection.kept[::-1])
        target = None if out is None else out.T
        found = self.stored.read(reverse, out=target, threads=threads)
        return found.T if out is None else out

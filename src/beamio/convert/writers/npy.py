"""npy: NumPy's own files, one array of any shape and type in each."""

import struct
import zlib
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from beamio.convert.writers.cast import Cast
from beamio.convert.writers.compared import check_same
from beamio.convert.writers.page import ImageForm, Page, bytes_of
from beamio.convert.writers.page import Part as FilePart
from beamio.convert.writers.parts import Part
from beamio.engine import ahead
from beamio.errors import OptionError
from beamio.formats.select import plain_selection
from beamio.model import Array

_BLOCK = 16 << 20
"""Bytes that are read at once."""
_LINE = 64
"""Bytes that the values are aligned to."""


def npy_type(dtype: np.dtype[Any], place: str) -> np.dtype[Any]:
    """Return the type that a file holds, without what only HDF5 knows of it.

    Raises
    ------
    OptionError
        If NumPy's files can't hold it.
    """
    if dtype.hasobject:
        raise OptionError(
            f"{place}: npy can't hold text or arrays of any length, or references; "
            "CSV and JSON can hold text",
            place=place,
        )
    return _bare(dtype)


def _bare(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.subdtype is not None:
        return np.dtype((_bare(dtype.subdtype[0]), dtype.subdtype[1]))
    if dtype.names is None:
        return np.dtype(dtype.str)
    fields = [dtype.fields[name] for name in dtype.names]  # type: ignore[index] # it has names
    return np.dtype(
        {
            "names": dtype.names,
            "formats": [_bare(found[0]) for found in fields],
            "offsets": [found[1] for found in fields],
            "itemsize": dtype.itemsize,
        }
    )


def write_npy(path: Path, part: Part, cast: Cast, *, verify: bool, place: str) -> int:
    """Write the values of a part, a block at a time; return their bytes.

    Messages call the file `place`.

    Raises
    ------
    OutputError
        If what was written reads otherwise.
    """
    shape, dtype = part.shape, cast.after
    start = _write_header(path, shape, dtype)
    check = 0
    with path.open("r+b") as file:
        file.seek(start)
        for block in ahead(_blocks(part, cast)):
            data = block.tobytes()
            file.write(data)
            check = zlib.crc32(data, check)
    if verify:
        _verify(path, shape, dtype, check, place)
    return prod(shape) * dtype.itemsize


def _write_header(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Write all but the values; return where they begin."""
    return path.write_bytes(_header(shape, dtype))


def _header(shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    """Return what comes before the values.

    https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    description = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": shape,
    }
    text = repr(description).encode()
    # Version 1 where it can be, which all programs read; 3 has UTF-8 and more room.
    version, form = ((1, 0), "<H") if text.isascii() else ((3, 0), "<I")
    if len(text) + _LINE > np.iinfo(np.uint16).max:
        version, form = (3, 0), "<I"
    start = np.lib.format.magic(*version)
    length = len(start) + struct.calcsize(form) + len(text) + 1
    padded = text + b" " * (-length % _LINE) + b"\n"
    return start + struct.pack(form, len(padded)) + padded


def _blocks(part: Part, cast: Cast) -> Iterator[Array]:
    for index in _cut(part.shape, part.dtype.itemsize):
        selection = plain_selection(index, part.shape)
        if selection is None:  # there is no element
            return
        # A single value comes as a scalar, without its length or byte order.
        values = np.asarray(part.values.read(selection)).astype(part.dtype, copy=False)
        yield cast(values, part.place)


def _page_type(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    return dtype if dtype.kind in "iuf" else None


def _pack(page: Page) -> list[FilePart]:
    return [_header(page.pixels.shape, page.pixels.dtype), bytes_of(page.pixels)]


NPY_IMAGE = ImageForm(name="npy", suffixes=(".npy",), holds=_page_type, pack=_pack)
"""A file for each image of a series."""


def _cut(shape: tuple[int, ...], itemsize: int) -> Iterator[tuple[Any, ...]]:
    """Yield what selects blocks along the first axis, or of each item of that."""
    if not shape:
        yield ()
        return
    each = prod(shape[1:]) * itemsize
    if each > _BLOCK and len(shape) > 1:
        for index in range(shape[0]):
            for rest in _cut(shape[1:], itemsize):
                yield (index, *rest)
        return
    step = max(1, _BLOCK // max(each, 1))
    for start in range(0, shape[0], step):
        yield (slice(start, min(start + step, shape[0])),)


def _verify(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], check: int, place: str
) -> None:
    found = np.load(path, mmap_mode=None if 0 in shape else "r")
    check_same([found.shape, found.dtype], [shape, dtype], place)
    start = path.stat().st_size - found.nbytes
    del found
    read = 0
    with path.open("rb") as file:  # what is mapped would count as used memory
        file.seek(start)
        while data := file.read(_BLOCK):
            read = zlib.crc32(data, read)
    check_same([read], [check], place)

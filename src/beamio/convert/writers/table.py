"""CSV and TSV: columns of text, from curves and tables."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from beamio.convert.writers.cast import Cast
from beamio.convert.writers.columns import parsed, quoted, texts
from beamio.convert.writers.compared import check_same, digest
from beamio.convert.writers.parts import Part
from beamio.engine import ahead
from beamio.errors import OptionError
from beamio.formats.select import plain_selection
from beamio.model import Array

_CELLS = 200_000
"""Cells that are in memory at once."""
_CELL = 1 << 30
"""Characters of the longest cell that is read back."""
_TABLE = 2
"""Axes of a table."""


@dataclass(frozen=True, slots=True, eq=False)
class TableColumns:
    """The columns that one dataset gives a table."""

    part: Part
    cast: Cast
    names: tuple[str, ...]

    @classmethod
    def of(cls, part: Part, cast: Cast) -> "TableColumns":
        """Return the columns of a curve, a table, or a compound.

        Raises
        ------
        OptionError
            If the dataset has more axes than a table.
        """
        label = f"{part.name} [{part.unit}]" if part.unit else part.name
        dtype, shape = part.dtype, part.shape
        if len(shape) > _TABLE or (dtype.names and len(shape) > 1):
            raise OptionError(
                f"{part.place}: has {len(shape)} axes, a table has two; npy can hold "
                "it, or choose a part with --slice",
                place=part.place,
            )
        if dtype.names:
            return cls(part, cast, tuple(_fields(dtype)))
        if len(shape) == _TABLE:
            names = [f"{part.name}_{i}" for i in range(shape[1])]
            unit = f" [{part.unit}]" if part.unit else ""
            return cls(part, cast, tuple(name + unit for name in names))
        return cls(part, cast, (label,))

    @property
    def length(self) -> int:
        """Rows; one for a single value."""
        return self.part.shape[0] if self.part.shape else 1

    def block(self, start: int, stop: int) -> list[Array]:
        """Return some rows of each column."""
        shape = self.part.shape
        selection = plain_selection((slice(start, stop),) if shape else (), shape)
        if selection is None:  # there is no row
            return [np.empty(0, self.cast.after) for _ in self.names]
        values = self.part.values.read(selection)
        values = np.asarray(values).reshape(stop - start, *shape[1:])
        if values.dtype.names:
            return list(_field_values(values))
        cast = values if values.dtype.hasobject else self.cast(values, self.part.place)
        return [cast] if len(shape) < _TABLE else list(cast.T)


def _fields(dtype: np.dtype[Any], above: str = "") -> Iterator[str]:
    for name in dtype.names or ():
        yield from _cells(dtype[name], f"{above}{name}")


def _cells(dtype: np.dtype[Any], name: str) -> Iterator[str]:
    if dtype.names:
        yield from _fields(dtype, f"{name}.")
    elif dtype.subdtype is not None:
        base, shape = dtype.subdtype
        for index in np.ndindex(shape):
            yield from _cells(base, "_".join([name, *map(str, index)]))
    else:
        yield name


def _field_values(values: Array) -> Iterator[Array]:
    """Yield the columns that `_fields` names."""
    if values.dtype.names:
        for name in values.dtype.names:
            yield from _field_values(values[name])
    elif values.ndim > 1:
        for index in np.ndindex(values.shape[1:]):
            yield from _field_values(values[(slice(None), *index)])
    else:
        yield values


def check_lengths(columns: Sequence[TableColumns]) -> None:
    """Raise `OptionError` unless all columns have as many rows."""
    first = columns[0]
    for other in columns:
        if other.length != first.length:
            raise OptionError(
                f"{other.part.place}: has {other.length} rows, {first.part.name} has "
                f"{first.length}; columns side by side are of one length: name them "
                "apart",
                place=other.part.place,
            )


def write_table(
    path: Path,
    columns: Sequence[TableColumns],
    *,
    delimiter: str,
    verify: bool,
    place: str,
) -> int:
    """Write columns side by side below a row of names; return the rows.

    Messages call the file `place`.

    Raises
    ------
    OptionError
        If a cell can't be written as text.
    OutputError
        If what was written reads otherwise.
    """
    check_lengths(columns)
    names = [name for column in columns for name in column.names]
    written: list[int] = []
    origins = [column.part.place for column in columns for _ in column.names]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(delimiter.join(quoted(name, delimiter) for name in names) + "\n")
        for block in ahead(_blocks(columns, len(names))):
            pairs = list(zip(block, origins, strict=True))
            cells = [texts(values, origin) for values, origin in pairs]
            file.writelines(_lines(block, cells, delimiter))
            written += map(_digest, block, cells)
    if verify:
        types = [
            values.dtype for values in next(iter(_blocks(columns, len(names))), [])
        ]
        found = _read_back(path, names, types, delimiter, place)
        check_same(list(found), written, place)
    return columns[0].length


def _blocks(columns: Sequence[TableColumns], width: int) -> Iterator[list[Array]]:
    rows = max(1, _CELLS // max(width, 1))
    for start in range(0, columns[0].length, rows):
        stop = min(start + rows, columns[0].length)
        yield [values for column in columns for values in column.block(start, stop)]


def _lines(
    block: Sequence[Array], cells: Sequence[Sequence[str]], delimiter: str
) -> Iterator[str]:
    shown = [
        text
        if values.dtype.kind in "biufc"  # numbers need no quotes
        else [quoted(cell, delimiter) for cell in text]
        for values, text in zip(block, cells, strict=True)
    ]
    for row in zip(*shown, strict=True):
        yield delimiter.join(row) + "\n"


def _digest(values: Array, text: Sequence[str]) -> int:
    """Return the digest of numbers, all NaN alike, or of text."""
    if values.dtype.kind not in "biufc":
        return digest(np.frombuffer("\0".join(text).encode(), np.uint8))
    if values.dtype.kind in "fc":
        values = values.copy()
        parts = (values.real, values.imag) if values.dtype.kind == "c" else (values,)
        for part in parts:
            part[np.isnan(part)] = np.nan
    return digest(values)


def _read_back(
    path: Path,
    names: Sequence[str],
    types: Sequence[np.dtype[Any]],
    delimiter: str,
    place: str,
) -> Iterator[int]:
    limit = csv.field_size_limit(_CELL)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file, delimiter=delimiter)
            check_same(next(lines, []), names, place)
            rows = max(1, _CELLS // max(len(names), 1))
            while block := list(islice(lines, rows)):
                for cells, dtype in zip(zip(*block, strict=True), types, strict=True):
                    yield _digest(parsed(cells, dtype), cells)
    finally:
        csv.field_size_limit(limit)

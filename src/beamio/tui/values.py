"""The values of a dataset in rows and columns, of which a part is read at a time."""

from dataclasses import dataclass
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.formats.plain import plain
from beamio.tui.about import text_of
from beamio.view import extent

_DIGITS = {2: 4, 4: 7, 8: 10}
_CELL = 200
"""Characters of a cell, at most."""
_PLANE = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a dataset lies in rows and columns; a stack is many sheets."""

    rows: int
    columns: int
    sheets: int = 1
    names: tuple[str, ...] = ()
    """Of the columns, if they are fields of a compound type."""
    shape: tuple[int, ...] = ()
    is_number: bool = True

    @classmethod
    def of(cls, dataset: Any) -> "Sheet":
        """Return the sheet of a dataset of HDF5 or of a tree.

        Examples
        --------
        >>> Sheet.of(np.zeros((6, 4, 3))).sheets, Sheet.of(np.zeros(5)).columns
        (6, 1)
        """
        shape, dtype = dataset.shape, dataset.dtype
        if shape is None:
            return cls(0, 0)
        names = dtype.names or ()
        if names and len(shape) < _PLANE:
            return cls(prod(shape), len(names), 1, names, shape, is_number=False)
        rows, columns = (*shape, 1, 1)[:2] if len(shape) < _PLANE else shape[-2:]
        is_number = dtype.kind in "biufc"
        return cls(rows, columns, prod(shape[:-2]), (), shape, is_number=is_number)

    @property
    def words(self) -> str:
        """Its size for people."""
        return extent(self.shape) if self.shape else "scalar"

    def read(
        self, dataset: Any, sheet: int, rows: range, columns: range
    ) -> list[list[str]]:
        """Return a part as text, row by row.

        Raises
        ------
        BeamioError, OSError
            If it can't be read.
        """
        down = slice(rows.start, rows.stop)
        across = slice(columns.start, columns.stop)
        if self.names:
            found = np.atleast_1d(dataset[down] if self.shape else dataset[()])
            wanted = self.names[across]
            return [
                [cell(row[name], found.dtype[name]) for name in wanted] for row in found
            ]
        if not self.shape:
            return [[cell(dataset[()], dataset.dtype)]]
        if len(self.shape) < _PLANE:
            found = dataset[down]
            return [[cell(value, dataset.dtype)] for value in found]
        before = tuple(int(i) for i in np.unravel_index(sheet, self.shape[:-2] or (1,)))
        found = dataset[(*before[: len(self.shape) - 2], down, across)]
        return [[cell(value, dataset.dtype) for value in row] for row in found]


def cell(value: Any, dtype: np.dtype[Any]) -> str:
    """Return a value as it stands in a table.

    Examples
    --------
    >>> cell(np.float32(1) / 3, np.dtype("f4")), cell(b"on", np.dtype("S2"))
    ('0.3333333', 'on')
    """
    if dtype.kind == "f" and isinstance(value, float | np.floating):
        return f"{value:.{_DIGITS.get(dtype.itemsize, 12)}g}"
    members = h5py.check_enum_dtype(dtype)
    if members is not None:
        named = {number: name for name, number in members.items()}
        return text_of(named.get(int(value), str(value)))
    if isinstance(value, bytes | str | np.void) and dtype.kind in "SO":
        value = plain(bytes(value) if isinstance(value, bytes) else value, dtype)
    return text_of(value)[:_CELL]

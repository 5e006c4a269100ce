"""Values as the text of a column, such that reading it gives the same values."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array
from beamio.view.text import valid


def texts(values: Array, place: str) -> list[str]:
    """Return each value as text.

    Raises
    ------
    OptionError
        If they are neither numbers nor text.

    Examples
    --------
    >>> texts(np.array([0.1, np.nan], "f4"), "here")
    ['0.1', 'nan']
    >>> texts(np.array([1 - 2j]), "here")
    ['1.0-2.0j']
    """
    kind = values.dtype.kind
    if kind == "b" or kind in "iu":
        return list(map(str, values.tolist()))
    if kind == "f":
        return _floats(values)
    if kind == "c":
        pairs = zip(_floats(values.real), _floats(values.imag), strict=True)
        return [f"{real}{_signed(imaginary)}j" for real, imaginary in pairs]
    if kind in "SUO":
        return [_text(value, place) for value in values.tolist()]
    raise OptionError(
        f"{place}: CSV can't hold {values.dtype}; HDF5 and npy can", place=place
    )


def _floats(values: Array) -> list[str]:
    if values.dtype.itemsize == 8:  # noqa: PLR2004 (as Python's own)
        return list(map(repr, values.tolist()))
    found: list[str] = values.astype(str).tolist()
    return found


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def _text(value: Any, place: str) -> str:
    if isinstance(value, bytes):
        return valid(value.decode("utf-8", "surrogateescape"))
    if isinstance(value, str):
        return valid(value)
    raise OptionError(
        f"{place}: CSV can't hold {type(value).__name__}; HDF5 and JSON can",
        place=place,
    )


def quoted(cell: str, delimiter: str) -> str:
    """Return a cell with quotes around it if it needs them.

    Examples
    --------
    >>> quoted("a", ","), quoted("a,b", ",")
    ('a', '"a,b"')
    """
    # Python's writer leaves out the carriage return, which its reader takes for an end.
    if cell and not any(char in cell for char in (delimiter, '"', "\r", "\n")):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def parsed(cells: Sequence[str], dtype: np.dtype[Any]) -> Array:
    """Return the values that `texts` has written; text stays text."""
    if dtype.kind == "b":
        return np.array([cell == "True" for cell in cells])
    if dtype.kind in "iu":
        return np.array([int(cell) for cell in cells], dtype)
    if dtype.kind == "f":
        return np.array(cells).astype(dtype)
    if dtype.kind == "c":
        return np.array([complex(cell) for cell in cells]).astype(dtype)
    return np.array(cells, object)

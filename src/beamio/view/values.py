"""Values of arrays and attributes as text, for a terminal."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from beamio.model import Array
from beamio.view.text import printable

EDGE = 3
"""Elements that are shown at either end of a long axis."""


def value_lines(value: Any, columns: int = 80, *, full: bool = False) -> Iterator[str]:
    r"""Yield the lines of a value, as NumPy shows it; text is decoded and quoted.

    Parameters
    ----------
    value
        An array of which long axes are cut, unless `full`; or a scalar.
    columns
        As long as lines may be.
    full
        All elements.

    Examples
    --------
    >>> list(value_lines(np.arange(2000)))
    ['[   0    1    2 ... 1997 1998 1999]']
    >>> list(value_lines(np.array([b"caf\xc3\xa9", b"\x1b[2J"])))
    ["['café' '\\x1b[2J']"]
    """
    array = np.asarray(value)
    if array.dtype.kind in "SO":
        array = decoded(array)
    if not array.size:
        yield f"no elements, shape {array.shape}"
        return
    if array.ndim == 0:
        found: Any = array[()]
        text = repr(str(found)) if isinstance(found, str) else str(found)
    else:
        text = np.array2string(
            array,
            max_line_width=columns,
            threshold=array.size if full else 0,
            edgeitems=EDGE,
        )
    yield from map(printable, text.splitlines())


def decoded(array: Array) -> Array:
    """Return an array whose bytes are text."""
    found = np.empty(array.shape, object)
    flat = found.reshape(-1)
    for i, each in enumerate(array.reshape(-1)):
        flat[i] = (
            each.decode(errors="backslashreplace") if isinstance(each, bytes) else each
        )
    return found

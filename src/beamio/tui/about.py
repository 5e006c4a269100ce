"""What is known of an object, and its attributes, in lines."""

from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from beamio.formats.plain import plain
from beamio.model import Item
from beamio.tui.entries import Entry, Files
from beamio.tui.reading import told
from beamio.view import printable
from beamio.view.listing import Part, details, words

_ATTRIBUTES = 500
_LONGEST = 2000
"""Characters of a value that are shown."""

Line = list[Part]


def about(files: Files, entry: Entry) -> list[Line]:
    """Return what is known of what a row stands for.

    Raises
    ------
    BeamioError, OSError
        If it can't be read.
    """
    if entry.is_folder:
        return [[("folder", "detail")]]
    lines: list[Line] = []
    link = entry.item.link if entry.item is not None else None
    if entry.item is not None and link is not None:
        lines = [*_of_item(entry.item), []]
        if link.cause is not None:
            return lines
    item = next(iter(files.items(entry.file, entry.path, levels=0)))
    lines += _of_item(item)
    with files.opened(entry.file, entry.path) as found:
        lines += [[], *_of_attributes(found.attrs)]
    return lines


def _of_item(item: Item) -> Iterator[Line]:
    yield [(str(item.kind), "detail"), *_apart(words(item))]
    if told_of := details(item):
        yield [(told_of, "detail")]
    if item.type is not None and item.type.numpy:
        yield [("NumPy type ", "detail"), (printable(item.type.numpy), "")]


def _apart(parts: Iterator[Part]) -> Iterator[Part]:
    for part in parts:
        yield "  ", ""
        yield part


def _of_attributes(attrs: Any) -> Iterator[Line]:
    number = len(attrs)
    if not number:
        yield [("no attributes", "detail")]
    for count, name in enumerate(attrs):
        if count == _ATTRIBUTES:
            yield [(f"{number - count:,} more attributes", "detail")]
            return
        label = (f"{printable(name)} ", "class")
        try:
            yield [label, (text_of(attrs[name]), "")]
        except Exception as error:  # noqa: BLE001 (h5py raises anything for strange types)
            yield [label, (told(error), "problem")]


def text_of(value: Any) -> str:
    r"""Return a value of any type in one line, safe for a terminal.

    Examples
    --------
    >>> text_of(b"counts\x1b"), text_of(np.float32(0.1)), text_of(np.arange(3))
    ('counts\\x1b', '0.1', '[0 1 2]')
    """
    if isinstance(value, h5py.Empty):
        return "no value"
    if isinstance(value, h5py.Reference | h5py.RegionReference):
        return "reference" if value else "null reference"
    if isinstance(value, np.ndarray):
        value = plain(value, value.dtype)
        shown = np.array2string(
            value, threshold=60, edgeitems=5, max_line_width=1_000_000
        )
        return printable(shown[:_LONGEST].replace("\n", " "))
    if isinstance(value, np.generic) and not isinstance(value, np.bytes_ | np.void):
        return printable(str(value))
    if isinstance(value, bytes):
        value = plain(bytes(value), np.dtype("S"))
    return printable(str(value)[:_LONGEST])

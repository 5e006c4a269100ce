"""Tables, texts and single values."""

from typing import Any

import numpy as np

from beamio.formats.attributes import text_attribute
from beamio.formats.hdf5.element_type import words_of
from beamio.formats.plain import plain
from beamio.model.picture import Picture, Table, Words
from beamio.model.statistics import Statistics
from beamio.picture.labels import name_of, units_of
from beamio.picture.source import Part, place_of

_HEAD = 20
"""Rows that are shown of the beginning of a table, and of its end."""
_LONG = 10_000
"""Characters of a text, at most."""
_CELL = 200


def value(dataset: Any, part: Part | None = None) -> Picture:
    """Return the picture of a single value, or of none."""
    statistics = None
    if part is None:
        text = "no value" if dataset.shape is None else "no values"
    else:
        found = _value_of(part)
        if isinstance(found, bool | int | float | complex):
            statistics = Statistics.of(np.asarray(found))
        unit = units_of(dataset)
        text = f"{_text(found, _LONG)} {unit}".strip()
    return Picture(
        Words(text),
        place_of(dataset),
        text_attribute(dataset, "long_name"),
        tuple(dataset.shape or ()),
        words_of(dataset.dtype),
        statistics=statistics,
    )


def _value_of(part: Part) -> Any:
    if not part.shape:
        return plain(part.read()[()], part.dtype)
    some = tuple(slice(0, 6) for _ in part.shape)
    return plain(part.read(some), part.dtype)


def table(part: Part) -> Picture:
    """Return the picture of rows of text or of compound values."""
    total = part.shape[0]
    values = [part.read(slice(0, 2 * _HEAD))]
    if total > 2 * _HEAD:
        values = [part.read(slice(0, _HEAD)), part.read(slice(total - _HEAD, total))]
    names = part.dtype.names
    rows = [
        _cells(row, part.dtype) for some in values for row in plain(some, part.dtype)
    ]
    return Picture(
        Table(tuple(names or (name_of(part.dataset),)), tuple(rows), total),
        place_of(part.dataset),
        text_attribute(part.dataset, "long_name"),
        tuple(part.dataset.shape),
        _named_type(part.dtype),
    )


def _named_type(dtype: np.dtype[Any]) -> str:
    if dtype.names:
        return "compound"
    return "text" if dtype.kind in "OS" else str(dtype)


def _cells(row: Any, dtype: np.dtype[Any]) -> tuple[str, ...]:
    if dtype.names is None:
        return (_text(row, _CELL),)
    return tuple(_text(plain(row[name], dtype[name]), _CELL) for name in dtype.names)


def _text(found: Any, most: int) -> str:
    if isinstance(found, float):
        return f"{found:.10g}"
    if isinstance(found, np.ndarray):
        return np.array2string(found, threshold=50, edgeitems=3)[:most]
    text = found if isinstance(found, str) else str(found)
    return text if len(text) <= most else f"{text[: most - 1]}…"

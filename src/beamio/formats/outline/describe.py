"""A dataset, a link or an attribute in a line."""

from typing import Any

import h5py
import numpy as np

from beamio.errors import MissingPathError
from beamio.formats.attributes import text_attribute
from beamio.formats.external import linked_file
from beamio.formats.outline.thumbnail import Allowance, thumbnail_of
from beamio.formats.plain import plain
from beamio.model.outline import Outline, Sort
from beamio.view import extent

ERRORS = (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError)
"""What h5py, and damaged files, raise; of one member it must not break the rest."""
_FEW = 6
"""Elements of an array that are shown."""
_LONGEST = 120
_NAME = 100
_BYTES = 1 << 16
"""Of a value that is read for a line."""


def dataset_outline(
    dataset: Any, name: str, mark: str, allowance: Allowance, size: tuple[int, int]
) -> Outline:
    """Return a dataset: its shape, type, units, its value or a picture of it."""
    value = problem = ""
    thumbnail = None
    try:
        value = _value(dataset)
        if not value:
            thumbnail = thumbnail_of(dataset, allowance, size)
    except ERRORS as error:
        problem = f"can't be read ({cut(str(error), _LONGEST)})"
    return Outline(
        cut(name, _NAME),
        Sort.DATASET,
        str(dataset.name or ""),
        f"{extent(dataset.shape or ())} {type_name(dataset.dtype)}".strip(),
        cut(text_attribute(dataset, "units"), _NAME),
        value,
        mark,
        problem,
        thumbnail=thumbnail,
    )


def type_name(dtype: np.dtype[Any]) -> str:
    """Return the type of elements in a word or two.

    Examples
    --------
    >>> type_name(np.dtype(">u2")), type_name(np.dtype("S5"))
    ('uint16', 'text')
    """
    if dtype.names:
        return f"compound ({cut(', '.join(dtype.names), _NAME)})"
    if dtype.kind == "S" or h5py.check_string_dtype(dtype) is not None:
        return "text"
    return "object" if dtype.kind == "O" else str(dtype.name)


def _value(dataset: Any) -> str:
    if dataset.shape is None:
        return "no value"
    if dataset.size > _FEW or dataset.nbytes > _BYTES or dataset.ndim > 1:
        return ""
    found = plain(dataset[()], dataset.dtype)
    return shown_value(found)


def shown_value(value: Any) -> str:
    """Return a value in a line.

    Examples
    --------
    >>> shown_value(np.arange(100)), shown_value(b"text")
    ('[ 0  1  2 ... 97 98 99]', 'text')
    """
    if isinstance(value, bytes):
        value = value.decode(errors="backslashreplace")
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "SO":
            value = [shown_value(each) for each in value.reshape(-1)[:_FEW].tolist()]
        else:
            value = np.array2string(value, threshold=_FEW).replace("\n", " ")
    elif isinstance(value, float):
        value = f"{value:.10g}"
    return cut(str(value), _LONGEST)


def link_outline(group: Any, name: str, link: Any, mark: str) -> Outline:
    """Return a soft or external link: where it leads, and whether that is there."""
    file = getattr(link, "filename", "")
    target = f"{file}::{link.path}" if file else link.path
    problem = _why_not(group, name, link)
    about = f"→ {cut(str(target), _LONGEST)}"
    return Outline(cut(name, _NAME), Sort.LINK, about=about, mark=mark, problem=problem)


def _why_not(group: Any, name: str, link: Any) -> str:
    """Return why a link can't be followed; nothing if it can."""
    try:
        if hasattr(link, "filename"):
            found = linked_file(group, link)
            if found is None:
                return "the file is not there"
            if not found.is_file():
                return "is no regular file"
        group[name]
    except MissingPathError as error:
        # libhdf5 does not say of a cycle that something is missing.
        is_cycle = isinstance(error.__cause__, RuntimeError)
        return "leads back to itself" if is_cycle else "leads nowhere"
    except ERRORS as error:
        return f"can't be followed ({cut(str(error), _LONGEST)})"
    return ""


def cut(text: str, most: int) -> str:
    """Return text of so many characters at most."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def attributes_of(item: Any, most: int) -> tuple[tuple[str, str], ...]:
    """Return the attributes of an object, so many at most."""
    found: list[tuple[str, str]] = []
    try:
        names = list(item.attrs)
    except ERRORS:
        return ()
    for name in names[:most]:
        try:
            found.append((cut(name, _NAME), shown_value(item.attrs[name])))
        except ERRORS:
            found.append((cut(name, _NAME), "can't be read"))
    if len(names) > most:
        found.append(("", f"and {len(names) - most:,} more"))
    return tuple(found)

"""Attributes as text, whatever they are."""

from typing import Any

import numpy as np


def nx_class(item: Any) -> str:
    """Return the NeXus class of a group, such as "NXentry"; else nothing."""
    return text_attribute(item, "NX_class")


def text_attribute(item: Any, name: str) -> str:
    """Return an attribute as text; nothing if there is none, or it is not text."""
    try:
        value = item.attrs.get(name)
    except (OSError, RuntimeError, TypeError, ValueError):  # of a type h5py can't read
        return ""
    if getattr(value, "shape", None) == (1,):
        value = value[0]
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else ""


def one_text(value: Any) -> str:
    """Return a text, or the only one of an array.

    Examples
    --------
    >>> one_text(b"data"), one_text(["a"]), one_text(["a", "b"]), one_text(3)
    ('data', 'a', '', '')
    """
    found = texts(value)
    return found[0] if len(found) == 1 else ""


def texts(value: Any) -> list[str]:
    """Return the texts of a value, or of an array; numbers are left out."""
    if value is None:
        return []
    found = np.asarray(value).reshape(-1).tolist()
    return [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else each
        for each in found
        if isinstance(each, str | bytes)
    ]

"""Whether values are of the type that NXDL wants."""

from datetime import datetime
from typing import Any

import h5py
import numpy as np

from beamio.model import Array

_WORDS = {
    "ISO8601": "a date and time, such as 2026-01-31T12:00:00+01:00",
    "NX_DATE_TIME": "a date and time, such as 2026-01-31T12:00:00+01:00",
    "NX_BINARY": "bytes",
    "NX_BOOLEAN": "true or false",
    "NX_CHAR": "text",
    "NX_CHAR_OR_NUMBER": "text or numbers",
    "NX_COMPLEX": "complex numbers",
    "NX_CCOMPLEX": "complex numbers",
    "NX_PCOMPLEX": "complex numbers",
    "NX_FLOAT": "floating-point numbers",
    "NX_INT": "integers",
    "NX_NUMBER": "numbers",
    "NX_POSINT": "positive integers",
    "NX_QUATERNION": "quaternions",
    "NX_UINT": "integers that are not negative",
}
_KINDS = {
    "NX_BOOLEAN": "biu",
    "NX_COMPLEX": "cfiu",
    "NX_FLOAT": "f",
    "NX_INT": "iu",
    "NX_NUMBER": "fiuc",
    "NX_POSINT": "iu",
    "NX_UINT": "iu",
}
LOOKED_INTO = frozenset(
    {"ISO8601", "NX_BOOLEAN", "NX_DATE_TIME", "NX_POSINT", "NX_UINT"}
)
"""Types that are told by values, too."""
_TEXT = frozenset({"ISO8601", "NX_DATE_TIME", "NX_CHAR"})


def words(nx_type: str) -> str:
    """Return a type for people.

    Examples
    --------
    >>> words("NX_FLOAT"), words("")
    ('floating-point numbers', 'text')
    """
    return _WORDS.get(nx_type or "NX_CHAR", nx_type)


def type_problem(dtype: np.dtype[Any], nx_type: str) -> str:
    """Return what a type is instead of what is wanted; nothing if it is.

    Examples
    --------
    >>> type_problem(np.dtype("i4"), "NX_FLOAT")
    'is int32, not floating-point numbers'
    """
    if nx_type in _TEXT:
        fits = is_text(dtype)
    elif nx_type == "NX_CHAR_OR_NUMBER":
        fits = is_text(dtype) or dtype.kind in "biufc"
    elif nx_type in _KINDS:
        fits = dtype.kind in _KINDS[nx_type]
    else:
        fits = True
    return "" if fits else f"is {_named(dtype)}, not {words(nx_type)}"


def is_text(dtype: np.dtype[Any]) -> bool:
    """Tell whether a type holds text."""
    if dtype.kind == "O" and h5py.check_string_dtype(dtype) is None:
        return not (h5py.check_ref_dtype(dtype) or h5py.check_vlen_dtype(dtype))
    return dtype.kind in "SUO"


def value_problem(values: Array, nx_type: str) -> str:
    """Return what is wrong with values of a type that fits; nothing if nothing is.

    Examples
    --------
    >>> value_problem(np.array([3, 0]), "NX_POSINT")
    'holds 0, not positive integers'
    """
    wrong: Any = None
    if nx_type in {"NX_DATE_TIME", "ISO8601"}:
        wrong = next((text for text in texts(values) if not is_date(text)), None)
        if wrong is not None:
            return f"is {wrong!r}, not {words(nx_type)}"
    elif nx_type in {"NX_POSINT", "NX_UINT"}:
        wrong = values[values < (1 if nx_type == "NX_POSINT" else 0)]
    elif nx_type == "NX_BOOLEAN" and values.dtype.kind != "b":
        wrong = values[(values != 0) & (values != 1)]
    if wrong is None or not len(wrong):
        return ""
    return f"holds {wrong[0]}, not {words(nx_type)}"


def is_date(text: str) -> bool:
    """Tell whether a text is a date and time as ISO 8601 writes them.

    Examples
    --------
    >>> is_date("2026-01-31T12:00:00Z"), is_date("yesterday")
    (True, False)
    """
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def has_zone(text: str) -> bool:
    """Tell whether a date and time has a time zone; true of what is none.

    Examples
    --------
    >>> has_zone("2026-01-31T12:00:00Z"), has_zone("2026-01-31T12:00:00")
    (True, False)
    """
    return not is_date(text) or datetime.fromisoformat(text.strip()).tzinfo is not None


def texts(values: Array) -> list[str]:
    """Return values as text, whatever they are.

    Examples
    --------
    >>> texts(np.array([b"a", b"b"])), texts(np.array([1, 2]))
    (['a', 'b'], ['1', '2'])
    """
    return [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
        for each in values.reshape(-1).tolist()
    ]


def _named(dtype: np.dtype[Any]) -> str:
    return "text" if is_text(dtype) else str(dtype)

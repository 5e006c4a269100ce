"""Shapes and types as somebody who looks for them writes them."""

import operator
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.model import ElementType

_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "": operator.eq,
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SIDE = re.compile(r"(==|>=|<=|>|<|)\s*(\d{1,18})")
_AXES = re.compile(r"(==|>=|<=|>|<|)\s*(\d{1,2})\s*d", re.IGNORECASE)

ShapeTest = Callable[[tuple[int, ...]], bool]
TypeTest = Callable[[ElementType], bool]


def shape_test(text: str) -> ShapeTest:
    """Return what tells whether a shape is as `text` says.

    Parameters
    ----------
    text
        A length for each axis, with ``*`` for any and ``>=100`` for a bound; or the
        number of axes, as ``2d`` or ``>=2d``; or ``scalar``.

    Raises
    ------
    OptionError
        If it can't be understood.

    Examples
    --------
    >>> [shape_test(text)((40, 2048, 2048)) for text in ("*,2048,2048", ">=2d", "2d")]
    [True, True, False]
    >>> shape_test(">=100,*")((20, 3)), shape_test("scalar")(())
    (False, True)
    """
    if text.strip() == "scalar":
        return lambda shape: shape == ()
    if axes := _AXES.fullmatch(text.strip()):
        compare, wanted = _COMPARED[axes[1]], int(axes[2])
        return lambda shape: compare(len(shape), wanted)
    sides = [_side(part.strip(), text) for part in text.strip().rstrip(",").split(",")]

    def test(shape: tuple[int, ...]) -> bool:
        return len(shape) == len(sides) and all(
            side is None or side(length)
            for side, length in zip(sides, shape, strict=True)
        )

    return test


def _side(part: str, text: str) -> Callable[[int], bool] | None:
    if part == "*":
        return None
    found = _SIDE.fullmatch(part)
    if found is None:
        raise OptionError(
            f"shape {text!r}: {part!r} is no length; write it as 2048,2048 or "
            "*,>=100 or 2d or >=2d or scalar"
        )
    compare, wanted = _COMPARED[found[1]], int(found[2])
    return lambda length: compare(length, wanted)


def type_test(text: str) -> TypeTest:
    """Return what tells whether a type is as `text` says.

    Parameters
    ----------
    text
        As NumPy writes it (``uint16`` in any byte order, ``>u2`` in that one), or a
        pattern for the words of a listing, such as ``float*`` or ``compound``.

    Examples
    --------
    >>> kind = ElementType("uint16 big-endian", ">u2", 2)
    >>> [type_test(text)(kind) for text in ("uint16", ">u2", "<u2", "u*", "float*")]
    [True, True, False, True, False]
    """
    wanted = _numpy(text)
    is_ordered = text[:1] in {"<", ">", "="}

    def test(kind: ElementType) -> bool:
        first = re.split(r"[ \[{]", kind.words, maxsplit=1)[0]
        if fnmatchcase(kind.words, text) or fnmatchcase(first, text):
            return True
        if wanted is None or kind.numpy is None:
            return False
        theirs = _numpy(kind.numpy)
        if theirs is None:
            return False
        if is_ordered:
            return theirs == wanted
        return theirs.newbyteorder("=") == wanted.newbyteorder("=")

    return test


def _numpy(text: str) -> "np.dtype[Any] | None":
    try:
        return np.dtype(text)
    except (TypeError, ValueError, SyntaxError):
        return None

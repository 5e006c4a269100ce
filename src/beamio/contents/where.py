"""Conditions on values, such as ``energy > 12 and any(counts > 1e6)``.

They are parsed as Python, and worked out here, operator by operator: nothing else of
Python is understood, so a condition can do nothing but compare and calculate.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import OptionError

_LONGEST = 4096
"""Characters of a condition."""
_LARGEST_POWER = 64
_LARGEST_INTEGER = 2**63

_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "any": np.any,
    "all": np.all,
    "min": np.min,
    "max": np.max,
    "mean": np.mean,
    "abs": np.abs,
    "len": np.size,
}
_VALUE = "value"

Lookup = Callable[[str], Any]
"""Gives the value under a path from a group."""


class NotComparableError(Exception):
    """The condition can't be told for these values; the text says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was parsed.

    Examples
    --------
    >>> condition = Condition.parse("energy > 12 and any(counts > 5)")
    >>> sorted(condition.names)
    ['counts', 'energy']
    >>> condition.holds({"energy": 12.4, "counts": np.array([1, 7])}.__getitem__)
    True
    """

    text: str
    body: ast.expr
    names: frozenset[str]
    """The paths that it needs."""

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Return the condition of a text.

        Raises
        ------
        OptionError
            If it is none; the message says what is not understood.
        """
        if len(text) > _LONGEST:
            raise OptionError(f"the condition is longer than {_LONGEST:,} characters")
        try:
            body = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            why = getattr(error, "msg", None) or "it is too deep"
            raise OptionError(
                f"the condition {text!r} can't be parsed: {why}"
            ) from None
        names: set[str] = set()
        try:
            _check(body, names)
        except RecursionError:
            raise OptionError("the condition is nested too deeply") from None
        if not names:
            raise OptionError(f"the condition {text!r} names nothing in the file")
        return cls(text, body, frozenset(names))

    def holds(self, lookup: Lookup) -> bool:
        """Tell whether it holds for the values that `lookup` gives.

        Raises
        ------
        NotComparableError
            If the values do not go with the condition.
        """
        with np.errstate(all="ignore"):
            try:
                found = _worked_out(self.body, lookup)
            except (TypeError, ValueError, ArithmeticError) as error:
                raise NotComparableError(str(error)) from error
            return _truth(found)


def _check(node: ast.expr, names: set[str]) -> None:
    """Refuse all that is no part of a condition, and note the names."""
    match node:
        case ast.BoolOp():
            below = node.values
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd()):
            below = [node.operand]
        case ast.Compare() if all(type(each) in _COMPARISONS for each in node.ops):
            below = [node.left, *node.comparators]
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            below = [node.left, node.right]
        case ast.Constant() if _is_plain(node.value):
            below = []
        case ast.Call() if _function(node) in _FUNCTIONS:
            below = node.args
        case _:
            names.add(_path(node))
            below = []
    for each in below:
        _check(each, names)


def _is_plain(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) < _LARGEST_INTEGER
    return isinstance(value, float | str)


def _function(node: ast.Call) -> str:
    """Return the name of a function of one argument; empty if it is none."""
    plain = isinstance(node.func, ast.Name) and len(node.args) == 1
    if not plain or node.keywords or isinstance(node.args[0], ast.Starred):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _path(node: ast.expr) -> str:
    """Return the path that a name, names with dots, or ``value("...")`` stands for."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{_path(node.value)}/{node.attr}"
        case ast.Call(args=[ast.Constant(value=str(path))]) if (
            _function(node) == _VALUE
        ):
            return path
    raise OptionError(
        f"the condition has {ast.unparse(node)!r}, which is not understood; there are "
        "names (a.b for a/b, value('a/b-c') for others), numbers, 'text', + - * / // % "
        f"**, comparisons, and, or, not, {', '.join(_FUNCTIONS)}"
    )


def _worked_out(node: ast.expr, lookup: Lookup) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return _logic(node, lookup)
        case ast.Compare():
            return _compared(node, lookup)
        case ast.BinOp() | ast.UnaryOp():
            return _calculated(node, lookup)
        case ast.Call() if _function(node) in _FUNCTIONS:
            return _FUNCTIONS[_function(node)](_worked_out(node.args[0], lookup))
    return lookup(_path(node))


def _logic(node: ast.BoolOp | ast.UnaryOp, lookup: Lookup) -> bool:
    if isinstance(node, ast.UnaryOp):
        return not _truth(_worked_out(node.operand, lookup))
    truths = (_truth(_worked_out(each, lookup)) for each in node.values)
    return all(truths) if isinstance(node.op, ast.And) else any(truths)


def _compared(node: ast.Compare, lookup: Lookup) -> Any:
    left = _worked_out(node.left, lookup)
    result: Any = True
    for kind, side in zip(node.ops, node.comparators, strict=True):
        right = _worked_out(side, lookup)
        is_equality = isinstance(kind, ast.Eq | ast.NotEq)
        if _is_text(left) != _is_text(right) and not is_equality:
            raise NotComparableError("text and numbers have no order")
        result = np.logical_and(result, _COMPARISONS[type(kind)](left, right))
        left = right
    return result


def _calculated(node: ast.BinOp | ast.UnaryOp, lookup: Lookup) -> Any:
    if isinstance(node, ast.UnaryOp):
        value = _number(_worked_out(node.operand, lookup))
        return -value if isinstance(node.op, ast.USub) else value
    left, right = (
        _number(_worked_out(side, lookup)) for side in (node.left, node.right)
    )
    if isinstance(node.op, ast.Pow) and np.any(np.abs(right) > _LARGEST_POWER):
        raise NotComparableError(f"no power is larger than {_LARGEST_POWER}")
    return _ARITHMETIC[type(node.op)](left, right)


def _is_text(value: Any) -> bool:
    kind = getattr(value, "dtype", np.dtype(int)).kind
    return isinstance(value, str) or kind in "OSU"


def _number(value: Any) -> Any:
    """Return a number as NumPy's, which never grows without end."""
    if _is_text(value):
        raise NotComparableError("text can't be calculated with")
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        raise NotComparableError(f"{array.dtype} can't be calculated with")
    return array.astype(int) if array.dtype.kind == "b" else array


def _truth(value: Any) -> bool:
    if np.size(value) != 1:
        raise NotComparableError(
            f"compares an array of {np.size(value):,} values; say any(...) or all(...)"
        )
    return bool(np.asarray(value).reshape(-1)[0])

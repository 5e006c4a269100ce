"""Lengths that NXDL calls by the same symbol, which have to be the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from beamio.nexus.nxdl import Dimensions
from beamio.nexus.validation.layers import Layer
from beamio.nexus.validation.notes import Notes
from beamio.view import extent

_SYMBOL = re.compile(r"[^\W\d]\w*")
_SUM = re.compile(r"([^\W\d]\w*)\s*([-+])\s*(\d{1,9})")


@dataclass(frozen=True, slots=True)
class _Field:
    """A dataset whose lengths are called by symbols."""

    path: str
    shape: tuple[int, ...]
    symbols: tuple[tuple[int, str, int], ...]
    """Axes, the symbol of each, and what is added to it."""
    layer: Layer

    @property
    def scope(self) -> tuple[str, str]:
        """Where a symbol means one thing."""
        return self.layer.scope, self.layer.definition.name

    @property
    def order(self) -> tuple[str, ...]:
        """The symbol of each axis; nothing if one has none."""
        plain = [symbol for i, (axis, symbol, more) in enumerate(self.symbols)
                 if axis == i and not more]  # fmt: skip
        return tuple(plain) if len(plain) == len(self.shape) else ()

    def turned(self, order: tuple[str, ...]) -> "_Field":
        """Return the same with its axes in another order."""
        symbols = tuple((axis, symbol, 0) for axis, symbol in enumerate(order))
        return _Field(self.path, self.shape, symbols, self.layer)


@dataclass(frozen=True, slots=True)
class _Use:
    path: str
    axis: int
    length: int
    """Without what is added to the symbol."""
    is_strict: bool


class Symbols:
    """What each symbol was found to be."""

    def __init__(self) -> None:
        self._fields: dict[tuple[str, tuple[str, str]], _Field] = {}
        self._axes: dict[str, tuple[str, ...]] = {}

    def add(
        self, path: str, shape: tuple[int, ...], dimensions: Dimensions, layer: Layer
    ) -> None:
        """Note the lengths of a dataset that are called by a symbol."""
        parts = [(axis, *_parted(value)) for axis, value, _ in dimensions.lengths]
        symbols = tuple(each for each in parts if each[1] and each[0] < len(shape))
        field = _Field(path, shape, symbols, layer)
        self._fields.setdefault((path, field.scope), field)

    def tie(self, path: str, axes: Sequence[str]) -> None:
        """Note the datasets that an NXdata names for the axes of its signal."""
        self._axes[path] = tuple(axes)

    def report(self, notes: Notes) -> None:
        """Note the lengths that differ from what most others are."""
        all_uses: dict[tuple[str, str, str], list[_Use]] = defaultdict(list)
        for field in map(self._as_told, self._fields.values(), repeat(notes)):
            for axis, symbol, more in field.symbols:
                length = field.shape[axis] - more
                use = _Use(field.path, axis, length, field.layer.is_strict)
                all_uses[*field.scope, symbol].append(use)
        for (_, _, symbol), uses in all_uses.items():
            _compare(symbol, uses, notes)

    def _as_told(self, field: _Field, notes: Notes) -> _Field:
        """Return a dataset with its axes in the order in which its NXdata has them."""
        found = [
            self._fields.get((path, field.scope))
            for path in self._axes.get(field.path, ())
        ]
        axes = [axis for axis in found if axis is not None]
        order = tuple(symbol for axis in axes for symbol in axis.order)
        fits = field.shape == tuple(length for axis in axes for length in axis.shape)
        if not fits or order == field.order or sorted(order) != sorted(field.order):
            return field
        notes.advise(
            field.path,
            f"is in the order {', '.join(order)}, as the axes of its NXdata are; "
            f"{field.scope[1]} has {', '.join(field.order)}",
            "programs that go by the axes read it right; others take the last ones "
            "for the image, as it is",
        )
        return field.turned(order)


def _compare(symbol: str, uses: Sequence[_Use], notes: Notes) -> None:
    """Note the lengths of one symbol that differ from what most others are."""
    usual, number = Counter(use.length for use in uses).most_common(1)[0]
    agreed = next(use for use in uses if use.length == usual)
    for use in uses:
        if use.length == usual:
            continue
        others = f" and {number - 1} more" if number > 1 else ""
        notes.add(
            use.path,
            f"has {use.length:,} along axis {use.axis}, but {symbol} is "
            f"{usual:,} in {agreed.path}{others}",
            "all that share this length must agree; write what is missing, or "
            "leave out what is too much",
            is_strict=use.is_strict,
        )


def shape_problem(shape: tuple[int, ...], dimensions: Dimensions) -> str:
    """Return what is wrong with a shape by itself; nothing if nothing is.

    Examples
    --------
    >>> shape_problem((4, 5), Dimensions(rank="3"))
    'has 2 axes (4 x 5), not 3'
    """
    if all(length == 1 for length in shape):
        return ""  # a number stands for an array of one
    if dimensions.rank.isdecimal():
        rank = int(dimensions.rank)
        if not _least(dimensions, rank) <= len(shape) <= rank:
            of = f" ({extent(shape)})" if shape else ""
            return f"has {_axes(len(shape))}{of}, not {dimensions.rank}"
    for axis, length in _numbers(dimensions):
        if axis < len(shape) and shape[axis] != length:
            return f"has {shape[axis]:,} along axis {axis}, not {length:,}"
    return ""


def words(dimensions: Dimensions) -> str:
    """Return dimensions for people.

    Examples
    --------
    >>> words(Dimensions(rank="2", lengths=((0, "n", True), (1, "3", True))))
    'of n x 3'
    """
    values = [value for _, value, _ in dimensions.lengths]
    if values:
        return f"of {' x '.join(values)}"
    if dimensions.rank.isdecimal() and dimensions.rank != "0":
        return f"with {_axes(int(dimensions.rank))}"
    return ""


def _axes(number: int) -> str:
    return "1 axis" if number == 1 else f"{number} axes"


def _least(dimensions: Dimensions, rank: int) -> int:
    """Return how many axes there have to be."""
    return rank - sum(not is_needed for _, _, is_needed in dimensions.lengths)


def _numbers(dimensions: Dimensions) -> Iterator[tuple[int, int]]:
    for axis, value, _ in dimensions.lengths:
        if value.isdecimal():
            yield axis, int(value)


def _parted(value: str) -> tuple[str, int]:
    """Return a symbol and what is added to it.

    Examples
    --------
    >>> _parted("nFrames"), _parted("n + 1"), _parted("3")
    (('nFrames', 0), ('n', 1), ('', 0))
    """
    if _SYMBOL.fullmatch(value):
        return value, 0
    found = _SUM.fullmatch(value)
    if found is None:
        return "", 0
    return found[1], int(found[2] + found[3])

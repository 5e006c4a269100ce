"""Lengths that NXDL calls by the same symbol, which have to be the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from beamio.nexus.nxdl import Dimensions
from beamio.nexus.validation.layers import Layer
from beamio.nexus.validation.notes import Notes
from beamio.view import extent

_SYMBOL = re.compile(r"[^\W\d]\w*")
_SUM = re.compile(r"([^\W\d]\w*)\s*([-+])\s*(\d{1,9})")


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
        self._uses: dict[tuple[str, str, str], list[_Use]] = defaultdict(list)

    def add(
        self, path: str, shape: tuple[int, ...], dimensions: Dimensions, layer: Layer
    ) -> None:
        """Note the lengths of a dataset that are called by a symbol."""
        for axis, value, _ in dimensions.lengths:
            symbol, more = _parted(value)
            if symbol and axis < len(shape):
                key = (layer.scope, layer.definition.name, symbol)
                use = _Use(path, axis, shape[axis] - more, layer.is_strict)
                self._uses[key].append(use)

    def report(self, notes: Notes) -> None:
        """Note the lengths that differ from what most others are."""
        for (_, _, symbol), uses in self._uses.items():
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

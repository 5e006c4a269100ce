"""The data section of CDL: values in lines, as they come."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import prod

_COLUMNS = 80
_NEXT = "   "
_GAP = "\0"
"""Where a line may be broken; no value has it."""
_AT_ONCE = 4096
"""Values of a row that are joined at once."""


def data_lines(
    name: str,
    tokens: Iterable[str],
    shape: tuple[int, ...],
    growing: Sequence[int] = (),
) -> Iterator[str]:
    """Yield the lines of a variable, each row of more than one axis on its own.

    Parameters
    ----------
    name
        As it is written.
    tokens
        Its values, as many as the shape has.
    growing
        Axes of unlimited dimensions. Behind the first axis they are put in braces,
        for CDL does not tell their length elsewhere.

    Examples
    --------
    >>> list(data_lines("a", iter("1234"), (2, 2)))
    [' a =', '  1, 2,', '  3, 4 ;']
    >>> list(data_lines("b", iter("1234"), (2, 2), growing=[1]))
    [' b =', '  {1, 2},', '  {3, 4} ;']
    """
    if len(shape) > 1:
        yield f" {name} ="
        line, row = " ", shape[-1]
    else:
        line, row = f" {name} =", prod(shape)
    waiting, total, done = iter(_braced(tokens, shape, growing)), prod(shape), 0
    while part := list(islice(waiting, min(row - done % row, _AT_ONCE))):
        done += len(part)
        text = f",{_GAP}".join(part) + ("," if done < total else " ;")
        *full, line = _broken(line, text)
        yield from full
        if done < total and done % row == 0:
            yield line
            line = " "
    yield line


def _broken(line: str, text: str) -> list[str]:
    """Return the line that is begun, with a text, in as many lines as that takes."""
    lines, start = [], 0
    while start < len(text):
        room = _COLUMNS - len(line) - 1
        end = len(text)
        if end - start > room:
            end = text.rfind(_GAP, start, start + room + 1)
            if end < 0 and line.strip():
                lines.append(line)
                line = _NEXT
                continue
            if end < 0:
                end = text.find(_GAP, start)
            if end < 0:
                end = len(text)
        lines.append(f"{line} {text[start:end].replace(_GAP, ' ')}")
        start, line = end + 1, _NEXT
    return lines


def _braced(
    tokens: Iterable[str], shape: tuple[int, ...], growing: Sequence[int]
) -> Iterable[str]:
    runs = [prod(shape[axis:]) for axis in growing if axis]
    return _with_braces(tokens, runs) if runs else tokens


def _with_braces(tokens: Iterable[str], runs: Sequence[int]) -> Iterator[str]:
    for place, token in enumerate(tokens):
        begun = sum(place % run == 0 for run in runs)
        ended = sum((place + 1) % run == 0 for run in runs)
        yield f"{'{' * begun}{token}{'}' * ended}"

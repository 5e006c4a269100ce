"""The data section of CDL: values in lines, as they come."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod

_COLUMNS = 80
_NEXT = "    "


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
    left = prod(shape)
    for place, token in enumerate(_braced(tokens, shape, growing), 1):
        left -= 1
        text = f"{token}," if left else f"{token} ;"
        if len(line) + 1 + len(text) > _COLUMNS and line.strip():
            yield line
            line = _NEXT[1:]
        line = f"{line} {text}"
        if left and place % row == 0:
            yield line
            line = " "
    yield line


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

"""Where an axis has ticks, and what stands there."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

_STEPS = (1, 2, 5, 10)
_ROUND = 1e-9


def ticks(low: float, high: float, most: int, *, log: bool = False) -> list[float]:
    """Return round numbers from `low` to `high`, `most` of them at most.

    Examples
    --------
    >>> ticks(0, 103, 6), ticks(-0.3, 0.25, 4)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [-0.2, 0.0, 0.2])
    >>> ticks(3, 2e4, 5, log=True)
    [10.0, 100.0, 1000.0, 10000.0]
    """
    if not (isfinite(low) and isfinite(high) and low < high):
        return [low] if isfinite(low) else []
    if log and low > 0:
        found = _decades(low, high, most)
        if len(found) > 1:
            return found
    step = _step(low, high, most)
    first, last = ceil(low / step - _ROUND), floor(high / step + _ROUND)
    digits = max(0, -floor(log10(step)))
    return [round(i * step, digits) + 0.0 for i in range(first, last + 1)]


def _step(low: float, high: float, most: int) -> float:
    """Return the least round step that gives `most` ticks at most."""
    power: float = 10.0 ** floor(log10((high - low) / max(most, 1)))
    for factor in _STEPS:
        step = factor * power
        if floor(high / step + _ROUND) - ceil(low / step - _ROUND) + 1 <= most:
            return step
    return 20 * power


def _decades(low: float, high: float, most: int) -> list[float]:
    first, last = ceil(log10(low) - _ROUND), floor(log10(high) + _ROUND)
    stride = max(1, ceil((last - first + 1) / max(most, 1)))
    return [10.0**power for power in range(first, last + 1, stride)]


def labels(values: Sequence[float]) -> list[str]:
    """Return what stands at ticks: as many digits as tell them apart.

    Examples
    --------
    >>> labels([0.0, 0.5, 1.0]), labels([0.0, 20000.0]), labels([1e7, 2e7])
    (['0', '0.5', '1'], ['0', '20000'], ['1e7', '2e7'])
    """
    for digits in (6, 10, 15):
        found = [_short(f"{value:.{digits}g}") for value in values]
        if len(set(found)) == len(found):
            break
    return found if values else []


def _short(text: str) -> str:
    digits, mark, power = text.partition("e")
    return f"{digits}e{int(power)}" if mark else digits

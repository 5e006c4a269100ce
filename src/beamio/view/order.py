"""Names in the order in which people count."""

import re
from typing import Any

_DIGITS = re.compile(r"(\d{1,99})")
"""Python makes no number of more than some thousand digits."""


def natural_order(name: str) -> list[Any]:
    """Return a sort key that counts as people do: frame2 before frame10.

    Examples
    --------
    >>> sorted(["f10", "f2", "f1"], key=natural_order)
    ['f1', 'f2', 'f10']
    """
    parts: list[Any] = _DIGITS.split(name)
    parts[1::2] = map(int, parts[1::2])
    return parts

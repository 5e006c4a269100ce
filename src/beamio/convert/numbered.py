"""Names that differ."""

from collections.abc import Iterable


def numbered(names: Iterable[str]) -> list[str]:
    """Return a name for each, with a number where one before has the same.

    Examples
    --------
    >>> numbered(["scan", "dark", "scan", "scan"])
    ['scan', 'dark', 'scan_2', 'scan_3']
    """
    found: dict[str, None] = {}
    for name in names:
        new, number = name, 1
        while new in found:
            number += 1
            new = f"{name}_{number}"
        found[new] = None
    return list(found)

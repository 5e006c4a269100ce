"""Colours of a terminal by what is shown in them; plain text without."""

from collections.abc import Mapping

_CODES: Mapping[str, str] = {
    "group": "1;34",
    "dataset": "1",
    "link": "36",
    "class": "35",
    "units": "32",
    "mark": "1;33",
    "detail": "2",
    "problem": "31",
}


class Colours:
    r"""Text in the colour of its role.

    Examples
    --------
    >>> Colours(enabled=True)("gone", "problem"), Colours(enabled=False)("a", "group")
    ('\x1b[31mgone\x1b[0m', 'a')
    """

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled

    def __call__(self, text: str, role: str) -> str:
        """Return printable text in the colour of its role."""
        if not self.enabled or not text:
            return text
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m"


PLAIN = Colours(enabled=False)

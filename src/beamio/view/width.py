"""How many columns of a terminal a text takes, and text that fits."""

import unicodedata


def width(text: str) -> int:
    r"""Return the columns that printable text takes.

    Examples
    --------
    >>> width("angle"), width("角度"), width("e\u0301")
    (5, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fitted(text: str, columns: int) -> str:
    """Return text cut to so many columns, at least 1; an ellipsis says that it was.

    Examples
    --------
    >>> fitted("angle", 5), fitted("angle", 4), fitted("角度", 3)
    ('angle', 'ang…', '角…')
    """
    if width(text) <= columns:
        return text
    kept, left = [], columns - 1
    for char in text:
        left -= _columns(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept) + "…"


def ending(text: str, columns: int) -> str:
    """Return the end of a text in so many columns; an ellipsis says that it was cut.

    Examples
    --------
    >>> ending("/entry/data", 11), ending("/entry/data", 6), ending("角度", 3)
    ('/entry/data', '…/data', '…度')
    """
    return fitted(text[::-1], columns)[::-1]


def padded(text: str, columns: int) -> str:
    """Return text with spaces after it up to so many columns."""
    return text + " " * (columns - width(text))

"""Text in lines that fit on a terminal."""

from textwrap import wrap

from beamio.view.text import printable

WIDE = 78
"""Characters of a line: a terminal of 80 columns has room to spare."""


def paragraph(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    r"""Return text in lines that are safe and fit, but for words that are longer.

    Parameters
    ----------
    text
        Of any length; control characters are written out.
    indent
        What the first line begins with, and the others unless `hanging` is given.
    hanging
        What the other lines begin with.

    Examples
    --------
    >>> paragraph("a\x1bb " * 13, "  ")[1]
    '  a\\x1bb a\\x1bb'
    """
    return wrap(
        printable(text),
        WIDE,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )

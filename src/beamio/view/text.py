"""Numbers, sizes and names as people read them."""

from collections.abc import Sequence

_KILO = 1000


def size(nbytes: float) -> str:
    """Return a number of bytes in the largest unit that leaves at least 1.

    Examples
    --------
    >>> size(999), size(8_294_400), size(2.5e12)
    ('999 B', '8.3 MB', '2.5 TB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if round(nbytes, 1) < _KILO:
            return f"{nbytes:.0f} B" if unit == "B" else f"{nbytes:.1f} {unit}"
        nbytes /= _KILO
    return f"{nbytes:.1f} TB"


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> count(1, "frame"), count(12345, "frame")
    ('1 frame', '12,345 frames')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def span(values: Sequence[float] | Sequence[str]) -> str:
    """Return numbers or names in short: all of a few, else the first and the last.

    Examples
    --------
    >>> span([0, 500]), span([0.5]), span(range(64))
    ('0 and 500', '0.5', '0 to 63')
    """
    shown = [v if isinstance(v, str) else f"{v:.10g}" for v in values]
    if len(shown) > 3:  # noqa: PLR2004 (what one line holds)
        return f"{shown[0]} to {shown[-1]}"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def valid(text: str) -> str:
    r"""Return text with bytes that were no UTF-8 written out, as HDF5 needs it.

    Examples
    --------
    >>> valid(b"caf\xe9".decode(errors="surrogateescape"))
    'caf\\udce9'
    """
    return text.encode(errors="backslashreplace").decode()


def printable(text: str) -> str:
    r"""Return text with control characters written out, safe to send to a terminal.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text
    )


def extent(shape: tuple[int, ...]) -> str:
    """Return a shape for people.

    Examples
    --------
    >>> extent((540, 640))
    '540 x 640'
    """
    return " x ".join(map(str, shape))

"""Names and texts as CDL wants them, safe to send to a terminal."""

import re

_SPECIAL = re.compile(r"[ !\"#$%&'()*,:;<=>\[\\\]^`{|}~]")
"""What a backslash goes before in a name."""
_NEVER = "/?"
"""What no name has; ``ncgen`` takes an escaped question mark for something else."""
_WORDS = """
    byte char short int long int64 float real double ubyte ushort uint ulong uint64
    string enum opaque compound unlimited netcdf nil nan infinity nanf infinityf
"""
_LOWER = _WORDS.split()
_RESERVED = {*_LOWER, *map(str.upper, _LOWER), "NaN", "NaNf", "Infinity", "Infinityf"}
"""What ``ncgen`` takes for something else than a name, however it is written."""
_SECTIONS = {"types", "dimensions", "variables", "data", "group"}
"""Names that begin a section if a colon comes next."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def valid_name(name: str) -> str:
    r"""Return the name itself, or one that is like it where CDL can't have it.

    Examples
    --------
    >>> valid_name("two theta"), valid_name("int"), valid_name(".x\x1b")
    ('two theta', 'int_', '_.x_')
    """
    text = "".join(c if c.isprintable() and c not in _NEVER else "_" for c in name)
    if not text or not (text[0].isalnum() or text[0] == "_" or ord(text[0]) > 0x7F):  # noqa: PLR2004 (the last ASCII character)
        text = f"_{text}"
    if text.endswith(" ") or text in _RESERVED:
        text = f"{text.rstrip(' ')}_"
    return text


def escaped(name: str) -> str:
    r"""Return a name with backslashes before what is special.

    Examples
    --------
    >>> print(escaped("two theta"), escaped("1.1"), escaped("a:b"))
    two\ theta \1.1 a\:b
    """
    text = _SPECIAL.sub(r"\\\g<0>", valid_name(name))
    return f"\\{text}" if "0" <= text[0] <= "9" else text


def owner(name: str) -> str:
    """Return a name as it stands before the colon of an attribute.

    Examples
    --------
    >>> owner("counts"), owner("data")
    ('counts', 'data ')
    """
    return f"{escaped(name)} " if name.lower() in _SECTIONS else escaped(name)


def quoted(text: str | bytes) -> str:
    r"""Return a text in quotes; what can't be printed is written as octal numbers.

    Examples
    --------
    >>> print(quoted('5" \x1b[31m'), quoted(b"caf\xc3\xa9 \xff"))
    "5\" \033[31m" "café \377"
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text if plain else "".join(map(_character, text))}"'


def _character(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode(errors="surrogateescape"))

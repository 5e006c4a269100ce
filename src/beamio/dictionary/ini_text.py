"""Dictionaries as INI text, and back: groups are sections, values are JSON."""

import configparser
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from beamio.dictionary.coding import decode
from beamio.dictionary.json_text import LARGEST, checked
from beamio.errors import OptionError
from beamio.view import printable

_SAFE = re.compile(r"[\w@.>-](?:[\w @.>-]*[\w@.>-])?", re.ASCII)
"""Names that need no quotes."""
_SPECIAL = re.compile(r"[]\[=:/#;]")
_NO_SECTION = "\0"
_ROOT = "/"


def to_ini(
    tree: Mapping[Any, Any], *, exact: bool = True, largest: int | None = LARGEST
) -> str:
    """Return a dictionary as INI text, with a section for each group.

    Parameters
    ----------
    tree, exact, largest
        As of `to_json`. Each value is written in JSON; names that INI can't have are
        in quotes.

    Raises
    ------
    OptionError
        If a value can't be written, or an array is too large; it names the key.

    Examples
    --------
    >>> print(to_ini({"title": "a scan", "motor": {"x": 0.5, "x@units": "mm"}}))
    [/]
    title = "a scan"
    <BLANKLINE>
    [motor]
    x = 0.5
    x@units = "mm"
    <BLANKLINE>
    """
    encoded = _Writer(exact, largest)
    try:
        return "\n".join(encoded.sections(tree, ()))
    except RecursionError:
        raise OptionError(
            "the dictionary is nested too deeply, or holds itself"
        ) from None


class _Writer:
    """Writes the sections of a dictionary."""

    def __init__(self, exact: bool, largest: int | None) -> None:
        self.exact = exact
        self.largest = largest

    def sections(self, tree: Mapping[Any, Any], path: tuple[str, ...]) -> Iterator[str]:
        """Yield the section of a group, and those of the groups in it."""
        groups, lines = [], []
        for key, value in tree.items():
            name = _spelled(key, path)
            if isinstance(value, Mapping):
                groups.append(((*path, name), value))
            else:
                made = checked(
                    value, exact=self.exact, largest=self.largest, path=(*path, name)
                )
                lines.append(f"{name} = {json.dumps(made, allow_nan=False)}\n")
        if path or lines:
            yield f"[{'/'.join(path) or _ROOT}]\n{''.join(lines)}"
        for inner, group in groups:
            yield from self.sections(group, inner)


def _spelled(key: Any, path: tuple[str, ...]) -> str:
    """Return a key as it is written: plain, in quotes, or as a tuple of quotes."""
    if isinstance(key, tuple) and all(isinstance(part, str) for part in key):
        return f"({', '.join(map(_quoted, key))})"
    if not isinstance(key, str):
        place = "/".join((*path, repr(key)))
        raise OptionError(f"{printable(place)}: a key is text; write str(key)")
    return key if _SAFE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """Return text in JSON without what has a meaning in INI."""
    return _SPECIAL.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text))


def from_ini(text: str) -> dict[Any, Any]:
    r"""Return the dictionary that `to_ini` has written, or of any other INI text.

    A value that is no JSON is text.

    Raises
    ------
    OptionError
        If it is no INI.

    Examples
    --------
    >>> from_ini("[motor/x]\nposition = 0.5\nunits = mm\n")
    {'motor': {'x': {'position': 0.5, 'units': 'mm'}}}
    """
    parser = configparser.RawConfigParser(
        default_section=_NO_SECTION, empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[method-assign, assignment] # as documented
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise OptionError(f"this is no INI ({' '.join(str(error).split())})") from error
    tree: dict[Any, Any] = {}
    for section in parser.sections():
        group = tree
        for part in section.split("/") if section != _ROOT else ():
            group = group.setdefault(_key(part), {})
            if not isinstance(group, dict):
                raise OptionError(f"[{printable(section)}]: is a value as well")
        for name, value in parser.items(section):
            group[_key(name)] = _value(value)
    return tree


def _key(written: str) -> Any:
    try:
        if written.startswith('"'):
            return json.loads(written)
        if written.startswith("(") and written.endswith(")"):
            return tuple(json.loads(f"[{written[1:-1]}]"))
    except ValueError:
        pass
    return written


def _value(written: str) -> Any:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return written
    try:
        return decode(found)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise OptionError(
            f"the value {printable(written[:60])} can't be read ({error})"
        ) from error

"""The keys of a dictionary: a member's name, an attribute, or a link."""

from dataclasses import dataclass
from typing import Any

from beamio.errors import OptionError
from beamio.view import printable


@dataclass(frozen=True, slots=True)
class Key:
    """What a key of the dictionary stands for."""

    name: str
    """Of the member; empty for the group itself."""
    attribute: str | None = None
    """The attribute that the value belongs to."""
    is_link: bool = False
    """Whether the value is the target of a link."""


def parsed(key: Any) -> Key:
    """Return what a key stands for.

    Raises
    ------
    OptionError
        If HDF5 can't have such a name.

    Examples
    --------
    >>> parsed("x@units") == parsed(("x", "units"))
    True
    >>> parsed("@default")
    Key(name='', attribute='default', is_link=False)
    >>> parsed(("a@b",))
    Key(name='a@b', attribute=None, is_link=False)
    """
    found = _split(key)
    _check(key, found)
    return found


def _split(key: Any) -> Key:
    if isinstance(key, tuple):
        if len(key) in {1, 2} and all(isinstance(part, str) for part in key):
            return Key(key[0], *key[1:])
        raise OptionError(
            f"{_shown(key)}: a tuple as key is (name,) or (name, attribute), of text"
        )
    if not isinstance(key, str):
        raise OptionError(
            f"{_shown(key)}: a key is text, not {type(key).__name__}; write str(key)"
        )
    if "@" in key:
        name, _, attribute = key.rpartition("@")
        return Key(name, attribute)
    if key.startswith(">"):
        return Key(key[1:], is_link=True)
    return Key(key)


def _check(key: Any, found: Key) -> None:
    if not found.name and found.attribute is None:
        raise OptionError(f"{_shown(key)}: a name must not be empty")
    if found.attribute == "":
        raise OptionError(f"{_shown(key)}: names no attribute after the @")
    if found.name in {".", ".."}:
        raise OptionError(
            f"{_shown(key)}: HDF5 can't have a member of that name; choose another"
        )
    if "/" in found.name:
        raise OptionError(
            f"{_shown(key)}: a name can't have a slash; nest dictionaries instead"
        )
    for text in (found.name, found.attribute or ""):
        if "\0" in text:
            raise OptionError(f"{_shown(key)}: a name can't have a NUL character")
        try:
            encoded(text)
        except UnicodeEncodeError:
            raise OptionError(
                f"{_shown(key)}: a name can't have a lone surrogate character"
            ) from None


def _shown(key: Any) -> str:
    return f"key {printable(repr(key)[:80])}"


def encoded(name: str) -> bytes:
    """Return a name as HDF5 has it."""
    return name.encode("utf-8", "surrogateescape")


def decoded(name: bytes) -> str:
    """Return a name of HDF5 as text, with bytes that are no UTF-8 as surrogates."""
    return name.decode("utf-8", "surrogateescape")


def member_key(name: str) -> Any:
    """Return the key of a member, a tuple where its name could be mistaken.

    Examples
    --------
    >>> member_key("data"), member_key("a@b")
    ('data', ('a@b',))
    """
    return (name,) if "@" in name or name.startswith(">") else name


def attribute_key(name: str, attribute: str, style: object) -> Any:
    """Return the key of an attribute, `name` being empty for the group's own.

    Examples
    --------
    >>> attribute_key("x", "units", True), attribute_key("", "default", True)
    ('x@units', '@default')
    >>> attribute_key("a@b", "units", True), attribute_key("x", "units", "tuples")
    (('a@b', 'units'), ('x', 'units'))
    """
    if style == "tuples" or "@" in name or "@" in attribute:
        return (name, attribute)
    return f"{name}@{attribute}"

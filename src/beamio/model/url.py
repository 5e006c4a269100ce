"""Name a file, what lies in it, and a part of that, in one string."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import EllipsisType

from beamio.errors import UrlError
from beamio.model.selection import parse_slice

Index = int | slice | EllipsisType
"""What is selected along one axis; an ellipsis stands for all axes in between."""

_SCHEME = re.compile(r"(silx|fabio):(?://(?=/))?")
_OPEN = re.compile(r"\[[-+\d:,. ]*$")
_BRACKETS = re.compile(r"\[([^][]*)\]$")


@dataclass(frozen=True, slots=True)
class DataUrl:
    """``file``, ``file::/path`` or ``file::/path[slice]``."""

    file: str
    """Path of the file; empty in ``::/path``, which stands for a file known already."""

    path: str | None = None
    """Path inside the file, from its root."""

    selection: tuple[Index, ...] | None = None
    """The part that is wanted, axis by axis."""

    scheme: str | None = None
    """The library that is asked to read it, "silx" or "fabio"."""

    @classmethod
    def parse(
        cls, text: str, *, is_file: Callable[[str], bool] | None = None
    ) -> "DataUrl":
        """Return the parts of `text`.

        The URLs of silx are understood as well: ``silx:file?path=/entry&slice=0``.

        Parameters
        ----------
        text
            What names the file, the path and the slice.
        is_file
            Tells whether there is a file of a name. What is one is not parsed, and
            may have "::" in its name.

        Raises
        ------
        UrlError
            If it can't be parsed; it says where.

        Examples
        --------
        >>> DataUrl.parse("scan.h5::/data[0:10]").selection
        (slice(0, 10, None),)
        >>> DataUrl.parse("scan.edf")
        DataUrl(file='scan.edf', path=None, selection=None, scheme=None)
        >>> DataUrl.parse("a::b::/data", is_file=lambda name: name == "a::b").file
        'a::b'
        >>> DataUrl.parse("silx:///tmp/scan.h5?path=/data&slice=3,...").selection
        (3, Ellipsis)
        """
        if "\0" in text:
            raise UrlError.at(text, text.index("\0"), 1, "no name holds a null byte")
        if is_file is not None and text and is_file(text):
            return cls(text)
        scheme = _SCHEME.match(text)
        rest = text[scheme.end() :] if scheme else text
        if scheme and "?" in rest:
            return _of_silx(text, rest, scheme[1])
        file, separator, inside = _parted(rest, is_file)
        path, selection = _inside(text, inside)
        if scheme and not file:
            raise UrlError.at(text, len(text), 0, "names no file")
        within = _absolute(path) if separator else None
        return cls(file, within, selection, scheme[1] if scheme else None)

    @property
    def frames(self) -> slice | None:
        """The frames that are wanted, along the first axis.

        Raises
        ------
        UrlError
            If the selection has more than one axis.
        """
        if not self.selection or self.selection == (...,):
            return None
        (item, *others) = self.selection
        if others or isinstance(item, EllipsisType):
            raise UrlError(
                f"{self}: [{format_selection(self.selection)}] has more than one axis; "
                "choose frames here, rows and columns as a region",
                place=str(self),
            )
        return slice(item, item + 1 or None) if isinstance(item, int) else item

    def __str__(self) -> str:
        return self.file if self.path is None else f"{self.file}::{self.path}"


def _parted(text: str, is_file: Callable[[str], bool] | None) -> tuple[str, str, str]:
    """Return what is left and right of the "::" that ends the name of the file."""
    ends = [found.start() for found in re.finditer("(?=::)", text)]
    for end in reversed(ends if is_file is not None and len(ends) > 1 else []):
        if is_file is not None and is_file(text[:end]):
            return text[:end], "::", text[end + 2 :]
    return text.partition("::")


def _inside(text: str, inside: str) -> tuple[str, tuple[Index, ...] | None]:
    """Return the path and the selection that `inside`, the end of `text`, writes."""
    brackets = _BRACKETS.search(inside)
    if brackets is not None:
        start = len(text) - len(brackets[0]) + 1
        return inside[: brackets.start()], _parsed(text, start, brackets[1])
    if inside.endswith("]"):
        raise UrlError.at(text, len(text) - 1, 1, "closes no bracket")
    left_open = _OPEN.search(inside)  # names may hold brackets, but end so seldom
    if left_open is not None:
        length = len(left_open[0])
        start = len(text) - length
        raise UrlError.at(text, start, length, "the bracket has no end")
    return inside, None


def parse_selection(text: str) -> tuple[Index, ...]:
    """Return the selection that `text` writes as between NumPy's brackets.

    Raises
    ------
    UrlError
        If it is none; it says where.

    Examples
    --------
    >>> parse_selection("0, 10:20, ..., ::2")
    (0, slice(10, 20, None), Ellipsis, slice(None, None, 2))
    """
    return _parsed(text, 0, text)


def format_selection(selection: tuple[Index, ...]) -> str:
    """Return a selection as it is written between brackets.

    Examples
    --------
    >>> format_selection((0, slice(10, 20), ..., slice(None, None, 2)))
    '0,10:20,...,::2'
    """
    return ",".join(map(_written, selection))


def _written(item: Index) -> str:
    if isinstance(item, EllipsisType):
        return "..."
    if isinstance(item, int):
        return str(item)
    bounds = ["" if part is None else str(part) for part in (item.start, item.stop)]
    return ":".join([*bounds, str(item.step)] if item.step is not None else bounds)


def _parsed(text: str, start: int, inside: str) -> tuple[Index, ...]:
    """Return the selection `inside`, which begins at `start` in `text`."""
    items: list[Index] = []
    if inside.strip() == "()":  # all, after a name that ends in brackets itself
        return ()
    for part in inside.split(","):
        item = part.strip()
        if item == "..." and ... in items:
            raise UrlError.at(text, start, len(part), "there is an ellipsis already")
        if item == "...":
            items.append(...)
        elif re.fullmatch(r"[+-]?\d+", item):
            items.append(int(item))
        else:
            try:
                items.append(parse_slice(part))
            except ValueError as error:
                length = max(len(part), 1)
                raise UrlError.at(text, start, length, str(error)) from None
        start += len(part) + 1
    return tuple(items)


def _absolute(path: str | None) -> str | None:
    return None if path is None else "/" + path.strip("/")


def _of_silx(text: str, rest: str, scheme: str) -> DataUrl:
    """Return the parts of a URL whose path and slice are written as a query."""
    from urllib.parse import parse_qsl

    file, _, query = rest.partition("?")
    file, _, path = file.partition("::")
    place = len(text) - len(query)
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = given.keys() - {"path", "slice"}
    if unknown or (not given and query):
        name = min(unknown, default=query)
        start = max(text.find(name, place), place)
        raise UrlError.at(text, start, len(name), "path= and slice= are known here")
    if not file:
        raise UrlError.at(text, place - 1, 1, "names no file")
    part = given.get("slice")
    selection = None
    if part is not None:
        selection = _parsed(text, max(text.find(part, place), place), part)
    inside = given.get("path", path or None)
    return DataUrl(file, _absolute(inside), selection, scheme)

"""Listings of what files hold, line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from beamio.model import Item, Kind, LinkTarget, Outside, Storage
from beamio.view.colours import PLAIN, Colours
from beamio.view.text import count, extent, printable, size
from beamio.view.width import fitted, padded, width

_AHEAD = 500
"""Items of which the longest name gives the width of the column of names."""
_WIDEST = 32
_SOURCES = 3
"""Sources of a dataset that are named."""

Part = tuple[str, str]
"""A text, and its role for the colours; empty for plain text."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a listing looks."""

    colours: Colours = PLAIN
    columns: int | None = None
    """Of the terminal; longer lines are cut. None keeps them."""
    long: bool = False
    """Whether a second line says how a dataset is stored."""
    is_ascii: bool = False
    """Whether the lines of a tree are drawn in ASCII."""

    @property
    def branches(self) -> tuple[str, str, str, str]:
        """What leads to a member, to the last one, and past them."""
        if self.is_ascii:
            return "|-- ", "`-- ", "|   ", "    "
        return "├─ ", "└─ ", "│  ", "   "


def tree_lines(items: Iterable[Item], style: Style, *, root: str = "") -> Iterator[str]:
    """Yield the lines of a tree; the first item is called `root` if that is given."""
    member, last, past, blank = style.branches
    before: list[str] = []
    """What stands before the members of each level."""
    for item in items:
        depth = item.depth
        name = root if root and not depth else printable(item.name)
        if depth:
            del before[depth - 1 :]
            prefix = "".join(before)
            head = prefix + (last if item.is_last else member)
            below = prefix + (blank if item.is_last else past)
            before.append(blank if item.is_last else past)
        else:
            head = below = ""
        told = details(item) if style.long else ""
        yield _line(head, (name, 0), item, told, style)
        if told and not _is_short(item):
            yield _cut([(f"{below}    ", ""), (told, "detail")], style)


def list_lines(items: Iterable[Item], style: Style) -> Iterator[str]:
    """Yield the lines of a list: names in a column, then what they are."""
    waiting = iter(items)
    first = list(islice(waiting, _AHEAD))
    widest = max((width(_called(item)) for item in first), default=0)
    column = min(widest, _WIDEST)
    for item in chain(first, waiting):
        told = details(item) if style.long or item.kind is Kind.GROUP else ""
        yield _line("", (_called(item), column), item, told, style)
        if told and not _is_short(item):
            yield _cut([("    ", ""), (told, "detail")], style)


def item_line(item: Item, style: Style) -> str:
    """Return the line of an item alone, with its path."""
    return _line("", (printable(item.path), 0), item, "", style)


def _called(item: Item) -> str:
    name = printable(item.name)
    return f"{name}/" if item.kind is Kind.GROUP and name != "/" else name


def _is_short(item: Item) -> bool:
    """Tell whether details have room on the line of the item."""
    return not item.shape


def _line(
    head: str, called: tuple[str, int], item: Item, told: str, style: Style
) -> str:
    parts = list(words(item))
    if told and _is_short(item):
        parts.append((told, "detail"))
    name, column = called
    if parts:
        name = padded(name, column)
    role = _ROLES.get(item.kind, "link")
    return _cut([(head, ""), (name, role), *_spaced(parts)], style)


_ROLES = {
    Kind.GROUP: "group",
    Kind.DATASET: "dataset",
    Kind.NAMED_TYPE: "dataset",
    Kind.UNREADABLE: "problem",
}


def _spaced(parts: list[Part]) -> Iterator[Part]:
    for part in parts:
        yield "  ", ""
        yield part


def _cut(parts: list[Part], style: Style) -> str:
    """Return a line, cut to the columns of the terminal."""
    if style.columns is None and not style.colours.enabled:
        return "".join([text for text, _ in parts])
    left = style.columns
    line = []
    for text, role in parts:
        if left is not None:
            if left <= 0:
                break
            text = fitted(text, left)  # noqa: PLW2901 (what is left of it)
            left -= width(text)
        line.append(style.colours(text, role) if role else text)
    return "".join(line)


def words(item: Item) -> Iterator[Part]:
    """Yield what a line says after the name."""
    if item.type is not None:
        yield _array(item), ""
    for text, role in (
        (item.nx_class, "class"),
        ("named type" if item.kind is Kind.NAMED_TYPE else "", ""),
        (item.units, "units"),
        (item.mark, "mark"),
    ):
        if text:
            yield printable(text), role
    if item.link is not None:
        yield from _link(item.link)
    if item.same_as:
        what = "cycle, back to" if item.is_cycle else "same as"
        yield f"{what} {printable(item.same_as)}", "link"
    yield from _outside(item.outside)
    if item.problem:
        yield f"can't be read: {printable(item.problem)}", "problem"


def _array(item: Item) -> str:
    words = printable(item.type.words) if item.type else ""
    if item.shape is None:
        return f"no elements {words}"
    return f"{extent(item.shape)} {words}" if item.shape else words


def _link(link: LinkTarget) -> Iterator[Part]:
    yield f"-> {printable(str(link))}", "link"
    if link.cause is not None:
        why = f" ({printable(link.reason)})" if link.reason else ""
        yield f"{link.cause}{why}", "problem"
    elif link.kind not in {None, Kind.DATASET}:
        yield str(link.kind), ""


def _outside(outside: tuple[Outside, ...]) -> Iterator[Part]:
    if not outside:
        return
    names = ", ".join(printable(each.name) for each in outside[:_SOURCES])
    more = len(outside) - _SOURCES
    yield f"from {names}{f' and {more:,} more' if more > 0 else ''}", "link"
    missing = [each for each in outside if each.reason]
    if missing:
        first = f"{printable(missing[0].name)}: {printable(missing[0].reason)}"
        more = len(missing) - 1
        yield first + (f", and {more:,} more" if more else ""), "problem"


def details(item: Item) -> str:
    """Return what the second line of a long listing says."""
    told: list[str] = []
    if item.storage is not None and item.shape:
        told += _stored(item.storage)
        if item.maxshape and item.maxshape != item.shape:
            told.append(f"may grow to {extent_or_more(item.maxshape)}")
    elif item.members is not None:
        told.append(count(item.members, "member"))
    if item.attributes:
        told.append(count(item.attributes, "attribute"))
    return ", ".join(told)


def _stored(storage: Storage) -> Iterator[str]:
    if storage.chunks is not None:
        yield f"chunks {extent(storage.chunks)}"
        yield "+".join(map(printable, storage.filters)) or "no filter"
    elif storage.layout != "file":
        yield storage.layout
    if storage.stored is None or storage.layout in {"virtual", "external"}:
        yield size(storage.nbytes)
    elif storage.filters and storage.ratio:
        yield f"{size(storage.stored)} of {size(storage.nbytes)} ({storage.ratio:.1f}x)"
    elif storage.stored != storage.nbytes:
        yield f"{size(storage.stored)} of {size(storage.nbytes)}"
    else:
        yield size(storage.nbytes)


def extent_or_more(shape: tuple[int | None, ...]) -> str:
    """Return a shape of which axes may grow without end.

    Examples
    --------
    >>> extent_or_more((None, 2048))
    'any x 2048'
    """
    return " x ".join("any" if length is None else str(length) for length in shape)

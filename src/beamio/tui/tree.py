"""The tree on the left: only rows on the screen are drawn, however many there are."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from beamio.model import Kind
from beamio.tui.entries import Entry
from beamio.tui.outline import Outline, Row
from beamio.tui.styles import strip_of
from beamio.view import printable
from beamio.view.listing import words

_KINDS = {
    Kind.GROUP: "group",
    Kind.DATASET: "dataset",
    Kind.NAMED_TYPE: "dataset",
    Kind.UNREADABLE: "problem",
}


class TreeView(ScrollView, can_focus=True):
    """Rows that open and close."""

    DEFAULT_CSS = """
    TreeView { scrollbar-size-vertical: 1; overflow-x: hidden; }
    TreeView > .tree--cursor { background: $surface-lighten-2; }
    TreeView:focus > .tree--cursor { background: $primary-darken-1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tree--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
        Binding("home", "move(-1_000_000_000)", "first row", show=False),
        Binding("end", "move(1_000_000_000)", "last row", show=False),
        Binding("right", "open", "open", show=False),
        Binding("left", "close", "close", show=False),
        Binding("enter", "choose", "open, follow, show", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another row."""

    class Asked(Message):
        """The members of a row are wanted."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Chosen(Message):
        """A row that has no members was chosen."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self.outline = Outline()
        self._cursor = 0

    @property
    def row(self) -> Row | None:
        """The row at the cursor."""
        rows = self.outline.rows
        return rows[self._cursor] if self._cursor < len(rows) else None

    # What the application does to it.

    def append(self, entry: Entry) -> Row:
        """Return a new row at the end."""
        row = self.outline.append(entry)
        self._changed()
        return row

    def add(self, row: Row, entries: Sequence[Entry]) -> None:
        """Show further members of a row; the cursor stays on its row."""
        with_cursor = self.row
        self.outline.add(row, entries)
        self._changed(with_cursor)

    def clear(self, row: Row) -> None:
        """Forget the members of a row."""
        kept = self.row
        if kept is not None and _is_below(kept, row):
            kept = row
        self.outline.clear(row)
        self._changed(kept)

    def move_to(self, row: Row) -> None:
        """Put the cursor on a row, and open what it lies in."""
        above = row.above
        while above is not None:
            self.outline.open(above)
            above = above.above
        self._changed(row)
        self.post_message(self.Moved())

    def _changed(self, row: Row | None = None) -> None:
        rows = self.outline.rows
        place = self.outline.place(row) if row is not None else None
        self._cursor = min(self._cursor if place is None else place, len(rows) - 1)
        self._cursor = max(self._cursor, 0)
        self.virtual_size = Size(self.size.width, len(rows))
        if place is not None:
            self._into_view()
        self.refresh()

    def _into_view(self) -> None:
        self.scroll_to_region(
            Region(0, self._cursor, 1, 1), animate=False, force=True, immediate=True
        )

    # What a user does to it.

    def action_move(self, steps: int) -> None:
        """Move the cursor by rows."""
        last = len(self.outline.rows) - 1
        self._cursor = max(0, min(self._cursor + steps, last))
        self._into_view()
        self.refresh()
        self.post_message(self.Moved())

    def action_page(self, steps: int) -> None:
        """Move the cursor by screens."""
        self.action_move(steps * max(self.size.height - 1, 1))

    def action_open(self) -> None:
        """Open the row, or go to the first row in it."""
        row = self.row
        if row is None or not row.entry.has_members:
            return
        if row.is_open:
            self.action_move(1 if row.members else 0)
            return
        self.outline.open(row)
        self._changed(row)
        if not row.is_read:
            self.post_message(self.Asked(row))

    def action_close(self) -> None:
        """Close the row, or go to the row that it lies in."""
        row = self.row
        if row is not None and row.is_open:
            self.outline.close(row)
            self._changed(row)
        elif row is not None and row.above is not None:
            self._changed(row.above)
            self.post_message(self.Moved())

    def action_choose(self) -> None:
        """Open or close a row; show what has no members."""
        row = self.row
        if row is None:
            return
        if not row.entry.has_members:
            self.post_message(self.Chosen(row))
        elif row.is_open:
            self.action_close()
        else:
            self.action_open()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; its marker opens, twice chooses."""
        place = event.y + self.scroll_offset.y
        if place >= len(self.outline.rows):
            return
        is_same = place == self._cursor
        self.action_move(place - self._cursor)
        row = self.outline.rows[place]
        on_marker = event.x in range(2 * row.depth, 2 * row.depth + 2)
        if (on_marker and row.entry.has_members) or (is_same and event.chain > 1):
            self.action_choose()

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self.virtual_size = Size(self.size.width, len(self.outline.rows))
        self._into_view()

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        place = y + self.scroll_offset.y
        base = self.rich_style
        rows = self.outline.rows
        if place >= len(rows):
            return Strip.blank(self.size.width, base)
        if place == self._cursor:
            base = self.get_component_rich_style("tree--cursor")
        line = strip_of(_parts(rows[place]), base)
        return line.adjust_cell_length(self.size.width, base)


def _is_below(row: Row, above: Row) -> bool:
    here: Row | None = row
    while here is not None:
        if here is above:
            return True
        here = here.above
    return False


def _parts(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the texts of a row, and their roles."""
    entry = row.entry
    marker = ("▾ " if row.is_open else "▸ ") if entry.has_members else "  "
    yield "  " * row.depth + marker, "detail"
    item = entry.item
    if item is None or entry.is_file:
        yield printable(entry.name), "group"
    else:
        yield printable(entry.name), _KINDS.get(item.kind, "link")
    for text, role in words(item) if item is not None else ():
        yield "  ", ""
        yield text, role
    if row.problem:
        yield f"  {row.problem}", "problem"
    elif row.is_open and not row.is_read:
        yield "  …", "detail"

"""The table: only cells on the screen are read, from arrays of any size."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import Any, ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from beamio.tui.entries import Entry, Files
from beamio.tui.reading import Reader, begin, told
from beamio.tui.styles import ROLES
from beamio.tui.values import Sheet
from beamio.view import printable
from beamio.view.width import fitted, width

_ROWS, _COLUMNS = 64, 32
"""Of the blocks that are read at once."""
_KEPT = 200
"""Blocks that are remembered."""
_WIDEST, _NARROWEST = 32, 6
_TEXT = 400
"""Columns of a single column with text."""

Place = tuple[int, int, int]
"""Which sheet, which rows and which columns a block is of."""


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset, and how it lies in sheets."""

    entry: Entry
    sheet: Sheet


def source_of(files: Files, entry: Entry) -> Source:
    """Return how a dataset is shown as a table."""
    with files.opened(entry.file, entry.path) as dataset:
        return Source(entry, Sheet.of(dataset))


def block_of(files: Files, source: Source, place: Place) -> list[list[str]]:
    """Return the cells of a block."""
    number, down, across = place
    sheet = source.sheet
    rows = range(down * _ROWS, min((down + 1) * _ROWS, sheet.rows))
    columns = range(across * _COLUMNS, min((across + 1) * _COLUMNS, sheet.columns))
    with files.opened(source.entry.file, source.entry.path) as dataset:
        return sheet.read(dataset, number, rows, columns)


class TableView(ScrollView, can_focus=True):
    """Rows and columns that scroll; the first line and column tell where one is."""

    DEFAULT_CSS = "TableView { scrollbar-size: 1 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_to_row(0)", "first row", show=False),
        Binding("end", "scroll_to_row(-1)", "last row", show=False),
    ]

    def __init__(self, files: Files, **names: Any) -> None:
        super().__init__(**names)
        self._files = files
        self._source: Source | None = None
        self._number = 0
        self._blocks: dict[Place, list[list[str]]] = {}
        self._reader = Reader("table")
        self._wanted: Place | None = None
        self._width = _NARROWEST
        self.message = ""
        """What is shown in place of the table."""

    def put(self, source: Source | None, *, number: int = 0, message: str = "") -> None:
        """Show a dataset, or why there is none."""
        is_other = source != self._source
        self._source, self._number, self.message = source, number, message
        self._wanted = None
        self._blocks.clear()
        if is_other:
            self._width = _NARROWEST
            self.scroll_to(0, 0, animate=False, immediate=True)
        self._resized()

    def turn_to(self, number: int) -> None:
        """Show another sheet."""
        self._number = number
        self.refresh()

    def action_scroll_to_row(self, row: int) -> None:
        """Scroll to the first or the last row."""
        end = self.virtual_size.height
        self.scroll_to(y=row if row >= 0 else end, animate=False, immediate=True)

    def _resized(self) -> None:
        sheet = self._source.sheet if self._source is not None else Sheet(0, 0)
        across = self._margin + sheet.columns * (self._width + 2)
        self.virtual_size = Size(across, sheet.rows + 1)
        self.refresh()

    @property
    def _margin(self) -> int:
        rows = self._source.sheet.rows if self._source is not None else 0
        return len(str(max(rows - 1, 0))) + 2

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        base = self.rich_style
        return Strip(
            [Segment(text, base + ROLES[role]) for text, role in self._line(y)]
        ).adjust_cell_length(self.size.width, base)

    def _line(self, y: int) -> Iterator[tuple[str, str]]:
        source = self._source
        if source is None or self.message:
            lines = wrap(self.message, max(self.size.width, 1))
            if y < len(lines):
                yield lines[y], "problem"
            return
        row = y - 1 + round(self.scroll_offset.y)
        if y == 0:
            yield " " * self._margin, ""
        elif row < source.sheet.rows:
            yield f"{row:>{self._margin - 2}}  ", "detail"
        else:
            return
        for column in self._columns(source.sheet):
            if y == 0:
                names = source.sheet.names
                name = printable(names[column]) if names else str(column)
                yield self._fitted(name, source.sheet.is_number), "class"
            else:
                text, role = self._cell(source, row, column)
                yield self._fitted(text, source.sheet.is_number), role

    def _columns(self, sheet: Sheet) -> range:
        step = self._width + 2
        first = round(self.scroll_offset.x) // step
        return range(first, min(sheet.columns, first + self.size.width // step + 1))

    def _fitted(self, text: str, is_number: bool) -> str:
        shown = fitted(text, self._width)
        space = " " * (self._width - width(shown))
        return f"{space}{shown}  " if is_number else f"{shown}{space}  "

    def _cell(self, source: Source, row: int, column: int) -> tuple[str, str]:
        place = (self._number, row // _ROWS, column // _COLUMNS)
        block = self._blocks.get(place)
        if block is None:
            self._ask(source, place)
            return "…", "detail"
        try:
            return block[row % _ROWS][column % _COLUMNS], ""
        except IndexError:  # the dataset is smaller than it was
            return "", ""

    def _ask(self, source: Source, place: Place) -> None:
        if self._wanted == place:
            return
        self._wanted = place
        begin(self, partial(self._read, source, place), "cells")

    async def _read(self, source: Source, place: Place) -> None:
        job = partial(block_of, self._files, source, place)
        try:
            block = await self._reader.run(job)
        except Exception as error:  # noqa: BLE001 (whatever a file makes a library raise)
            block = []
            self.message = told(error)
        if source != self._source:
            return
        self._wanted = None
        while len(self._blocks) >= _KEPT:
            del self._blocks[next(iter(self._blocks))]
        self._blocks[place] = block
        self._widen(block, source.sheet)
        self._resized()

    def _widen(self, block: list[list[str]], sheet: Sheet) -> None:
        """Make the columns as wide as what was read, up to a limit."""
        longest = max((width(text) for row in block for text in row), default=0)
        names = max(map(len, sheet.names), default=0)
        most = _TEXT if sheet.columns == 1 else _WIDEST
        self._width = max(self._width, min(max(longest, names), most))

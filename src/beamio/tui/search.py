"""Search as you type, over the names in all files that are open."""

from collections.abc import Iterator, Sequence
from functools import partial
from threading import Event
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from beamio.tui.entries import Files
from beamio.tui.reading import Reader, begin, in_batches, told
from beamio.view import printable

_NAMES = 1_000_000
"""Names that are gone through."""
_SHOWN = 200

Place = tuple[str, str]
"""A file, and a path in it."""


def matching(places: Sequence[Place], text: str) -> list[Place]:
    """Return places in whose paths all words of a text occur, the shortest first.

    Examples
    --------
    >>> matching([("a", "/entry/Data"), ("a", "/data"), ("a", "/title")], "da")
    [('a', '/data'), ('a', '/entry/Data')]
    """
    wanted = text.lower().split()
    found = [
        place for place in places if all(word in place[1].lower() for word in wanted)
    ]
    return sorted(found, key=lambda place: _distance(place[1].lower(), wanted))


def _distance(path: str, wanted: list[str]) -> tuple[bool, int]:
    """Return what is less for a path whose own name holds the last of the words."""
    name = path.rpartition("/")[2]
    return not (wanted and wanted[-1] in name), len(path)


class Search(ModalScreen[Place | None]):
    """Asks for words, and gives the place that was chosen.

    Parameters
    ----------
    files
        What reads files.
    names
        The files to search.
    known
        What is in files that were searched before; those of today are added.
    """

    DEFAULT_CSS = """
    Search { align: center middle; }
    Search > Vertical {
        width: 90%; height: 80%; background: $surface; border: round $primary;
    }
    Search Input { padding: 0 1; }
    Search OptionList { height: 1fr; border: none; }
    Search Static { height: 1; color: $text-muted; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"),
        Binding("down", "step(1)", "next", priority=True),
        Binding("up", "step(-1)", "previous", priority=True),
    ]

    def __init__(
        self, files: Files, names: Sequence[str], known: dict[str, list[Place]]
    ) -> None:
        super().__init__()
        self._files, self._names = files, names
        self._known = known
        self._places: list[Place] = []
        self._found: list[Place] = []
        self._stop = Event()
        self._reader = Reader("search")
        self._is_complete = False
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Build the screen."""
        with Vertical():
            yield Input(placeholder="words of a path", compact=True)
            yield OptionList(markup=False)
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """Begin to collect names."""
        begin(self, self._collect, "names")

    def on_unmount(self) -> None:
        """Stop collecting."""
        self._stop.set()

    async def _collect(self) -> None:
        for name in self._names:
            if name in self._known:
                self._take(self._known[name])
                continue
            before = len(self._places)
            try:
                await in_batches(self._paths(name), self._take, stop=Event())
                if not self._stop.is_set():
                    self._known[name] = self._places[before:]
            except Exception as error:  # noqa: BLE001 (whatever a file makes a library raise)
                self._problem = told(error)
            if len(self._places) >= _NAMES or self._stop.is_set():
                break
        self._is_complete = True
        self._look()

    def _paths(self, name: str) -> Iterator[Place]:
        for item in self._files.items(name, "/", levels=None):
            if self._stop.is_set():
                return
            if item.depth:
                yield name, item.path

    def _take(self, places: list[Place]) -> None:
        before = len(self._places)
        self._places += places[: _NAMES - before]
        # Each time that there are twice as many, so that all of it stays quick.
        if before.bit_length() != len(self._places).bit_length():
            self._look()

    @on(Input.Changed)
    def _look(self) -> None:
        if self.is_mounted and not self._stop.is_set():
            begin(self, self._list, "matches")

    async def _list(self) -> None:
        text = self.query_one(Input).value
        places = self._places[:]
        found = await self._reader.run(partial(matching, places, text))
        self._found = found[:_SHOWN]
        options = self.query_one(OptionList)
        options.set_options([Option(Content(self._told(p))) for p in self._found])
        options.highlighted = 0 if self._found else None
        told = f"{len(found):,} of {len(places):,} names"
        if not self._is_complete:
            told += ", still looking …"
        elif len(places) >= _NAMES:
            told += ", there are more"
        self.query_one(Static).update(f"{told}  {self._problem}".rstrip())

    def _told(self, place: Place) -> str:
        file, path = map(printable, place)
        return f"{file}::{path}" if len(self._names) > 1 else path

    def action_step(self, steps: int) -> None:
        """Go to another match."""
        options = self.query_one(OptionList)
        if self._found:
            now = options.highlighted or 0
            options.highlighted = max(0, min(now + steps, len(self._found) - 1))

    @on(Input.Submitted)
    def _submit(self) -> None:
        chosen = self.query_one(OptionList).highlighted
        self.dismiss(None if chosen is None else self._found[chosen])

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])

    def action_leave(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave by a click beside."""
        if event.widget is self:
            self.dismiss(None)

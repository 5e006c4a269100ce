"""The browser: a tree on the left, what is in it on the right.

Nothing is read by the thread that draws. What was asked for and is no longer wanted is
dropped when it comes.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from threading import Event
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer, Static

from beamio.model import Kind
from beamio.tui.entries import Entry, Files
from beamio.tui.help import Help
from beamio.tui.navigation import Navigation, root_of
from beamio.tui.outline import Row
from beamio.tui.pane import Pane
from beamio.tui.reading import Reader, begin, told
from beamio.tui.search import Place, Search
from beamio.tui.statistics import statistics_line, whole_statistics
from beamio.tui.tree import TreeView
from beamio.view import printable
from beamio.view.width import ending

_ZOOMS = ("both", "tree", "view")
"""What is to be seen; from each one to that before it."""


class Browser(App[None]):
    """Shows what is in files."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #place { height: 1; background: $primary-darken-2; padding: 0 1; }
    #status { height: 1; padding: 0 1; background: $surface; color: $text-muted; }
    TreeView { width: 38%; }
    #pane { width: 1fr; border-left: vkey $surface-lighten-1; }
    .hidden { display: none; }
    .alone { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", key_display="?"),
        Binding("slash,ctrl+f", "search", "search", key_display="/"),
        Binding("1", "view('about')", "about"),
        Binding("2", "view('table')", "table"),
        Binding("3", "view('picture')", "picture"),
        Binding("n,full_stop", "step(1)", "next", key_display="n"),
        Binding("p,comma", "step(-1)", "previous", show=False),
        Binding("N", "step(10)", "ten further", show=False),
        Binding("P", "step(-10)", "ten back", show=False),
        Binding("less_than_sign", "frame(0)", "first", show=False),
        Binding("greater_than_sign", "frame(-1)", "last", show=False),
        Binding("space", "play", "play"),
        Binding("l", "log", "log", show=False),
        Binding("c", "colours", "colours", show=False),
        Binding("plus", "contrast(1)", "contrast", show=False),
        Binding("minus", "contrast(-1)", "contrast", show=False),
        Binding("s", "statistics", "statistics", show=False),
        Binding("f", "follow", "follow the link", show=False),
        Binding("d", "default", "default plot", show=False),
        Binding("y", "copy", "copy", show=False),
        Binding("r", "again", "look again", show=False),
        Binding("z", "zoom", "zoom", show=False),
        Binding("q,ctrl+c", "quit", "quit", key_display="q"),
    ]

    def __init__(self, entries: Sequence[tuple[Entry, str | None]]) -> None:
        super().__init__()
        self.files = Files()
        self.rows = TreeView(id="tree")
        self.pane = Pane(self.files, self.say, id="pane")
        self.navigation = Navigation(self.rows, self.files, self.say)
        self._entries = entries
        self._counter = Reader("statistics")
        self._stop_counting = Event()
        self._names: dict[str, list[Place]] = {}
        """What was found by search, file by file."""
        self._shown: Entry | None = None
        self._zoom = "both"

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Static("", id="place", markup=False)
        with Horizontal():
            yield self.rows
            yield self.pane
        yield Static("", id="status", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Open what was given."""
        self.rows.focus()
        rows = [self.rows.append(entry) for entry, _ in self._entries]
        if rows:
            self._go(partial(self._begin, rows[0], self._entries[0][1]))

    async def _begin(self, row: Row, path: str | None) -> None:
        """Open the first file, at the path that was given or at its default plot."""
        self.rows.move_to(row)
        self.rows.action_open()
        if path not in {None, "/"}:
            found = await self.navigation.go(row, path or "/")
            if found is not None and found.entry.is_dataset:
                self.pane.offer("picture")
        elif not row.entry.is_folder and len(self._entries) == 1:
            await self._go_to_default(row, quietly=True)

    def say(self, text: str) -> None:
        """Show a line at the bottom."""
        self.query_one("#status", Static).update(Content(printable(text)))

    # Rows.

    @on(TreeView.Asked)
    def _read_members(self, event: TreeView.Asked) -> None:
        read = partial(self.navigation.read, event.row)
        begin(self, read, "members", exclusive=False)

    @on(TreeView.Moved)
    def _moved(self) -> None:
        row = self.rows.row
        if row is not None and row.entry != self._shown:
            self._stop_counting.set()
            self.say(row.problem)
            self._show()

    @on(TreeView.Chosen)
    async def _chosen(self, event: TreeView.Chosen) -> None:
        item = event.row.entry.item
        if item is not None and item.link is not None and item.link.kind is Kind.GROUP:
            self.action_follow()
        elif event.row.entry.is_dataset:
            is_text = item is not None and item.type is not None and not item.shape
            self.action_view("table" if is_text else "picture")

    def _show(self) -> None:
        row = self.rows.row
        if row is not None:
            self._shown = row.entry
            self._tell_place()
            self.pane.show(row.entry)

    def _tell_place(self) -> None:
        """Show the URL of the row: its end, where it is too long."""
        if self._shown is not None:
            place = self.query_one("#place", Static)
            text = ending(printable(self._shown.url), self.size.width - 2)
            place.update(Content(text))

    def on_resize(self) -> None:
        """Show as much of the URL as fits."""
        self._tell_place()

    # The pane.

    def action_view(self, view: str) -> None:
        """Show the attributes, the table or the picture."""
        self.pane.view(view)

    def action_step(self, steps: int) -> None:
        """Go on by frames, and stay within the stack."""
        self.pane.step(steps)

    def action_frame(self, number: int) -> None:
        """Show a frame; -1 is the last one."""
        self.pane.frame(number)

    def action_play(self) -> None:
        """Show one frame after the other, or stop."""
        self.pane.play()

    def action_log(self) -> None:
        """Show the logarithm, or not."""
        self.pane.log_scale()

    def action_colours(self) -> None:
        """Take the next colour map."""
        self.pane.colours()

    def action_contrast(self, steps: int) -> None:
        """Leave out more of the extremes, or less."""
        self.pane.contrast(steps)

    # Ways.

    def _go(self, way: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Begin to go somewhere; who is on another way turns round."""
        begin(self, way, "way")

    def action_follow(self) -> None:
        """Go where a link leads."""
        row = self.rows.row
        if row is not None:
            self._go(partial(self.navigation.follow, row))

    def action_default(self) -> None:
        """Go to the default plot of the file."""
        row = self.rows.row
        if row is not None:
            self._go(partial(self._go_to_default, root_of(row), quietly=False))

    async def _go_to_default(self, row: Row, *, quietly: bool) -> None:
        job = partial(self.navigation.default_path, row.entry.file)
        try:
            path = await Reader("default").run(job)
        except Exception as error:  # noqa: BLE001 (whatever a file makes a library raise)
            self.say("" if quietly else told(error))
            return
        if quietly and self.rows.row is not row:  # the user was quicker
            return
        if path and await self.navigation.go(row, path) is not None:
            self.pane.offer("picture")
        elif not quietly:
            self.say("the file has no default plot")

    def action_search(self) -> None:
        """Ask for a name, and go there."""
        files = [row.entry.file for row in self.rows.outline.rows if row.entry.is_file]
        self.push_screen(Search(self.files, files, self._names), self._go_to)

    def _go_to(self, place: Place | None) -> None:
        if place is not None:
            file, path = place
            self._go(partial(self.navigation.go, self.navigation.root(file), path))

    def action_again(self) -> None:
        """Look at the file anew."""
        row = self.rows.row
        if row is None:
            return
        root, path = root_of(row), row.entry.path
        self.files.forget()
        self._names.clear()
        self.navigation.forget(root)
        self._shown = None
        self.rows.action_open()
        self._go(partial(self.navigation.go, root, path))

    # The rest.

    def action_copy(self) -> None:
        """Put ``file::/path`` on the clipboard, through the terminal."""
        row = self.rows.row
        if row is not None:
            self.copy_to_clipboard(row.entry.url)
            self.say(f"copied {row.entry.url}")

    def action_statistics(self) -> None:
        """Go through the whole dataset in the background."""
        row = self.rows.row
        if row is not None:
            self._stop_counting.set()
            self._stop_counting = Event()
            count = partial(self._count, row.entry, self._stop_counting)
            begin(self, count, "count")

    async def _count(self, entry: Entry, stop: Event) -> None:
        def tell(share: float) -> None:
            if not stop.is_set():
                self.say(f"statistics of all: {share:.0%}")

        loop = asyncio.get_running_loop()
        job = partial(
            whole_statistics,
            self.files,
            entry,
            lambda share: loop.call_soon_threadsafe(tell, share),
            stop,
        )
        try:
            known = await self._counter.run(job)
            words = "" if known is None else statistics_line(known)
        except Exception as error:  # noqa: BLE001 (whatever a file makes a library raise)
            words = told(error)
        if not stop.is_set():
            self.say(words)

    def action_zoom(self) -> None:
        """Show the view alone, the tree alone, or both."""
        self._zoom = _ZOOMS[_ZOOMS.index(self._zoom) - 1]
        self.rows.set_class(self._zoom == "view", "hidden")
        self.rows.set_class(self._zoom == "tree", "alone")
        self.pane.set_class(self._zoom == "tree", "hidden")

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

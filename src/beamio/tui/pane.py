"""What is on the right: attributes, table or picture, frame by frame."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from beamio.tui.about import Line, about
from beamio.tui.entries import Entry, Files
from beamio.tui.picture import Look, PictureView, picture
from beamio.tui.reading import Reader, begin, told
from beamio.tui.styles import ROLES
from beamio.tui.table import Source, TableView, source_of

if TYPE_CHECKING:
    from textual.timer import Timer

VIEWS = ("about", "table", "picture")
_SETTLED = 0.04
"""Seconds that the cursor must rest before something is read."""
_FRAMES_PER_SECOND = 10


class Pane(Vertical):
    """One of three views of what the cursor stands on.

    Parameters
    ----------
    files
        What reads files.
    say
        Shows a line at the bottom.
    """

    DEFAULT_CSS = """
    Pane > #tabs { height: 1; padding: 0 1; background: $surface; }
    Pane #about { padding: 0 1; }
    Pane > ContentSwitcher { height: 1fr; }
    """

    def __init__(self, files: Files, say: Callable[[str], Any], **names: Any) -> None:
        super().__init__(**names)
        self._files, self._say = files, say
        self._reader = Reader("reader")
        self._look = Look()
        self._entry: Entry | None = None
        self._view, self._has_chosen = "about", False
        self._frame, self._frames = 0, 1
        self._is_reading = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Build the pane."""
        yield Static("", id="tabs")
        with ContentSwitcher(initial="about"):
            with VerticalScroll(id="about"):
                yield Static("", id="lines", markup=False)
            yield TableView(self._files, id="table")
            yield PictureView(id="picture")

    def on_mount(self) -> None:
        """Show which views there are."""
        self._tell_tabs()

    def show(self, entry: Entry) -> None:
        """Show another object, from its first frame."""
        self.stop()
        self._entry, self._frame, self._frames = entry, 0, 1
        self._show()

    def _show(self) -> None:
        if self._entry is not None:
            begin(self, partial(self._read, self._entry), "show")

    async def _read(self, entry: Entry) -> None:
        await asyncio.sleep(_SETTLED)
        view = self._view
        jobs: dict[str, Callable[[], Any]] = {
            "about": partial(about, self._files, entry),
            "table": partial(source_of, self._files, entry),
            "picture": partial(picture, self._files, entry, self._look, self._frame),
        }
        self._is_reading = True
        try:
            found, problem = await self._reader.run(jobs[view]), ""
        except Exception as error:  # noqa: BLE001 (whatever a file makes a library raise)
            found, problem = None, told(error)
        finally:
            self._is_reading = False
        self._put(view, found, problem)

    def _put(self, view: str, found: Any, problem: str) -> None:
        if view == "about":
            lines: list[Line] = found or [[(problem, "problem")]]
            self.query_one("#lines", Static).update(_content(lines))
        elif view == "table":
            self._put_table(found, problem)
        else:
            self._frames = found.frames if found is not None else self._frames
            self.query_one(PictureView).put(found, problem)
        self._tell_tabs()

    def _put_table(self, source: Source | None, problem: str) -> None:
        if source is not None:
            self._frames = source.sheet.sheets
        self.query_one(TableView).put(source, number=self._frame, message=problem)

    def view(self, view: str) -> None:
        """Show the attributes, the table or the picture."""
        self._has_chosen = True
        self._turn_to(view)
        self._show()

    def offer(self, view: str) -> None:
        """Show a view, unless the user chose one."""
        if not self._has_chosen:
            self._turn_to(view)
            self._show()

    def _turn_to(self, view: str) -> None:
        self._view = view
        self.query_one(ContentSwitcher).current = view
        self._tell_tabs()

    def _tell_tabs(self) -> None:
        words = [
            Content.from_markup(
                f"[@click=app.view('{view}')][b]{number}[/b] {view}[/]  "
            ).stylize("reverse" if view == self._view else "")
            for number, view in enumerate(VIEWS, 1)
        ]
        told = f"{self._frame:,} of {self._frames:,}" if self._frames > 1 else ""
        self.query_one("#tabs", Static).update(Content.assemble(*words, told))

    def step(self, steps: int) -> None:
        """Go on by frames, and stay within the stack."""
        self.frame(max(0, min(self._frame + steps, self._frames - 1)))

    def frame(self, number: int) -> None:
        """Show a frame; -1 is the last one."""
        number = number if number >= 0 else self._frames - 1
        if number == self._frame:
            return
        self._frame = number
        self._tell_tabs()
        if self._view == "table":
            self.query_one(TableView).turn_to(number)
        else:
            self._show()

    def play(self) -> None:
        """Show one frame after the other, or stop."""
        if self._timer is not None:
            self.stop()
        elif self._frames > 1:
            self._say("playing; Space stops")
            self._timer = self.set_interval(1 / _FRAMES_PER_SECOND, self._next)

    def _next(self) -> None:
        if not self._is_reading:
            self.frame((self._frame + 1) % self._frames)

    def stop(self) -> None:
        """Play no more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._say("")

    def _redraw(self, look: Look, words: str) -> None:
        self._look = look
        self._say(words)
        self._show()

    def log_scale(self) -> None:
        """Show the logarithm, or not."""
        is_log = not self._look.log
        words = "logarithmic" if is_log else "linear"
        self._redraw(replace(self._look, log=is_log), words)

    def colours(self) -> None:
        """Take the next colour map."""
        look = self._look.with_colours()
        self._redraw(look, f"colours: {look.options['colormap']}")

    def contrast(self, steps: int) -> None:
        """Leave out more of the extremes, or less."""
        look = self._look.with_contrast(steps)
        low, high = look.options["percentile"]
        self._redraw(look, f"from the {low:g}th to the {high:g}th percentile")


def _content(lines: Sequence[Line]) -> Text:
    """Return lines of text in the styles of their roles."""
    text = Text()
    for line in lines:
        for part, role in line:
            text.append(part, ROLES[role])
        text.append("\n")
    return text

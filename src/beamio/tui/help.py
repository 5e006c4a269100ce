"""The keys, on a screen."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS: dict[str, dict[str, str]] = {
    "Tree": {
        "arrows, PgUp, End": "move",
        "right, left": "open, close or go up",
        "Enter": "open, follow a link, show a dataset",
        "f": "follow a link to where it leads",
        "d": "go to the default plot",
        "/": "search names as you type",
        "y": "copy file::/path (OSC 52)",
        "r": "look at the file anew",
    },
    "Views": {
        "1 2 3": "attributes, table, picture",
        "Tab": "to the view and back",
        "z": "the view alone, the tree, both",
        "s": "statistics of the whole dataset",
    },
    "Frames": {
        "n p": "next, previous",
        "N P": "ten further, ten back",
        "< >": "first, last",
        "Space": "play, stop",
    },
    "Picture": {
        "l": "logarithm",
        "c": "next colour map",
        "+ -": "more, less contrast",
    },
    "": {"?": "this help", "q": "quit"},
}


def help_lines() -> Iterator[tuple[str, str]]:
    """Yield the keys and what they do; a heading has no keys."""
    for heading, keys in KEYS.items():
        yield "", heading
        yield from keys.items()


class Help(ModalScreen[None]):
    """Shows the keys until one is pressed."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll {
        width: 62; height: 90%; max-height: 32;
        background: $surface; border: round $primary; padding: 0 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "leave"),
    ]

    def compose(self) -> ComposeResult:
        """Build the screen."""
        lines = [
            Content.assemble((f"{keys:>17}  ", "bold"), does)
            if keys
            else Content.styled(does, "bold $primary")
            for keys, does in help_lines()
        ]
        with VerticalScroll():
            yield Static(Content("\n").join(lines))

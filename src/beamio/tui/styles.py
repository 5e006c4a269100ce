"""How the browser looks: the colours of roles, lines of styled text."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

ROLES = {
    "": Style(),
    "group": Style(color="#7aa2f7", bold=True),
    "dataset": Style(bold=True),
    "link": Style(color="#7dcfff"),
    "class": Style(color="#bb9af7"),
    "units": Style(color="#9ece6a"),
    "mark": Style(color="#e0af68", bold=True),
    "detail": Style(color="#8a8fa3"),
    "problem": Style(color="#f7768e"),
}
"""By the roles of `beamio.view.listing`."""


def strip_of(parts: Iterable[tuple[str, str]], base: Style | None = None) -> Strip:
    """Return a line of printable texts, each in the style of its role."""
    base = base or Style()
    return Strip([Segment(text, base + ROLES[role]) for text, role in parts if text])

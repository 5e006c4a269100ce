"""The picture: an image in half blocks, a curve in braille, and what is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from textwrap import wrap
from typing import Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from beamio.model import Array
from beamio.model.picture import Coloured, Image, Picture
from beamio.picture.choose import picture_of
from beamio.tui.entries import Entry, Files
from beamio.tui.reading import told
from beamio.tui.styles import ROLES
from beamio.view.depth import Depth
from beamio.view.picture import Screen, drawn_lines, fitted, panel_lines, screen_pixels

_MOST = 512
"""Rows and columns that are kept: more than a terminal has."""
_LEAST = 4
COLOURS = ("gray", "viridis", "magma", "cividis", "turbo")
CONTRASTS = ((0.0, 100.0), (0.1, 99.9), (1.0, 99.0), (5.0, 95.0), (15.0, 85.0))


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures are drawn."""

    log: bool | None = None
    colours: int = 0
    contrast: int = 2

    def with_colours(self) -> "Look":
        """Return the look in the next colour map."""
        return replace(self, colours=(self.colours + 1) % len(COLOURS))

    def with_contrast(self, steps: int) -> "Look":
        """Return the look of more contrast, or less."""
        place = max(0, min(self.contrast + steps, len(CONTRASTS) - 1))
        return replace(self, contrast=place)

    @property
    def options(self) -> dict[str, Any]:
        """What `picture_of` takes."""
        return {
            "log": self.log,
            "colormap": COLOURS[self.colours],
            "percentile": CONTRASTS[self.contrast],
        }


def picture(files: Files, entry: Entry, look: Look, frame: int) -> Picture:
    """Return what is drawn of what a row stands for.

    Raises
    ------
    BeamioError, OSError
        If it can't be read, or there is nothing to draw.
    """
    with files.opened(entry.file, entry.path) as found:
        return picture_of(found, most=_MOST, frame=frame, **look.options)


class PictureView(Widget, can_focus=True):
    """A picture that fits where it is."""

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self._picture: Picture | None = None
        self._message = ""
        self._drawn: tuple[Any, list[Strip]] | None = None

    def put(self, picture: Picture | None, message: str = "") -> None:
        """Show a picture, or why there is none."""
        self._picture, self._message, self._drawn = picture, message, None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        size = self.size
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, self._lines(size.width, size.height))
        lines = self._drawn[1]
        base = self.rich_style
        line = lines[y] if y < len(lines) else Strip([])
        return line.apply_style(base).adjust_cell_length(size.width, base)

    def _lines(self, columns: int, rows: int) -> list[Strip]:
        if self._picture is None:
            lines = wrap(self._message, max(columns, 1))
            return [Strip([Segment(line, ROLES["problem"])]) for line in lines]
        try:
            return list(picture_strips(self._picture, columns, rows))
        except Exception as error:  # noqa: BLE001 (any numbers may come; the screen stays)
            return [Strip([Segment(told(error), ROLES["problem"])])]


def picture_strips(picture: Picture, columns: int, rows: int) -> Iterator[Strip]:
    """Yield the lines of a picture, and under them what is known of it."""
    below = min(len(list(_facts(picture, columns))), max(rows - _LEAST, 0))
    screen = Screen(columns, max(rows - below, 1), Depth.NONE)
    picture = replace(picture, drawn=fitted(picture.drawn, screen))
    drawn = picture.drawn
    if isinstance(drawn, Image | Coloured):
        yield from _blocks(screen_pixels(drawn, screen))
    else:
        lines, _ = drawn_lines(picture, screen)
        yield from (Strip([Segment(line)]) for line in lines)
    for line in list(_facts(picture, columns))[:below]:
        yield Strip([Segment(line, ROLES["detail"])])


def _facts(picture: Picture, columns: int) -> Iterator[str]:
    """Yield what is known of a picture in as few lines as it takes."""
    line = ""
    for fact in panel_lines(picture):
        words = " ".join(fact.split())
        if line and len(line) + 3 + len(words) > columns:
            yield line
            line = words
        else:
            line = f"{line} · {words}" if line else words
    yield line


def _blocks(pixels: Array) -> Iterator[Strip]:
    """Yield lines of two rows of pixels each, shape (rows, columns, 3)."""
    rows = pixels.tolist()
    for top in range(0, len(rows), 2):
        below = rows[top + 1] if top + 1 < len(rows) else [None] * len(rows[top])
        pairs = zip(map(tuple, rows[top]), below, strict=True)
        cells = groupby((above, under and tuple(under)) for above, under in pairs)
        yield Strip(
            [Segment("▀" * len(list(same)), _style(*pair)) for pair, same in cells]
        )


@lru_cache(maxsize=1 << 14)
def _style(above: tuple[int, int, int], below: tuple[int, int, int] | None) -> Style:
    background = None if below is None else Color.from_rgb(*below)
    return Style(color=Color.from_rgb(*above), bgcolor=background)

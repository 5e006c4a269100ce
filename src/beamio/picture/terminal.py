"""What the terminal can show, and pictures sent to it."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from beamio.model import Array
from beamio.model.picture import Coloured, Image, Picture
from beamio.view.depth import Depth, depth_of
from beamio.view.picture import PANEL, Screen, panel_lines, picture_lines, title_lines
from beamio.view.shades import coloured, on_black
from beamio.view.width import padded

_TERMS = ("kitty", "ghostty", "foot", "wezterm", "mlterm", "contour", "sixel")
_PROGRAMS = {"iTerm.app", "iTerm2", "WezTerm", "ghostty", "rio", "mintty", "vscode"}
_MARKS = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION")
"""Variables that say which terminal it is; those of TERM and LC pass through SSH."""


def screen_of(
    out: TextIO, *, columns: int | None = None, rows: int | None = None
) -> Screen:
    """Return what can be drawn on where a stream leads; 80 x 24 in colours of none."""
    is_terminal = out.isatty()
    size = shutil.get_terminal_size() if is_terminal else os.terminal_size((80, 24))
    depth = depth_of(os.environ, is_terminal=is_terminal)
    encoding = getattr(out, "encoding", None) or "utf-8"
    is_ascii = not encoding.lower().startswith("utf")
    return Screen(columns or size.columns, rows or size.lines, depth, is_ascii)


def send(
    picture: Picture, out: TextIO, screen: Screen, *, pixels: bool | None = None
) -> None:
    """Draw a picture where a stream leads: with real pixels if it can show them.

    Parameters
    ----------
    picture
        What to draw.
    out
        Where.
    screen
        What can be drawn there.
    pixels
        Whether to ask the terminal for its graphics; None to do so where it is known
        to answer. What it answers too late would look as if it had been typed.
    """
    asks = _answers(os.environ) if pixels is None else pixels
    if not (asks and _sent_as_pixels(picture, out, screen)):
        if hasattr(out, "reconfigure"):
            out.reconfigure(errors="backslashreplace")  # where it is not in UTF-8
        out.writelines(f"{line}\n" for line in picture_lines(picture, screen))
    out.flush()


def _answers(environment: Mapping[str, str]) -> bool:
    """Tell whether the terminal is one of those that have graphics."""
    term = environment.get("TERM", "")
    if environment.get("TMUX") or term.startswith(("tmux", "screen")):
        return False
    named = (environment.get(name, "") for name in ("TERM_PROGRAM", "LC_TERMINAL"))
    return (
        any(name in term for name in _TERMS)
        or any(name in _PROGRAMS for name in named)
        or any(name in environment for name in _MARKS)
    )


def _sent_as_pixels(picture: Picture, out: TextIO, screen: Screen) -> bool:
    """Draw an image with the terminal's own graphics; tell whether it could be."""
    drawn = picture.drawn
    if not isinstance(drawn, Image | Coloured) or screen.depth is Depth.NONE:
        return False
    kind = _graphics(out)
    if kind is None:
        return False
    from PIL.Image import fromarray
    from rich.console import Console

    above = title_lines(picture, screen)
    below = list(_in_columns(list(panel_lines(picture)), screen.columns))
    console = Console(file=out, width=screen.columns, force_terminal=True)
    out.writelines(f"{line}\n" for line in above)
    # A character is about twice as high as it is wide.
    fitting = round(screen.columns / 2 * drawn.shape[0] / drawn.shape[1])
    room = screen.rows - len(above) - len(below) - 1  # the last one is for the prompt
    height = max(min(fitting, room), 1)
    console.print(kind(fromarray(_colours(drawn)), width="auto", height=height))
    out.writelines(f"{line}\n" for line in below)
    return True


def _in_columns(lines: list[str], columns: int) -> Iterator[str]:
    """Yield short lines beside each other."""
    across = max(columns // (PANEL + 2), 1)
    down = -(-len(lines) // across)
    for row in range(down):
        cells = (padded(line, PANEL) for line in lines[row::down])
        yield "  ".join(cells).rstrip()


def _colours(drawn: Image | Coloured) -> Array:
    if isinstance(drawn, Coloured):
        return on_black(drawn.pixels)
    return coloured(
        drawn.pixels, drawn.limits, log=drawn.value.is_log, colormap=drawn.colormap
    )


def _graphics(out: TextIO) -> Any | None:
    """Return what draws with the graphics of kitty or sixel; None if there are none.

    The terminal is asked, so it must be the one on both ends of this program.
    """
    if out is not sys.stdout or not sys.__stdin__ or not sys.__stdin__.isatty():
        return None
    try:
        from textual_image.renderable import Image as Chosen
        from textual_image.renderable import SixelImage, TGPImage
    except ImportError:
        return None
    return Chosen if Chosen in {SixelImage, TGPImage} else None

"""What the terminal can show, and pictures sent to it."""

import os
import shutil
import sys
from typing import Any, TextIO

from beamio.model import Array
from beamio.model.picture import Coloured, Image, Picture
from beamio.view.depth import Depth, depth_of
from beamio.view.picture import PANEL, Screen, panel_lines, picture_lines, title_lines
from beamio.view.shades import coloured, on_black

_BELOW = 3
"""Lines for the title and the prompt."""


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


def send(picture: Picture, out: TextIO, screen: Screen) -> None:
    """Draw a picture where a stream leads: with real pixels if it can show them."""
    if not _sent_as_pixels(picture, out, screen):
        if hasattr(out, "reconfigure"):
            out.reconfigure(errors="backslashreplace")  # where it is not in UTF-8
        out.writelines(f"{line}\n" for line in picture_lines(picture, screen))
    out.flush()


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

    rows = max(screen.rows - _BELOW - 12, 4)
    console = Console(file=out, width=screen.columns, force_terminal=True)
    out.writelines(f"{line}\n" for line in title_lines(picture, screen))
    shape = drawn.shape
    height = min(rows, max(1, round(screen.columns / 2 * shape[0] / shape[1])))
    console.print(kind(fromarray(_colours(drawn)), width="auto", height=height))
    _in_columns(list(panel_lines(picture)), out, screen.columns)
    return True


def _in_columns(lines: list[str], out: TextIO, columns: int) -> None:
    """Write short lines beside each other."""
    across = max(columns // (PANEL + 2), 1)
    down = -(-len(lines) // across)
    for row in range(down):
        cells = (f"{line:<{PANEL}}" for line in lines[row::down])
        out.write("  ".join(cells).rstrip() + "\n")


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

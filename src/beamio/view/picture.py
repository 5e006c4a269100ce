"""A picture in characters, with what is known of it beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from textwrap import wrap

from beamio.model import Array
from beamio.model.picture import (
    Axis,
    Coloured,
    Curves,
    Drawn,
    Image,
    Picture,
    Scatter,
    Table,
    Words,
)
from beamio.model.statistics import Statistics
from beamio.view.blocks import half_blocks, ramp
from beamio.view.braille import curve_lines, scatter_lines
from beamio.view.contrast import percentiles, unsaturated
from beamio.view.depth import Depth
from beamio.view.reduce import magnified, reduced, starts
from beamio.view.shades import coloured, on_black
from beamio.view.table import table_lines
from beamio.view.text import extent, printable
from beamio.view.width import fitted as fit
from beamio.view.width import padded

PANEL = 28
"""Columns of what stands beside a picture."""
_NARROW = 64
"""Columns below which it stands under the picture."""
_LEAST = 8
_LARGEST = 16
"""How large a pixel of a small image is drawn."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a picture is drawn on."""

    columns: int = 80
    rows: int = 24
    depth: Depth = Depth.NONE
    is_ascii: bool = False


def picture_lines(picture: Picture, screen: Screen) -> list[str]:
    """Return a picture as lines that fit on a screen, safe to send to a terminal."""
    head = title_lines(picture, screen)
    rows = screen.rows - len(head) - 1  # the last one is for the prompt
    if isinstance(picture.drawn, Table | Words):
        told = "   ".join(value for _, value in _of_shape(picture))
        size = replace(screen, rows=max(rows - 1, _LEAST))
        return [*head, printable(told), *drawn_lines(picture, size)[0]]
    beside = screen.columns >= _NARROW
    columns = screen.columns - (PANEL + 2 if beside else 0)
    # One more, for what a pixel is of a smaller image.
    below = 0 if beside else len(list(panel_lines(picture))) + 1
    size = replace(screen, columns=columns, rows=max(rows - below, _LEAST))
    picture = replace(picture, drawn=fitted(picture.drawn, size))
    drawn, width = drawn_lines(picture, size)
    panel = list(panel_lines(picture))
    if beside:
        return [*head, *_beside(drawn, width, panel)]
    return [*head, *drawn, *(fit(line, screen.columns) for line in panel)]


def _beside(drawn: list[str], width: int, panel: list[str]) -> Iterator[str]:
    """Yield lines of a picture of some width, and of the panel right of it."""
    number = max(len(drawn), len(panel))
    empty = " " * width
    for row in range(number):
        left = drawn[row] if row < len(drawn) else empty
        if "\x1b" not in left:
            left = padded(left, width)
        right = panel[row] if row < len(panel) else ""
        yield f"{left}  {right}".rstrip(" ")


def title_lines(picture: Picture, screen: Screen) -> list[str]:
    """Return where the data are, and what they are called."""
    # Of a long name, the end tells more.
    place = fit(printable(picture.place)[::-1], screen.columns)[::-1]
    title = fit(printable(picture.title), screen.columns)
    if screen.is_ascii:
        place, title = (text.replace("…", "~") for text in (place, title))
    return [place, title] if title else [place]


def drawn_lines(picture: Picture, screen: Screen) -> tuple[list[str], int]:
    """Return what is drawn, without what stands beside, and its columns."""
    drawn = picture.drawn
    size = (screen.columns, screen.rows)
    if isinstance(drawn, Image | Coloured):
        pixels = screen_pixels(drawn, screen)
        if screen.depth is Depth.NONE:
            return ramp(pixels, is_ascii=screen.is_ascii), int(pixels.shape[1])
        return half_blocks(pixels, screen.depth), int(pixels.shape[1])
    if isinstance(drawn, Curves):
        named = _printable_axes(drawn.x, drawn.y)
        curves = Curves(*named, drawn.lines, drawn.joined)
        return curve_lines(curves, *size, is_ascii=screen.is_ascii), size[0]
    if isinstance(drawn, Scatter):
        x, y = _printable_axes(drawn.x, drawn.y)
        points = Scatter(x, y, drawn.value)
        return scatter_lines(points, *size, is_ascii=screen.is_ascii), size[0]
    if isinstance(drawn, Table):
        return table_lines(drawn, *size), size[0]
    wide = size[0] if drawn.text.isascii() else size[0] // 2
    lines = [
        part
        for line in drawn.text.splitlines() or [""]
        for part in wrap(printable(line), wide) or [""]
    ]
    return lines[: screen.rows], size[0]


def fitted(drawn: Drawn, screen: Screen) -> Drawn:
    """Return an image as small as the screen, with the contrast of what is left.

    Maxima of blocks are brighter than the pixels of which they are. Anything else but
    an image is returned as it is.
    """
    if isinstance(drawn, Coloured):
        size = _fitted(drawn.shape, screen)
        down, across = (
            starts(n, min(n, most))
            for n, most in zip(drawn.pixels.shape[:2], size, strict=True)
        )
        return replace(drawn, pixels=drawn.pixels[down][:, across])
    if not isinstance(drawn, Image):
        return drawn
    small = reduced(drawn.pixels, _fitted(drawn.shape, screen), how=drawn.reduced)
    if drawn.percentile is None or small is drawn.pixels:
        return replace(drawn, pixels=small)
    log = drawn.value.is_log
    limits = percentiles(unsaturated(small), drawn.percentile, log=log)
    return replace(drawn, pixels=small, limits=limits or drawn.limits)


def screen_pixels(drawn: Image | Coloured, screen: Screen) -> Array:
    """Return an image that fits in colours, shape (rows, columns, 3).

    Of a small one, each pixel becomes a square.
    """
    if isinstance(drawn, Coloured):
        return _enlarged(on_black(drawn.pixels), screen)
    pixels = coloured(
        drawn.pixels, drawn.limits, log=drawn.value.is_log, colormap=drawn.colormap
    )
    return _enlarged(pixels, screen)


def _fitted(shape: tuple[int, int], screen: Screen) -> tuple[int, int]:
    """Return the rows and columns of an image that fits, its sides in their ratio."""
    height, width = shape
    scale = max(height / (2 * screen.rows), width / screen.columns, 1)
    return max(1, round(height / scale)), max(1, round(width / scale))


def _enlarged(pixels: Array, screen: Screen) -> Array:
    room = 2 * screen.rows // pixels.shape[0], screen.columns // pixels.shape[1]
    factor = min(*room, _LARGEST)
    return magnified(pixels, factor) if factor > 1 else pixels


def _printable_axes(x: Axis, y: Axis) -> tuple[Axis, Axis]:
    first, second = (
        Axis(printable(a.label), printable(a.unit), a.values, a.is_log, a.start, a.step)
        for a in (x, y)
    )
    return first, second


def panel_lines(picture: Picture) -> Iterator[str]:
    """Yield what is known of a picture, a line each."""
    for name, value in (*_of_values(picture.statistics), *_of_shape(picture)):
        text = printable(value)
        yield fit(f"{name:<10}{text}", PANEL)


def _of_values(known: Statistics | None) -> Iterator[tuple[str, str]]:
    if known is None:
        return
    if known.finite:
        for name, value in (
            ("min", known.minimum),
            ("max", known.maximum),
            ("mean", known.mean),
            ("std", known.deviation),
        ):
            yield name, f"{value:.7g}"
    if known.saturated is None or known.missing:
        yield "NaN", f"{known.missing:,}"
    if known.infinite:
        yield "infinite", f"{known.infinite:,}"
    if known.saturated is not None:
        yield "saturated", f"{known.saturated:,}"


def _of_shape(picture: Picture) -> Iterator[tuple[str, str]]:
    yield "shape", extent(picture.shape) or "scalar"
    yield "type", picture.dtype
    if picture.frame is not None:
        what = "curve" if isinstance(picture.drawn, Curves) else "frame"
        yield what, f"{picture.frame} of {picture.frames:,}"
    drawn = picture.drawn
    if isinstance(drawn, Image):
        name = picture.place.rpartition("/")[2]
        if drawn.value.title != name:
            yield "values", drawn.value.title
        yield from _of_image(drawn)
    if isinstance(drawn, Curves):
        if len(drawn.lines) > 1:
            yield "curves", ", ".join(line.label for line in drawn.lines)
        if drawn.joined > 1:
            yield "drawn", f"min, max of {drawn.joined:,}"


def _of_image(image: Image) -> Iterator[tuple[str, str]]:
    for name, axis, length in (
        ("rows", image.rows, image.shape[0]),
        ("columns", image.columns, image.shape[1]),
    ):
        label = axis.title if axis.values is not None else ""
        yield name, f"{_ends(axis, length)} {label}".strip()
    low, high = image.limits
    log = ", log" if image.value.is_log else ""
    yield "drawn", f"{low:.5g} to {high:.5g}{log}"
    if image.percentile is not None:
        yield "", "({:g} to {:g} %)".format(*image.percentile)
    shown = image.pixels.shape
    blocks = [-(-n // left) for n, left in zip(image.shape, shown, strict=True)]
    if max(blocks) > 1:
        yield "pixel", f"{image.reduced} of {extent((blocks[0], blocks[1]))}"


def _ends(axis: Axis, length: int) -> str:
    first, last = axis.ends(length)
    return f"{first:.6g} to {last:.6g}"

"""Pictures drawn with matplotlib."""

from typing import Any

import numpy as np

from beamio.model import Array
from beamio.model.picture import (
    Axis,
    Coloured,
    Curves,
    Image,
    Picture,
    Scatter,
    Table,
    Words,
)
from beamio.view.text import printable

MISSING = "#ea580c"
"""The colour of what is no number."""
_ROWS = 12
_UNEVEN = 1e-3
"""By how much distances may differ along an axis of pixels of one size."""


def draw(picture: Picture, axes: Any, *, bar: bool = True) -> None:
    """Draw a picture into the `matplotlib.axes.Axes` that are given.

    Parameters
    ----------
    picture
        What to draw.
    axes
        Where.
    bar
        Whether an image gets a colour bar beside it.
    """
    drawn = picture.drawn
    if isinstance(drawn, Image):
        draw_image(drawn, axes, bar=bar)
    elif isinstance(drawn, Coloured):
        rows, columns = drawn.shape
        axes.imshow(drawn.pixels, extent=(-0.5, columns - 0.5, rows - 0.5, -0.5))
    elif isinstance(drawn, Curves):
        _draw_curves(drawn, axes)
    elif isinstance(drawn, Scatter):
        _draw_scatter(drawn, axes)
    else:
        _draw_text(drawn, axes)
    draw_title(picture, axes)


def draw_title(picture: Picture, axes: Any) -> None:
    """Write above axes what is drawn, and which frame."""
    name = picture.title or picture.place.rpartition("/")[2]
    if picture.frame is not None:
        name = f"{name}  [{picture.frame}]"
    shown = printable(name)
    axes.set_title(shown, parse_math=_is_math(shown))


def label(write: Any, axis: Axis) -> None:
    """Write a label and its unit with a method of axes."""
    shown = printable(axis.title)
    write(shown, parse_math=_is_math(shown))


def _is_math(text: str) -> bool:
    """Tell whether matplotlib can set the formulas of a text."""
    if "$" not in text:
        return False
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(text)
    except (ValueError, RuntimeError):
        return False
    return True


def draw_image(drawn: Image, axes: Any, *, bar: bool) -> None:
    """Draw an image, its first row on top."""
    from matplotlib import colormaps

    colours = colormaps[drawn.colormap].with_extremes(bad=MISSING)
    places = [
        axis.positions(n)
        for axis, n in ((drawn.rows, drawn.shape[0]), (drawn.columns, drawn.shape[1]))
    ]
    left, right = _edges(places[1], drawn.shape[1])
    top, bottom = _edges(places[0], drawn.shape[0])
    shown = axes.imshow(
        masked(drawn.pixels),
        cmap=colours,
        norm=norm(drawn),
        extent=(left, right, bottom, top),
        aspect=_aspect(drawn),
        interpolation="nearest",
    )
    label(axes.set_xlabel, drawn.columns)
    label(axes.set_ylabel, drawn.rows)
    if bar:
        beside = axes.figure.colorbar(shown, ax=axes, fraction=0.046, pad=0.04)
        label(beside.set_label, drawn.value)


def norm(drawn: Image | Scatter) -> Any:
    """Return what makes shades of values."""
    from matplotlib.colors import LogNorm, Normalize

    kind = LogNorm if drawn.value.is_log else Normalize
    return kind(*drawn.limits, clip=True)


def masked(pixels: Array) -> Any:
    """Return an image as matplotlib takes it, without what is no number."""
    return np.ma.masked_invalid(pixels)


def _edges(places: Array, length: int) -> tuple[float, float]:
    """Return where the first pixel begins and the last one ends."""
    first, last = float(places[0]), float(places[-1])
    if len(places) == length + 1:
        return first, last
    half = (last - first) / (length - 1) / 2 if length > 1 else 0.5
    half = half or 0.5
    return first - half, last + half


def _aspect(drawn: Image) -> str:
    """Return "equal" where both axes are counted or have one unit."""
    counted = drawn.rows.values is None and drawn.columns.values is None
    alike = bool(drawn.rows.unit) and drawn.rows.unit == drawn.columns.unit
    return "equal" if counted or alike else "auto"


def _draw_curves(drawn: Curves, axes: Any) -> None:
    x = drawn.x.positions(drawn.lines[0].values.size)
    for line in drawn.lines:
        name = printable(line.label).lstrip("_") or "values"
        if drawn.is_histogram:
            axes.stairs(line.values, x, label=name)
        elif line.errors is not None:
            axes.errorbar(x, line.values, line.errors, label=name, capsize=2)
        else:
            axes.plot(x, line.values, label=name)
    if len(drawn.lines) > 1:
        for text in axes.legend().get_texts():
            text.set_parse_math(_is_math(text.get_text()))
    if drawn.y.is_log:
        axes.set_yscale("log")
    if drawn.x.is_log:
        axes.set_xscale("log")
    label(axes.set_xlabel, drawn.x)
    label(axes.set_ylabel, drawn.y)


def _draw_scatter(drawn: Scatter, axes: Any) -> None:
    shown = axes.scatter(
        drawn.x.values,
        drawn.y.values,
        c=drawn.value.values,
        cmap=drawn.colormap if drawn.colormap != "gray" else "viridis",
        norm=norm(drawn),
        s=12,
    )
    label(axes.set_xlabel, drawn.x)
    label(axes.set_ylabel, drawn.y)
    bar = axes.figure.colorbar(shown, ax=axes, fraction=0.046, pad=0.04)
    label(bar.set_label, drawn.value)


def _draw_text(drawn: Table | Words, axes: Any) -> None:
    """Write a value, or the first rows of a table."""
    from beamio.view.table import table_lines

    text = printable(drawn.text) if isinstance(drawn, Words) else ""
    if isinstance(drawn, Table):
        text = "\n".join(table_lines(drawn, 80, _ROWS))
    axes.set_axis_off()
    style = {"family": "monospace", "va": "top", "parse_math": False, "wrap": True}
    axes.text(0, 1, text, transform=axes.transAxes, **style)

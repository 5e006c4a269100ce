"""Images beside each other in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from beamio.model import Array
from beamio.view.text import printable

_SHOWN = 1024
"""Pixels along the longer side that a panel can show."""
_DRAWN = 1e30
"""The largest value that is drawn."""
_LEFT, _WIDE, _BAR = 0.42, 3.2, 0.85
"""Inches across a panel: labels, image, colour bar."""
_TITLE, _BELOW = 0.3, 0.28
"""Inches above and below an image."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One image of a picture."""

    title: str
    image: Array
    """Shape (rows, columns); what is not finite is drawn as invalid."""
    unit: str = ""
    limits: tuple[float, float] | None = None
    """Values drawn black and white; `contrast` of the image if None."""


def contrast(image: Array, *, percent: float = 1.0) -> tuple[float, float]:
    """Return the values between which most pixels lie, NaN and infinity left out.

    Examples
    --------
    >>> low, high = contrast(np.array([[0.0, 1.0], [np.nan, 2.0]]), percent=0)
    >>> float(low), float(high)
    (0.0, 2.0)
    """
    values = np.asarray(image[np.isfinite(image)], np.float64)
    if values.size == 0:
        return 0.0, 1.0
    low, high = np.percentile(values, [percent, 100 - percent])
    # Beyond, matplotlib can't place ticks.
    low, high = max(low, -_DRAWN), min(high, _DRAWN)
    if not high > low:  # even, if only to the eye of a float
        high = low + max(1, 1e-3 * abs(low))
    return float(low), float(high)


def draw_panels(rows: Sequence[Sequence[Panel]], path: Path) -> None:
    """Draw panels in rows, each with a colour bar, into a PNG file.

    Parameters
    ----------
    rows
        Panels from top to bottom and left to right; images of one shape.
    path
        Where to write, PNG whatever the name.
    """
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shape = rows[0][0].image.shape
    tall = _WIDE * min(max(shape[0] / shape[1], 0.25), 1.6)
    cell = (_LEFT + _WIDE + _BAR, _TITLE + tall + _BELOW)
    across, down = cell[0] * max(map(len, rows)), cell[1] * len(rows)
    figure = Figure((across, down))
    FigureCanvasAgg(figure)
    gray = colormaps["gray"].with_extremes(bad="#ea580c")
    # Placed by hand: matplotlib's layout engines take seconds for a dozen axes.
    for row, panels in enumerate(rows):
        bottom = (down - (row + 1) * cell[1] + _BELOW) / down
        for column, panel in enumerate(panels):
            left = (column * cell[0] + _LEFT) / across
            image = (left, bottom, _WIDE / across, tall / down)
            beside = (left + (_WIDE + 0.08) / across, bottom, 0.11 / across, image[3])
            _draw(figure.add_axes(image), figure.add_axes(beside), panel, gray)
    with catch_warnings():
        simplefilter("ignore", UserWarning)  # a character that no font has
        figure.savefig(path, format="png", dpi=110)


def _draw(axes: Any, beside: Any, panel: Panel, colours: Any) -> None:
    low, high = panel.limits or contrast(panel.image)
    rows, columns = panel.image.shape
    step = -(-max(rows, columns) // _SHOWN)
    shown = np.clip(panel.image[::step, ::step], low, high, dtype=np.float64)
    drawn = axes.imshow(
        np.ma.masked_invalid(shown),
        cmap=colours,
        vmin=low,
        vmax=high,
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
        interpolation="nearest",
    )
    axes.set_anchor("NW")
    axes.set_title(printable(panel.title), fontsize=10, parse_math=False)
    bar = axes.figure.colorbar(drawn, cax=beside)
    bar.set_label(panel.unit, fontsize=8)
    for each in (axes, beside):
        each.tick_params(labelsize=7)

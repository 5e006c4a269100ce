"""Images beside each other in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from beamio.model import Array

_SHOWN = 1024
"""Pixels along the longer side that a panel can show."""


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
    values = image[np.isfinite(image)]
    if values.size == 0:
        return 0.0, 1.0
    low, high = np.percentile(values, [percent, 100 - percent])
    return float(low), float(high if high > low else low + 1)


def draw_panels(
    rows: Sequence[Sequence[Panel]], path: Path, *, title: str = ""
) -> None:
    """Draw panels in rows, each with a colour bar, into an image file.

    Parameters
    ----------
    rows
        Panels from top to bottom and left to right.
    path
        Where to write; PNG whatever the name.
    title
        Written above all.
    """
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    across = max(map(len, rows))
    shape = rows[0][0].image.shape
    height = min(max(shape[0] / shape[1], 0.2), 1.5) * 3.6 + 0.45
    figure = Figure((4.3 * across, height * len(rows) + 0.5), layout="constrained")
    FigureCanvasAgg(figure)
    gray = colormaps["gray"].with_extremes(bad="#c2410c")
    axes = figure.subplots(len(rows), across, squeeze=False)
    for cell, panel in zip(axes.flat, (p for row in rows for p in row), strict=True):
        _draw(figure, cell, panel, gray)
    if title:
        figure.suptitle(title, fontsize=11)
    figure.savefig(path, format="png", dpi=110)


def _draw(figure: Any, cell: Any, panel: Panel, colours: Any) -> None:
    low, high = panel.limits or contrast(panel.image)
    rows, columns = panel.image.shape
    step = -(-max(rows, columns) // _SHOWN)
    drawn = cell.imshow(
        np.ma.masked_invalid(panel.image[::step, ::step]),
        cmap=colours,
        vmin=low,
        vmax=high,
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
        interpolation="nearest",
    )
    cell.set_title(panel.title, fontsize=10)
    cell.tick_params(labelsize=7)
    bar = figure.colorbar(drawn, ax=cell, shrink=0.9, extend="both")
    bar.ax.tick_params(labelsize=7)
    bar.set_label(panel.unit, fontsize=8)

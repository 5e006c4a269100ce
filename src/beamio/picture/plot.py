"""Pictures of matplotlib, of one source."""

import os
from typing import Any

from beamio.errors import OptionError
from beamio.model.picture import Image, Picture
from beamio.picture.choose import picture_of

MOST = 8192
"""Rows and columns of an image: a plot can be zoomed into."""
_IN_BROWSERS = ("ipympl", "nbagg", "webagg", "widget")
_FORMATS = (".png", ".svg", ".pdf")


def plot(source: Any, *, ax: Any = None, slider: bool = True, **options: Any) -> Any:
    """Draw what a URL or an object is about with matplotlib.

    Curves are drawn with their errors, histograms as steps, images with axes and a
    colour bar, frames of a stack with a slider where the back end is interactive, such
    as ipympl in a notebook.

    Parameters
    ----------
    source
        A URL as `beamio.open` takes it; a file, group or dataset of it or of h5py; an
        array. Of a group, the default plot of NeXus.
    ax
        The `matplotlib.axes.Axes` to draw into; of a new figure by default.
    slider
        Whether a stack gets a slider, if it can have one.
    **options
        ``frame``, ``slice``, ``log``, ``colormap``, ``percentile`` (of the values that
        are neither NaN nor saturated; (1, 99) by default), ``range`` of values
        instead, ``reduce`` ("max" or "mean", of images of more than 8192 pixels in a
        row), ``threads``.

    Returns
    -------
    matplotlib.axes.Axes
        Where it was drawn; ``.figure`` is the figure.

    Raises
    ------
    MissingPathError
        If there is nothing there, or no dataset to choose.
    OptionError
        If an option can't be used, or there is no such frame.
    UnreadableError
        If the values can't be read.

    Examples
    --------
    >>> import numpy as np
    >>> axes = plot(np.arange(12.0).reshape(3, 4))
    >>> axes.images[0].get_array().shape
    (3, 4)
    """
    from beamio.view.figure import draw

    picture = picture_of(source, most=MOST, **options)
    if ax is not None:
        draw(picture, ax)
        return ax
    from matplotlib import pyplot as plt

    figure = plt.figure(layout="constrained")
    if not (slider and picture.frames > 1 and _is_interactive(figure)):
        ax = figure.subplots()
        draw(picture, ax)
        return ax
    ax, below = figure.subplots(2, height_ratios=[24, 1])
    draw(picture, ax)
    _add_slider(source, picture, (ax, below), options)
    return ax


def _is_interactive(figure: Any) -> bool:
    """Tell whether somebody could move a slider."""
    import matplotlib as mpl

    if getattr(figure.canvas, "required_interactive_framework", None):
        return True
    name = mpl.get_backend().lower()
    return any(kind in name for kind in _IN_BROWSERS)


def _add_slider(
    source: Any, first: Picture, axes: tuple[Any, Any], options: dict[str, Any]
) -> None:
    """Let a slider choose the frame; only the one that is shown is read."""
    from matplotlib.widgets import Slider

    ax, below = axes
    start = first.frame or 0
    slider = Slider(below, "frame", 0, first.frames - 1, valinit=start, valstep=1)

    def change(frame: float) -> None:
        chosen = {**options, "frame": int(frame)}
        show_instead(picture_of(source, most=MOST, **chosen), ax)
        ax.figure.canvas.draw_idle()

    slider.on_changed(change)
    ax.frame_slider = slider  # or it would be collected, and do nothing


def show_instead(picture: Picture, ax: Any) -> None:
    """Draw another frame of a stack in the place of the one before."""
    from beamio.view.figure import draw, draw_title, masked, norm

    if isinstance(picture.drawn, Image):
        shown = ax.images[0]
        shown.set_data(masked(picture.drawn.pixels))
        shown.set_norm(norm(picture.drawn))
        draw_title(picture, ax)
    else:
        ax.clear()
        draw(picture, ax, bar=False)


def draw_to_file(
    picture: Picture, output: str | os.PathLike[str], *, overwrite: bool = False
) -> None:
    """Draw a picture into a PNG, SVG or PDF file, which appears when it is complete.

    Raises
    ------
    OptionError
        If the name ends in something else.
    OutputError
        If it exists, or can't be written.
    """
    from pathlib import Path
    from warnings import catch_warnings, simplefilter

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from beamio.engine import completed_file
    from beamio.view.figure import draw

    path = Path(os.fsdecode(output))
    check_suffix(path.name)
    figure = Figure((6.4, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    draw(picture, figure.add_subplot())
    with completed_file(path, overwrite=overwrite) as part, catch_warnings():
        simplefilter("ignore", UserWarning)  # a character that no font has
        figure.savefig(part, format=path.suffix[1:].lower(), dpi=120)


def check_suffix(output: str) -> None:
    """Raise `OptionError` unless a picture can be drawn in files of that name."""
    if not output.lower().endswith(_FORMATS):
        raise OptionError(
            f"{output}: pictures are drawn as {', '.join(_FORMATS[:-1])} and "
            f"{_FORMATS[-1]}; end the name in one of these"
        )

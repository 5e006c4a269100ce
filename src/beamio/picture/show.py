"""A picture in the terminal."""

import os
import sys
from typing import Any, TextIO

from beamio.errors import OptionError
from beamio.model.picture import Picture
from beamio.picture.choose import picture_of
from beamio.picture.plot import check_suffix, draw_to_file
from beamio.picture.terminal import screen_of, send

_LEAST = 20, 8


def show(  # noqa: PLR0913 (keywords, each with a default)
    source: Any,
    *,
    width: int | None = None,
    height: int | None = None,
    pixels: bool | None = None,
    file: TextIO | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    **options: Any,
) -> Picture:
    """Draw what a URL or an object is about in the terminal; return what was drawn.

    Images are drawn with real pixels where the terminal shows them (with the package
    textual-image), else with half blocks in its colours, else in shades of grey;
    curves and histograms with the dots of braille. Beside it stand the statistics of
    the whole frame, or the whole curve.

    Parameters
    ----------
    source
        A URL as `beamio.open` takes it; a file, group or dataset of it or of h5py; an
        array. Of a group, the default plot of NeXus.
    width, height
        Columns and rows to fill; those of the terminal by default, else 80 x 24.
    pixels
        Whether to draw images with the terminal's own graphics, if it says that it has
        some; by default where it is known to be a terminal of that kind.
    file
        Where to write; standard output by default.
    output
        A PNG, SVG or PDF file to draw with matplotlib instead.
    overwrite
        Whether it may replace a file.
    **options
        As of `beamio.plot`: ``frame``, ``slice``, ``log``, ``colormap``,
        ``percentile``, ``range``, ``reduce``, ``threads``.

    Returns
    -------
    Picture
        What was drawn, with its ``statistics``.

    Raises
    ------
    MissingPathError
        If there is nothing there, or no dataset to choose.
    OptionError
        If an option can't be used, or there is no such frame.
    UnreadableError
        If the values can't be read.
    OutputError
        If `output` exists, or can't be written.

    Examples
    --------
    >>> from io import StringIO
    >>> import numpy as np
    >>> picture = show(np.eye(3), width=64, height=10, file=StringIO())
    >>> picture.statistics.maximum
    1.0
    """
    if output is not None:
        check_suffix(os.fsdecode(output))
        picture = picture_of(source, **options)
        draw_to_file(picture, output, overwrite=overwrite)
        return picture
    for number, least, name in (
        (width, _LEAST[0], "width"),
        (height, _LEAST[1], "height"),
    ):
        if number is not None and number < least:
            raise OptionError(f"a {name} of {number} is too small; {least} or more")
    out = sys.stdout if file is None else file
    screen = screen_of(out, columns=width, rows=height)
    picture = picture_of(source, **options)
    send(picture, out, screen, pixels=pixels)
    return picture

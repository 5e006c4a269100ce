"""An image, or a frame of a stack."""

from functools import partial

import numpy as np

from beamio.model import Array
from beamio.model.picture import Image, Picture
from beamio.nexus.plottable import Plottable
from beamio.picture.contrast import contrast
from beamio.picture.labels import axis_of, leading, value_axis
from beamio.picture.options import PictureOptions
from beamio.picture.pixels import read_pixels
from beamio.picture.source import Part, place_of


def image(
    plot: Plottable,
    part: Part,
    options: PictureOptions,
    most: int,
    counted: tuple[int, int],
) -> Picture:
    """Return the picture of an image.

    Parameters
    ----------
    plot
        What its file says of it.
    part
        What is drawn: the last two of its axes are rows and columns.
    options
        How.
    most
        Rows and columns to keep.
    counted
        Which frame, and how many there are.
    """
    frame, frames = counted
    is_member = len(part.shape) == 2  # noqa: PLR2004 (rows, columns)
    before = () if is_member else leading(part, frame, 2)
    shape = (part.shape[-2], part.shape[-1])
    found = read_pixels(
        partial(_rows, part, before, options.threads),
        shape,
        part.dtype,
        most=most,
        how=options.reduce,
        threads=options.threads,
    )
    log = plot.log_signal if options.log is None else options.log
    limits, percentile = contrast(found.sample, found.statistics, options, log=log)
    axes, last = plot.axes, len(part.shape)
    rows, columns = (
        axis_of(part, axes[part.kept[kept]], kept, label)
        for kept, label in ((last - 2, "row"), (last - 1, "column"))
    )
    drawn = Image(
        found.shown,
        rows,
        columns,
        value_axis(part.dataset, log=log),
        shape,
        limits,
        options.reduce,
        options.colormap,
        percentile,
    )
    return Picture(
        drawn,
        place_of(part.dataset),
        plot.title,
        tuple(part.dataset.shape),
        str(part.dtype),
        frame if frames > 1 else None,
        frames,
        found.statistics,
    )


def _rows(
    part: Part, before: tuple[int, ...], threads: int | None, rows: slice
) -> Array:
    return np.asarray(part.read((*before, rows), threads=threads))

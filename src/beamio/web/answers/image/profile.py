"""Profiles through a frame, of the data as they are."""

import numpy as np

from beamio.errors import OptionError
from beamio.view.profile import Line, along_line, mean_of_valid
from beamio.view.pyramid import valid_only
from beamio.web.answers.answer import Answer, as_array
from beamio.web.answers.image.plane import cut, plane_of
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import BoxProfileAsked, LineAsked

_POINTS = 1 << 24
"""Points of a line, times its width, at most."""


def line(reading: Reading, asked: LineAsked) -> Answer:
    """Return distances and values, shape (2, points)."""
    with plane_of(reading, asked) as plane:
        whole = Line(
            (asked.start_row, asked.start_column),
            (asked.end_row, asked.end_column),
            asked.width,
        )
        if not whole.length * whole.width < _POINTS:
            raise OptionError("the line is too long; draw a shorter or narrower one")
        rows, columns = whole.bounds(plane.shape)
        pixels = valid_only(plane.read(rows, columns), plane.invalid)
        distances, values = along_line(pixels, whole, (rows.start, columns.start))
        return as_array(np.stack([distances, values]))


def box(reading: Reading, asked: BoxProfileAsked) -> Answer:
    """Return places and means, shape (2, pixels)."""
    with plane_of(reading, asked) as plane:
        rows, columns = cut(asked, plane.shape, asked.path)
        pixels = valid_only(plane.read(rows, columns), plane.invalid)
        over_rows = asked.over == "rows"
        means = mean_of_valid(pixels, 0 if over_rows else 1)
        along = columns if over_rows else rows
        return as_array(np.stack([np.arange(along.start, along.stop), means]))

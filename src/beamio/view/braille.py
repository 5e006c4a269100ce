"""Curves drawn with the dots of braille: two across and four down in a character."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from beamio.model import Array
from beamio.model.picture import Axis, Curves, Scatter
from beamio.view.ticks import labels, ticks
from beamio.view.width import fitted
from beamio.view.width import width as columns_of

ACROSS, DOWN = 2, 4
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""What each dot adds to the number of the character."""
_EMPTY = 0x2800
_DRAWN = 1e300
"""The largest value that is drawn; differences of larger ones are infinite."""
_APART = 3
"""Rows from one label to the next."""
_LABEL = 10
"""Columns that a label along x needs."""
_ERRORS = 200
"""Points whose errors can be seen."""


@dataclass(frozen=True, slots=True)
class Span:
    """The values from one end of an axis to the other."""

    low: float
    high: float
    log: bool = False

    @classmethod
    def of(cls, values: Array, *, log: bool) -> "Span":
        """Return what holds all finite numbers; an eternal one if there are none."""
        good = values[np.isfinite(values)]
        if log:
            good = good[good > 0]
        if not good.size:
            return cls(1.0, 10.0, log) if log else cls(0.0, 1.0)
        low = max(float(good.min()), -_DRAWN)
        high = min(float(good.max()), _DRAWN)
        if low == high:
            wide = abs(low) * 0.5 or 0.5
            low, high = (low / 2, high * 2) if log else (low - wide, high + wide)
        return cls(low, high, log)

    def places(self, values: Any, number: int) -> Array:
        """Return which of `number` dots are at values; NaN where there is none."""
        exact = np.asarray(values, np.float64)
        low, high = self.low, self.high
        with np.errstate(all="ignore"):
            if self.log:
                exact = np.log(np.where(exact > 0, exact, np.nan))
                low, high = float(np.log(low)), float(np.log(high))
            share = np.clip((exact - low) / (high - low), 0, 1)
            place: Array = share * (number - 1)
        place[~np.isfinite(place)] = np.nan
        return place


class Canvas:
    """Dots in rows and columns of characters."""

    def __init__(self, columns: int, rows: int) -> None:
        self.dots = np.zeros((rows * DOWN, columns * ACROSS), np.bool_)

    @property
    def across(self) -> int:
        """Dots from left to right."""
        return int(self.dots.shape[1])

    @property
    def down(self) -> int:
        """Dots from top to bottom."""
        return int(self.dots.shape[0])

    def point(self, x: Array, y: Array) -> None:
        """Set dots, counted from the lower left; those outside are left out."""
        good = np.isfinite(x) & np.isfinite(y)
        columns = np.rint(x[good]).astype(np.int64)
        rows = self.down - 1 - np.rint(y[good]).astype(np.int64)
        inside = (columns >= 0) & (columns < self.across)
        inside &= (rows >= 0) & (rows < self.down)
        self.dots[rows[inside], columns[inside]] = True

    def line(self, x: Array, y: Array) -> None:
        """Set the dots of lines from point to point, except where one is NaN."""
        self.point(x, y)
        for i in range(len(x) - 1):
            ends = (float(x[i]), float(x[i + 1]), float(y[i]), float(y[i + 1]))
            if not all(map(isfinite, ends)):
                continue
            number = int(max(abs(ends[1] - ends[0]), abs(ends[3] - ends[2]))) + 1
            if number > 1:
                share = np.linspace(0, 1, number + 1)
                self.point(
                    ends[0] + share * (ends[1] - ends[0]),
                    ends[2] + share * (ends[3] - ends[2]),
                )

    def lines(self, *, is_ascii: bool = False) -> list[str]:
        """Return the characters, line by line."""
        rows, columns = self.down // DOWN, self.across // ACROSS
        cells = self.dots.reshape(rows, DOWN, columns, ACROSS).transpose(0, 2, 1, 3)
        if is_ascii:
            marks = np.where(cells.any((2, 3)), "*", " ")
            return ["".join(row) for row in marks.tolist()]
        numbers = (cells * _DOTS).sum((2, 3))
        return [
            "".join(chr(_EMPTY + cell) if cell else " " for cell in row)
            for row in numbers.tolist()
        ]


def curve_lines(
    curves: Curves, columns: int, rows: int, *, is_ascii: bool = False
) -> list[str]:
    """Return a plot of curves or a histogram with its axes, `rows` lines of it."""
    x_values, points = _points(curves)
    y_span = Span.of(np.concatenate(points), log=curves.y.is_log)
    x_span = Span.of(x_values, log=curves.x.is_log)

    def draw(canvas: Canvas) -> None:
        x = x_span.places(x_values, canvas.across)
        for y in points:
            canvas.line(x, y_span.places(y, canvas.down))
        line = curves.lines[0]
        if line.errors is not None and line.values.size <= _ERRORS:
            _draw_errors(canvas, x, y_span, line.values, line.errors)

    return _framed(
        draw, (curves.x, x_span), (curves.y, y_span), (columns, rows), is_ascii
    )


def scatter_lines(
    points: Scatter, columns: int, rows: int, *, is_ascii: bool = False
) -> list[str]:
    """Return a plot of points with its axes; their values are not shown."""
    x, y = (np.asarray(axis.values) for axis in (points.x, points.y))
    x_span, y_span = Span.of(x, log=points.x.is_log), Span.of(y, log=points.y.is_log)

    def draw(canvas: Canvas) -> None:
        canvas.point(x_span.places(x, canvas.across), y_span.places(y, canvas.down))

    return _framed(
        draw, (points.x, x_span), (points.y, y_span), (columns, rows), is_ascii
    )


def _points(curves: Curves) -> tuple[Array, list[Array]]:
    """Return the points to join: of a histogram, the corners of its steps."""
    values = [np.asarray(line.values, np.float64) for line in curves.lines]
    x = np.asarray(curves.x.positions(values[0].size), np.float64)
    if not curves.is_histogram:
        return x, values
    corners = np.repeat(x, 2)
    return corners, [np.concatenate([[0], np.repeat(y, 2), [0]]) for y in values]


def _draw_errors(
    canvas: Canvas, x: Array, span: Span, values: Array, errors: Array
) -> None:
    exact = np.asarray(values, np.float64)
    low = span.places(exact - errors, canvas.down)
    high = span.places(exact + errors, canvas.down)
    for place, first, last in zip(x, low, high, strict=True):
        canvas.line(np.array([place, place]), np.array([first, last]))


def _framed(
    draw: Any,
    across: tuple[Axis, Span],
    up: tuple[Axis, Span],
    size: tuple[int, int],
    is_ascii: bool,
) -> list[str]:
    """Return a plot between its axes."""
    (x, x_span), (y, y_span) = across, up
    columns, rows = size
    inside = max(rows - 3 - bool(y.title), 2)
    marks = _marks(y_span, inside)
    margin = max(map(len, marks.values()), default=0)
    canvas = Canvas(max(columns - margin - 1, 4), inside)
    draw(canvas)
    tick, bar, corner = ("+", "|", "+") if is_ascii else ("┤", "│", "└")
    lines = [fitted(y.title, columns)] if y.title else []
    for row, line in enumerate(canvas.lines(is_ascii=is_ascii)):
        edge = tick if row in marks else bar
        lines.append(f"{marks.get(row, ''):>{margin}}{edge}{line}".rstrip())
    width = canvas.across // ACROSS
    axis, under = _below(x_span, width, "-+" if is_ascii else "─┬")
    lines.append(" " * margin + corner + axis)
    lines.append((" " * margin + under).rstrip())
    below = fitted(x.title, width)
    lines.append(" " * (margin + 1 + (width - columns_of(below)) // 2) + below)
    return lines


def _marks(span: Span, rows: int) -> dict[int, str]:
    """Return the labels of the rows that have a tick."""
    found = ticks(span.low, span.high, max(2, rows // _APART), log=span.log)
    places = span.places(found, rows * DOWN)
    return {
        int((rows * DOWN - 1 - place) // DOWN): label
        for place, label in zip(places, labels(found), strict=True)
        if 0 <= place < rows * DOWN
    }


def _below(span: Span, width: int, drawn: str) -> tuple[str, str]:
    """Return the axis along x, and the labels under it."""
    found = ticks(span.low, span.high, max(2, width // _LABEL), log=span.log)
    axis = [drawn[0]] * width
    under = [" "] * (width + 1)
    end = 0
    for place, label in zip(
        span.places(found, width * ACROSS), labels(found), strict=True
    ):
        column = int(round(float(place)) // ACROSS)
        start = min(max(column + 1 - len(label) // 2, 0), width + 1 - len(label))
        if not 0 <= column < width or start < end:
            continue
        axis[column] = drawn[1]
        under[start : start + len(label)] = label
        end = start + len(label) + 1
    return "".join(axis), "".join(under)

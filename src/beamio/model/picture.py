"""What is drawn of data, whatever draws it: a terminal, matplotlib, a notebook."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from beamio.model.arrays import Array
from beamio.model.statistics import Statistics


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """An axis of a picture, or what its values are."""

    label: str = ""
    unit: str = ""
    values: Array | None = None
    """At each point; one more for the edges of bins. None: counted from `start`."""
    is_log: bool = False
    start: int = 0
    step: int = 1
    """Between two points that are counted."""

    @property
    def title(self) -> str:
        """The label and the unit.

        Examples
        --------
        >>> Axis("energy", "keV").title, Axis("frame").title, Axis("", "s").title
        ('energy (keV)', 'frame', '(s)')
        """
        unit = f"({self.unit})" if self.unit else ""
        return f"{self.label} {unit}".strip()

    def positions(self, length: int) -> Array:
        """Return where so many points are; edges of bins if the axis has those."""
        if self.values is not None:
            return self.values
        return np.arange(length) * self.step + self.start

    def ends(self, length: int) -> tuple[float, float]:
        """Return the positions of the first and the last point."""
        if self.values is None:
            last = self.start + max(length - 1, 0) * self.step
            return float(self.start), float(last)
        if not self.values.size:
            return 0.0, 0.0
        return float(self.values[0]), float(self.values[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve of several."""

    label: str
    values: Array
    errors: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Values along an axis, or counts in bins."""

    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    joined: int = 1
    """Points of the data of which the least and the largest are drawn."""

    @property
    def is_histogram(self) -> bool:
        """Whether the axis has the edges of bins."""
        edges = self.x.values
        return edges is not None and edges.size == self.lines[0].values.size + 1


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """Values in rows and columns; the first row is on top."""

    pixels: Array
    """Shape (rows, columns), real numbers."""
    rows: Axis
    columns: Axis
    value: Axis
    """What the pixels are, and whether the logarithm is shown."""
    shape: tuple[int, int]
    """Rows and columns of the data, of which `pixels` may be a smaller picture."""
    limits: tuple[float, float] = (0.0, 1.0)
    """The values that are drawn darkest and brightest."""
    reduced: str = "max"
    """What a pixel is of those that it stands for, "max" or "mean"."""
    colormap: str = "gray"
    percentile: tuple[float, float] | None = None
    """The percentages of the values at which the limits are, if they are so found."""


@dataclass(frozen=True, slots=True, eq=False)
class Coloured:
    """An image that has colours of its own."""

    pixels: Array
    """Shape (rows, columns, 3 or 4), uint8."""
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Points with a value each."""

    x: Axis
    y: Axis
    value: Axis
    """What the points are, and their values."""
    limits: tuple[float, float] = (0.0, 1.0)
    colormap: str = "gray"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text, the first and the last ones of many."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """What is shown; of more rows, those in the middle are left out."""
    total: int
    """Rows there are."""


@dataclass(frozen=True, slots=True)
class Words:
    """A single value, or text."""

    text: str


Drawn: TypeAlias = Curves | Image | Coloured | Scatter | Table | Words


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """A picture of a dataset."""

    drawn: Drawn
    place: str
    """``file::/path`` of the dataset."""
    title: str
    shape: tuple[int, ...]
    """Of the whole dataset."""
    dtype: str
    frame: int | None = None
    """Which of its frames it is, from 0; None if it is no stack."""
    frames: int = 1
    statistics: Statistics | None = None
    """Of all that the picture is of, before any reduction; None of text."""

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        if isinstance(self.drawn, Curves) and self.drawn.is_histogram:
            return "histogram"
        return _KINDS[type(self.drawn)]

    def __repr__(self) -> str:
        frame = f", frame {self.frame} of {self.frames}" if self.frames > 1 else ""
        return f"<picture of {self.place!r}: {self.kind}{frame}>"

    def facts(self) -> dict[str, Any]:
        """Return what is known of it, as JSON has it."""
        facts: dict[str, Any] = {
            "place": self.place,
            "title": self.title,
            "kind": self.kind,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "frame": self.frame,
            "frames": self.frames,
            "statistics": self.statistics.facts() if self.statistics else None,
        }
        if isinstance(self.drawn, Words):
            facts["value"] = self.drawn.text
        if isinstance(self.drawn, Image):
            facts["limits"] = list(self.drawn.limits)
        return facts


_KINDS: dict[type, str] = {
    Curves: "curve",
    Image: "image",
    Coloured: "colours",
    Scatter: "scatter",
    Table: "table",
    Words: "value",
}

"""Questions about curves."""

from typing import Literal

from pydantic import Field

from beamio.web.questions.question import BYTES, OfObject, Question

EXACT = 20_000
"""Points of a curve that are all sent."""


class CurveAsked(OfObject):
    """Parameters of what belongs to a curve."""


class LineAsked(OfObject):
    """Parameters of points of a curve."""

    selection: str | None = Field(
        None,
        max_length=1000,
        description="As of NumPy, such as 3,:,10; it leaves one axis.",
    )
    x: str | None = Field(
        None,
        max_length=16384,
        description="A dataset of the same length, in the same file: the positions.",
    )
    errors: str | None = Field(
        None,
        max_length=16384,
        description="A dataset of the same shape: the uncertainties.",
    )


class PointsAsked(LineAsked):
    """Parameters of the points between two places, or of what stands for them."""

    start: int = Field(0, ge=0, description="The first point.")
    stop: int | None = Field(None, ge=0, description="The point after the last one.")
    columns: int = Field(
        2000, ge=1, le=EXACT // 2, description="Blocks that have two points each."
    )


class ColumnsAsked(LineAsked):
    """Parameters of a curve as a file."""

    form: Literal["csv", "npy"] = "csv"


QUESTIONS = (
    Question(
        "curve",
        CurveAsked,
        "curve:curve",
        "What a dataset or a group is as a curve: axes, errors, labels, other columns.",
    ),
    Question(
        "line",
        PointsAsked,
        "lines:line",
        f"Points of a curve: all up to {EXACT:,}, above that the least and the "
        "largest of each block, and how many stand for how many.",
        BYTES,
        seconds=120.0,
    ),
    Question(
        "columns",
        ColumnsAsked,
        "lines:columns",
        "A whole curve as CSV, or as a file of NumPy.",
        BYTES,
        seconds=300.0,
    ),
)

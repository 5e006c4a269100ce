"""Questions about two images."""

from typing import Literal

from pydantic import Field

from beamio.web.questions.image import Box, OfFrame
from beamio.web.questions.question import BYTES, Question


class DifferenceAsked(Box, OfFrame):
    """Parameters of what two frames differ in."""

    other_file: str = Field(min_length=1, max_length=4096)
    other_path: str = Field("/", max_length=16384)
    other_slice: str = Field("", max_length=1000)
    how: Literal["difference", "ratio", "first", "second"] = Field(
        "difference",
        description="First minus second, first by second, or one of them alone.",
    )
    most: int = Field(
        1024, ge=16, le=4096, description="Rows and columns to send, at most."
    )


QUESTIONS = (
    Question(
        "difference",
        DifferenceAsked,
        "compare:difference",
        "First minus second of two frames, or their ratio, worked out on the values "
        "as they are in float64; where there are more pixels than asked for, the "
        "means of blocks of it; with statistics.",
        BYTES,
        seconds=120.0,
    ),
)

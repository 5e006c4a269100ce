"""Questions about images: the frames of datasets of two or more axes."""

from typing import Literal

from pydantic import Field

from beamio.web.questions.question import BYTES, EVENTS, Asked, OfObject, Question

_MINUTES = 120.0


class OfFrame(OfObject):
    """Parameters of a question about one frame."""

    slice: str = Field(
        "",
        max_length=1000,
        description="Which frame, as NumPy writes it; a colon for the axes that are "
        "shown, else the last two are.",
        examples=["3", "3,:,0,:"],
    )
    transposed: bool = Field(
        False, description="Whether the first of the shown axes runs to the right."
    )


class TileAsked(OfFrame):
    """Parameters of a part of a frame at some resolution."""

    level: int = Field(
        0,
        ge=0,
        le=40,
        description="0 for the data; a pixel of level n is the mean of "
        "2^n x 2^n valid ones.",
    )
    row: int = Field(0, ge=0, description="Of the tile, in tiles.")
    column: int = Field(0, ge=0, description="Of the tile, in tiles.")
    contrast: bool = Field(
        False, description="Whether percentiles of the frame come with it."
    )


class Box(Asked):
    """Parameters of a rectangle of pixels; what is outside of the frame is left out."""

    top: int = Field(0, ge=0, description="The first row.")
    left: int = Field(0, ge=0, description="The first column.")
    bottom: int | None = Field(None, ge=1, description="Exclusive; the last if none.")
    right: int | None = Field(None, ge=1, description="Exclusive; the last if none.")


class BoxAsked(Box, OfFrame):
    """Parameters of a question about a part of a frame."""


class AlongAsked(BoxAsked):
    """Parameters of a question about a part of each frame of a stack."""

    along: int = Field(0, ge=0, le=31, description="The axis that frames differ in.")


class LineAsked(OfFrame):
    """Parameters of the values along a line; whole numbers are centres of pixels."""

    start_row: float
    start_column: float
    end_row: float
    end_column: float
    width: int = Field(1, ge=1, le=1000, description="Of the mean across, in pixels.")


class BoxProfileAsked(BoxAsked):
    """Parameters of the means of a rectangle along one of its axes."""

    over: Literal["rows", "columns"] = Field(
        "rows", description="What the mean is taken over: one value a column, or a row."
    )


class ExportAsked(BoxAsked):
    """Parameters of a file of the data of a frame."""

    format: Literal["npy", "tiff", "csv", "png"] = "npy"
    low: float = Field(0, description="Of PNG: the value of the first colour.")
    high: float = Field(1, description="Of PNG: the value of the last colour.")
    scale: Literal["linear", "log", "symlog", "sqrt"] = "linear"
    colours: str = Field(
        "",
        pattern="^([0-9a-fA-F]{1536})?$",
        description="Of PNG: 256 colours, six digits each; grey if there are none.",
    )
    flipped: bool = Field(False, description="Of PNG: whether row 0 is at the bottom.")


QUESTIONS = (
    Question(
        "image",
        OfFrame,
        "image.facts:facts",
        "Facts of a dataset as images: axes, levels, units, the frame to begin with.",
    ),
    Question(
        "tile", TileAsked, "image.tiles:tile", "A part of a frame as an array.", BYTES
    ),
    Question(
        "pixels", BoxAsked, "image.tiles:pixels", "Exact values of a small part.", BYTES
    ),
    Question(
        "contrast",
        BoxAsked,
        "image.contrast:contrast",
        "Percentiles, statistics and histogram of a frame, or of a part of it.",
    ),
    Question(
        "statistics",
        OfObject,
        "image.statistics:statistics",
        "Statistics and histogram of a whole dataset, as they are worked out.",
        EVENTS,
        _MINUTES,
    ),
    Question(
        "region",
        AlongAsked,
        "image.statistics:region",
        "Statistics of a part of each frame of a stack, as they are worked out.",
        EVENTS,
        _MINUTES,
    ),
    Question("profile", LineAsked, "image.profile:line", "Values along a line.", BYTES),
    Question(
        "box_profile",
        BoxProfileAsked,
        "image.profile:box",
        "Means of a part of a frame along one of its axes.",
        BYTES,
    ),
    Question(
        "export", ExportAsked, "image.export:export", "A file of a frame.", BYTES, 120.0
    ),
)

"""Questions about the flat-field correction of a scan."""

import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from beamio.web.questions.question import BYTES, Asked, OfFile, Question

_PLACE = "A file as folders list it, root/file::/path, or ::/path in the scan's file."
_FROM = (
    "number (in the names), index, @NAME, a place of a dataset, or numbers: 0,500; "
    "chosen by default."
)
_LONG = 600.0
"""Seconds: many flats may have to be read and combined first."""
_PIXELS = 1 << 21

Place = Annotated[str, Field(min_length=1, max_length=16384)]
Text = Annotated[str, Field(min_length=1, max_length=16384)]


class FlatFieldChoices(Asked):
    """What decides the values of a correction, as in ``beamio flatfield --help``."""

    entry: Text | None = Field(None, description="The NXtomo, of several in a file.")
    flats: list[Place] = Field([], max_length=1000, description=_PLACE)
    darks: list[Place] = Field([], max_length=1000, description=_PLACE)
    without_darks: bool = Field(False, description="Take the darks to be zero.")
    reduced: Place | None = Field(
        None, description="Flats and darks that were combined earlier."
    )
    position: Text | None = Field(None, description=f"Where frames lie: {_FROM}")
    flat_position: Text | None = Field(None, description=f"Where flats lie: {_FROM}")
    dark_position: Text | None = Field(None, description=f"Where darks lie: {_FROM}")
    current: Text | None = Field(
        None, description="Beam current of each frame: @NAME, a place, or numbers."
    )
    flat_current: Text | None = Field(None, description="Beam current of each flat.")
    without_current: bool = Field(
        False, description="Leave the beam current alone that an NXtomo notes."
    )
    reduce: Literal["median", "mean", "sigma-clip"] = "median"
    sigma: float = Field(3.0, gt=0, description="Deviations that sigma-clip allows.")
    mask: Place | None = Field(None, description="An image, not 0 where invalid.")
    invalid: int | float | None = Field(
        None, description="The value that the detector writes into invalid pixels."
    )
    fill: Literal["nan", "zero", "one"] = "nan"
    clip: tuple[float, float] | None = Field(
        None, description="Limits of the transmission, before the logarithm."
    )
    log: bool = Field(False, description="Absorption, -ln(transmission).")
    floor: float = Field(1e-6, gt=0, description="The least transmission for it.")


ALL_BY_DEFAULT = FlatFieldChoices.model_validate({})


def _parsed(value: Any) -> Any:
    """Return choices that stand as JSON in an address."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"is no JSON: {error}") from None


class FlatFieldFoundAsked(OfFile):
    """Parameters of what there is to correct."""

    path: str = Field("", max_length=16384, description="In the file; empty for all.")
    choices: Annotated[FlatFieldChoices, BeforeValidator(_parsed)] = Field(
        ALL_BY_DEFAULT, description="In JSON; all by default."
    )


class FlatFieldFrameAsked(FlatFieldFoundAsked):
    """Parameters of one frame."""

    frame: int = Field(0, ge=0, description="Which of the raw frames.")
    parts: Literal["images", "references"] = Field(
        "images", description="Raw and corrected; or the flat and the dark for it."
    )
    pixels: int = Field(
        _PIXELS,
        ge=1,
        le=8 * _PIXELS,
        description="Pixels of an image at most; of larger ones, every n-th is given.",
    )


QUESTIONS = (
    Question(
        "flatfield-found",
        FlatFieldFoundAsked,
        "flatfield:found",
        "Raw frames, flats and darks of a scan, and what would become of them.",
        seconds=_LONG,
    ),
    Question(
        "flatfield-frame",
        FlatFieldFrameAsked,
        "flatfield:frame",
        "A frame before and after the correction, shape (2, rows, columns).",
        BYTES,
        seconds=_LONG,
    ),
)

"""Pixels without a meaningful value: why, and what stands in their place."""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from beamio.model import Array

FILLS = {"nan": np.nan, "zero": 0.0, "one": 1.0}
"""What invalid pixels may become."""


class Invalid(IntFlag):
    """Why a pixel of the result is invalid; the bits of the mask."""

    NO_BEAM = 1
    """The flat is not brighter than the dark, or one of them is not finite."""
    MASKED = 2
    """Masked in the input: by a mask image, the detector's invalid value, or NaN."""
    OVERFLOW = 4
    """The result does not fit the output's type."""
    NO_CURRENT = 8
    """The beam current of the frame is not positive."""
    UNWRITTEN = 16
    """The frame was never written into its file."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pixels are invalid."""

    pixels: int = 0
    reasons: tuple[int, ...] = (0,) * len(Invalid)
    """How many for each reason of `Invalid`; one pixel may have several."""

    @classmethod
    def of(cls, mask: Array) -> "Tally":
        """Return that of a mask."""
        found = mask[mask != 0]
        if not found.size:
            return cls()
        reasons = (int(np.count_nonzero(found & flag)) for flag in Invalid)
        return cls(found.size, tuple(reasons))

    def __add__(self, other: "Tally") -> "Tally":
        both = zip(self.reasons, other.reasons, strict=True)
        return Tally(self.pixels + other.pixels, tuple(map(sum, both)))


def without_invalid(image: Array, invalid: float | None) -> Array:
    """Return an image with NaN for the detector's invalid value and for infinity."""
    with np.errstate(all="ignore"):  # a value that the type can't hold is in no image
        wrong = None if invalid is None else np.equal(image, invalid)
    if image.dtype.kind == "f":
        infinite = np.isinf(image)
        wrong = infinite if wrong is None else wrong | infinite
    if wrong is None or not wrong.any():
        return image
    return np.where(wrong, np.nan, image)

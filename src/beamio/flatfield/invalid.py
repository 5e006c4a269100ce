"""Pixels without a meaningful value: why, and what stands in their place."""

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

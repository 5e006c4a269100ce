"""Image keys: what each frame of a scan is."""

from enum import IntEnum

import numpy as np

from beamio.errors import OptionError
from beamio.model import Array


class ImageKey(IntEnum):
    """What a frame is, as NXtomo counts it; alignment is told in the control only."""

    ALIGNMENT = -1
    PROJECTION = 0
    FLAT = 1
    DARK = 2
    INVALID = 3


def checked_keys(keys: object, frames: int, place: str) -> Array:
    """Return image keys, int8, one for each frame.

    Raises
    ------
    OptionError
        If there is another number of them, or one has no meaning.
    """
    found = np.atleast_1d(np.asarray(keys))
    if found.shape != (frames,):
        raise OptionError(
            f"{place}: image_key has {found.size:,} values for {frames:,} frames; give "
            "one for each",
            place=place,
        )
    known = [key.value for key in ImageKey]
    wrong = np.flatnonzero(~np.isin(found, known))
    if wrong.size:
        meanings = ", ".join(f"{key.value} {key.name.lower()}" for key in ImageKey)
        raise OptionError(
            f"{place}: image_key of frame {wrong[0]} is {found[wrong[0]]}; there are: "
            f"{meanings}",
            place=place,
        )
    return found.astype(np.int8)


def public_keys(control: Array) -> Array:
    """Return the keys for programs that know nothing of alignment.

    They must not take a frame that was made after the scan for one of it.

    Examples
    --------
    >>> public_keys(np.array([2, 1, 0, -1])).tolist()
    [2, 1, 0, 3]
    """
    shown: Array = np.where(control == ImageKey.ALIGNMENT, ImageKey.INVALID, control)
    return shown

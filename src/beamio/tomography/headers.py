"""Facts in the headers of image files, and in attributes of datasets of one image.

Names and units are those of ESRF's beamlines: angles in degrees, energies in keV,
currents in mA, pixels in µm, times in seconds.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np

from beamio.errors import BeamioError
from beamio.formats import Frames
from beamio.model import Array
from beamio.nexus.units import converted
from beamio.tomography.facts import UNITS, Fact

ANGLES = (
    "rotation_angle", "srot", "somega", "hrsrot", "mrsrot", "hsrot", "mhsrot", "hrrz",
    "diffrz", "rotm", "rot", "omega", "theta", "angle",
)  # fmt: skip
"""What rotation axes are called, those that turn nothing else first."""

_NUMBERS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("energy", ("energy",), "keV"),
    ("current", ("srcur", "srcurrent", "machine_current"), "mA"),
    ("count_time", ("count_time", "exposure_time"), "s"),
    ("x_pixel_size", ("pixel_size", "optic_used_pixel_size"), "µm"),
)
"""Facts, what headers call them, and their unit there."""

_OF_EACH = {"current", "count_time"}
"""What differs from frame to frame, between projections and flats as well."""
_TIMES = ("time_of_day",)
"""Seconds since 1970."""


def facts_of(images: Frames, *, all_frames: Frames) -> Iterator[tuple[str, Fact]]:
    """Yield what the headers of projections tell.

    Parameters
    ----------
    images
        The projections.
    all_frames
        All frames, for what is told of each.
    """
    for name in ANGLES:
        angles = _numbers(images, name)
        if angles is not None and (len(angles) == 1 or np.ptp(angles)):
            source = f"{name} of each image"
            yield "rotation_angle", Fact(angles, source)
            break
    for fact, names, unit in _NUMBERS:
        yield from _first(images, all_frames, fact, names, unit)
    yield from _times(images)


def _first(
    images: Frames, all_frames: Frames, fact: str, names: Sequence[str], unit: str
) -> Iterator[tuple[str, Fact]]:
    for name in names:
        found = _numbers(images, name)
        if found is None:
            continue
        value, source = converted(found, unit, UNITS[fact], name), "the first image"
        fixed: float | Array = float(value[0])
        if fact in _OF_EACH:
            each = _numbers(all_frames, name)
            if each is not None and np.ptp(each):
                fixed, source = converted(each, unit, UNITS[fact], name), "each image"
            elif np.ptp(value):
                return  # of flats and darks, nothing tells it
        yield fact, Fact(fixed, f"{name} of {source}")
        if fact == "x_pixel_size":
            yield "y_pixel_size", Fact(fixed, f"{name} of {source}")
        return


def _times(images: Frames) -> Iterator[tuple[str, Fact]]:
    for name in _TIMES:
        found = _numbers(images, name)
        if found is None:
            continue
        for fact, seconds in (("start_time", found.min()), ("end_time", found.max())):
            moment = datetime.fromtimestamp(float(seconds), UTC)
            yield (
                fact,
                Fact(moment.isoformat(timespec="seconds"), f"{name} of the images"),
            )
        return


def _numbers(images: Frames, name: str) -> Array | None:
    """Return a number for each image, or None where one has none."""
    try:
        noted = images.attribute(name)
        numbers = np.array([float(str(value)) for value in noted])
    except (BeamioError, ValueError, TypeError):
        return None
    return numbers if np.isfinite(numbers).all() else None

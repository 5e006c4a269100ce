"""What is known of a tomography scan, as NeXus has it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from beamio.formats import Frames
from beamio.formats.joined import ArrayFrames
from beamio.model import Array
from beamio.nexus.nxtomo.checks import checked_values
from beamio.nexus.nxtomo.fields import QUANTITIES
from beamio.nexus.nxtomo.images import Images, runs
from beamio.nexus.nxtomo.keys import ImageKey, checked_keys, public_keys
from beamio.nexus.nxtomo.transformations import Transformation

Number = float | Array | None
"""One value, or one for each frame; None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """Frames, what each of them is, and the geometry.

    Raises
    ------
    OptionError
        If something has another length than the frames, or no meaning.
    PositionError
        If a number is not finite.
    UnitError
        If a unit does not fit.
    """

    frames: Frames
    """All frames, in the order of the scan; they are read when they are asked for."""
    image_key_control: Array
    """What each frame is: 0 projection, 1 flat, 2 dark, 3 invalid, -1 alignment."""
    rotation_angle: Number = None
    """In degrees."""
    x_translation: Number = None
    """Of the sample, in metres."""
    y_translation: Number = None
    """In metres."""
    z_translation: Number = None
    """In metres."""
    count_time: Number = None
    """Exposure time of a frame, in seconds."""
    current: Number = None
    """Of the storage ring, in ampere."""
    monitor: Number = None
    """What a monitor of the beam counted, where it is no current."""
    x_pixel_size: Number = None
    """Of a pixel at the sample, in metres."""
    y_pixel_size: Number = None
    """In metres."""
    detector_x_pixel_size: Number = None
    """Of a pixel of the detector, in metres."""
    detector_y_pixel_size: Number = None
    """In metres."""
    distance: Number = None
    """From the sample to the detector, in metres."""
    propagation_distance: Number = None
    """Over which phase contrast builds up, in metres."""
    source_distance: Number = None
    """From the sample to the source, in metres; negative upstream."""
    energy: Number = None
    """Of the beam, in keV."""
    x_rotation_axis_pixel_position: Number = None
    """Of the rotation axis, in pixels."""
    y_rotation_axis_pixel_position: Number = None
    """In pixels."""
    sequence_number: Array | None = None
    """The number of each frame in the acquisition."""
    title: str = ""
    start_time: str = ""
    end_time: str = ""
    sample_name: str = ""
    instrument_name: str = ""
    source_name: str = ""
    source_type: str = ""
    source_probe: str = ""
    field_of_view: str = ""
    """``Full``, or ``Half`` where the axis is at the border of the projections."""
    transformations: Sequence[Transformation] = ()
    """How the detector is turned or flipped."""
    url: str = ""
    """Where it was read from, ``file::/path``."""

    def __post_init__(self) -> None:
        if isinstance(self.frames, np.ndarray):
            self._set("frames", ArrayFrames(self.frames))
        count, place = self.frames.shape[0], self.url or self.frames.url
        keys = checked_keys(self.image_key_control, count, place)
        self._set("image_key_control", keys)
        units = {one.name: one.unit for one in QUANTITIES} | {"current": "A"}
        for name in (*units, "monitor"):
            value = getattr(self, name)
            if value is not None:
                found = checked_values(value, units.get(name, ""), count, name, place)
                self._set(name, found)
        if self.sequence_number is not None:
            numbers = checked_values(
                self.sequence_number, "", count, "sequence_number", place
            )
            self._set("sequence_number", np.atleast_1d(numbers).astype(np.uint32))
        self._set("transformations", tuple(self.transformations))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)  # while it is made

    @property
    def image_key(self) -> Array:
        """What each frame is, to programs that know of no alignment: that is 3."""
        return public_keys(self.image_key_control)

    @property
    def projections(self) -> Images:
        """The frames to reconstruct from."""
        return self._images(np.flatnonzero(self._is(ImageKey.PROJECTION)))

    @property
    def alignment(self) -> Images:
        """Frames that were made after the scan, to find out what moved in it."""
        return self._images(np.flatnonzero(self._is(ImageKey.ALIGNMENT)))

    @property
    def flats(self) -> list[Images]:
        """The series of flats, each of those with no projection in between."""
        return self._series(ImageKey.FLAT)

    @property
    def darks(self) -> list[Images]:
        """The series of darks, likewise."""
        return self._series(ImageKey.DARK)

    @property
    def is_flipped(self) -> tuple[bool, bool]:
        """Whether the images are flipped upside down, and left to right."""
        turns = self.transformations
        up_down, left_right = (any(t.is_turn(axis) for t in turns) for axis in (0, 1))
        return up_down, left_right

    def _is(self, key: ImageKey) -> Array:
        found: Array = self.image_key_control == key
        return found

    def _series(self, key: ImageKey) -> list[Images]:
        between = self._is(ImageKey.PROJECTION)
        return [self._images(places) for places in runs(self._is(key), between)]

    def _images(self, places: Array) -> Images:
        angles = self.rotation_angle
        chosen = angles[places] if isinstance(angles, np.ndarray) else None
        return Images(self.frames, places, chosen)

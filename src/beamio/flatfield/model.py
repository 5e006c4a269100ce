"""The flat-field correction: arrays in, arrays out, no IO."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, InitVar, dataclass, field, fields
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import DTypeLike

from beamio.engine import in_order, usable_threads
from beamio.errors import (
    NoBeamError,
    OptionError,
    PositionError,
    ShapeMismatchError,
)
from beamio.flatfield import fused
from beamio.flatfield.combine import Reduction, check_reduction
from beamio.flatfield.correction import Batch, Correction
from beamio.flatfield.current import at_current, check_currents
from beamio.flatfield.invalid import FILLS, Tally, without_invalid
from beamio.flatfield.reference import Images, Reference, each_image
from beamio.model import Array, check_pixels

DTYPES = ("float32", "float16", "float64")


@dataclass(frozen=True, eq=False)
class FlatField:
    """Divide the beam and the detector out of images: (raw - dark) / (flat - dark).

    All arithmetic is in float64 and rounded once, at the end.

    Parameters
    ----------
    flats : array, shape (rows, columns) or (images, rows, columns), or Reference
        Images with beam and without sample, in counts; or such images combined.
    darks : array, shape (rows, columns) or (images, rows, columns), or Reference
        Images without beam, in counts; zero if not given.
    flat_positions, dark_positions : sequence of float, optional
        Where in the scan each image was taken, in any unit (frame number, seconds,
        degrees) that `apply` uses as well. Images of one position are combined.
        Between positions they are interpolated linearly; before the first and
        after the last they are constant. Without positions all are combined.
    flat_currents : sequence of float, optional
        Beam current of each flat, in the unit of `apply`'s `current`.
    reference_current : float, optional
        The current that flats are scaled to, by default the mean of
        `flat_currents`. Alone it says that the flats are scaled to it already.
    reduce : {"median", "mean", "sigma-clip"}
        How images of one position are combined, see `combine`.
    sigma : float
        For ``sigma-clip``.
    mask : array, shape (rows, columns), optional
        Pixels that are not 0 here are invalid.
    invalid : number, optional
        The value that the detector writes into invalid pixels.
    fill : {"nan", "zero", "one"}
        What invalid pixels become.
    clip : (float, float), optional
        Limits of the transmission, applied before the logarithm.
    log : bool
        Return absorption, -ln(transmission), instead of transmission.
    floor : float
        The least transmission of which the logarithm is taken.
    dtype : {"float32", "float16", "float64"}
        Type of the result.

    Raises
    ------
    NoBeamError
        If the flats are brighter than the darks in no pixel.
    ShapeMismatchError, PositionError, OptionError
        If shapes differ, positions are not finite, or an option makes no sense.

    Examples
    --------
    Two flats, before and after ten frames; the beam fades from 100 to 50 counts:

    >>> flats = np.array([[[110.0]], [[60.0]]])
    >>> field = FlatField(flats, np.array([[10]]), flat_positions=[0, 10])
    >>> field.apply(np.array([[85]]), position=5)
    array([[1.]], dtype=float32)
    """

    flats: InitVar[Images | Reference]
    darks: InitVar[Images | Reference | None] = None
    _: KW_ONLY
    flat_positions: InitVar[Sequence[float] | None] = None
    dark_positions: InitVar[Sequence[float] | None] = None
    flat_currents: InitVar[Sequence[float] | None] = None
    reduce: Reduction = "median"
    sigma: float = 3.0
    mask: Array | None = field(default=None, repr=False)
    invalid: float | None = None
    fill: Literal["nan", "zero", "one"] = "nan"
    clip: tuple[float, float] | None = None
    log: bool = False
    floor: float = 1e-6
    dtype: DTypeLike = "float32"
    reference_current: float | None = None

    flat: Reference = field(init=False, repr=False)
    """The flats by position, at `reference_current`."""
    dark: Reference = field(init=False, repr=False)
    """The darks by position."""

    def __post_init__(
        self,
        flats: Images | Reference,
        darks: Images | Reference | None,
        flat_positions: Sequence[float] | None,
        dark_positions: Sequence[float] | None,
        flat_currents: Sequence[float] | None,
    ) -> None:
        check_reduction(self.reduce, self.sigma)
        check_correction(self.fill, self.clip, self.floor, self.dtype)
        if self.reference_current is not None:
            check_currents([self.reference_current], 1)
        if isinstance(flats, Reference):
            dark_shape = flats.shape
        else:
            flats = each_image(flats)
            dark_shape = np.shape(flats[0])
        dark = self._reference(
            np.zeros(dark_shape) if darks is None else darks, dark_positions, "dark"
        )
        if flat_currents is not None and not isinstance(flats, Reference):
            flats = self._at_one_current(flats, flat_positions, flat_currents, dark)
        flat = self._reference(flats, flat_positions, "flat")
        shapes = {"flats": flat.shape, "darks": dark.shape}
        if self.mask is not None:
            shapes["the mask"] = np.shape(self.mask)
        for name, shape in shapes.items():
            if shape != flat.shape:
                raise ShapeMismatchError(
                    f"the flats have the shape {flat.shape}, {name} have {shape}"
                )
        object.__setattr__(self, "dark", dark)
        object.__setattr__(self, "flat", flat)
        if not any(
            (image > dark.at(place)).any()
            for place, image in zip(flat.positions, flat.images, strict=True)
        ):
            raise NoBeamError(
                "the flats are brighter than the darks in no pixel; "
                "are flats and darks swapped, or was the shutter closed?"
            )

    def _at_one_current(
        self,
        flats: list[Array],
        positions: Sequence[float] | None,
        currents: Sequence[float],
        dark: Reference,
    ) -> list[Array]:
        check_currents(currents, len(flats))
        places = [0.0] * len(flats) if positions is None else list(positions)
        if len(places) != len(flats):
            raise PositionError(f"{len(places)} positions for {len(flats)} flats")
        if np.shape(flats[0]) != dark.shape:
            raise ShapeMismatchError(
                f"the flats have the shape {np.shape(flats[0])}, the darks {dark.shape}"
            )
        mean = self.reference_current
        if mean is None:
            mean = float(np.mean(currents))
            object.__setattr__(self, "reference_current", mean)
        return [
            at_current(self._valid(flat), dark.at(place), mean / own)
            for flat, place, own in zip(flats, places, currents, strict=True)
        ]

    def _reference(
        self,
        images: Images | Reference,
        positions: Sequence[float] | None,
        name: str,
    ) -> Reference:
        if isinstance(images, Reference):
            return images
        images = each_image(images)
        for image in images:
            check_pixels(np.asarray(image).dtype, f"a {name}")
        valid = [self._valid(image) for image in images]
        return Reference.from_images(
            valid, positions, how=self.reduce, sigma=self.sigma
        )

    def _valid(self, image: Array) -> Array:
        return without_invalid(image, self.invalid)

    def apply(
        self,
        raw: Array,
        position: float | Sequence[float] | None = None,
        *,
        current: float | Sequence[float] | None = None,
        out: Array | None = None,
        mask: Array | None = None,
        threads: int = 1,
    ) -> Array:
        """Return corrected images.

        Parameters
        ----------
        raw : array, shape (rows, columns) or (frames, rows, columns)
            Projections, in counts; integers or floats.
        position : float or one for each frame
            Where in the scan they were taken. Not needed where flats and darks
            have one position each.
        current : float or one for each frame
            Beam current, where the flats have theirs. A frame whose current is
            not positive becomes invalid.
        out : array of `dtype`, of the shape of `raw`, optional
            Filled in place and returned.
        mask : array of uint8, of the shape of `raw`, optional
            Filled with the bits of `Invalid`, 0 where the result is valid.
        threads : int
            How many to use.

        Returns
        -------
        array of `dtype`, of the shape of `raw`
            Transmission, dimensionless: 0 is opaque, 1 is empty beam; or
            absorption if `log` is set. Never infinite.

        Raises
        ------
        ShapeMismatchError, NotAnImageError
            If `raw`, `out` or `mask` is not of the shape and type that it must be.
        PositionError, OptionError
            If a position or a current is missing, or of another number of frames.
        """
        raw = np.asarray(raw)
        out = np.empty(raw.shape, self.dtype) if out is None else out
        self.apply_into(
            raw, position, out=out, current=current, mask=mask, threads=threads
        )
        return out

    def apply_into(
        self,
        raw: Array,
        position: float | Sequence[float] | None = None,
        *,
        out: Array,
        current: float | Sequence[float] | None = None,
        mask: Array | None = None,
        threads: int = 1,
    ) -> list[Tally]:
        """Fill `out` as `apply` does, and return what is invalid in each frame."""
        check_pixels(raw.dtype, "raw")
        if raw.shape[-2:] != self.flat.shape or raw.ndim not in {2, 3}:
            raise ShapeMismatchError(
                f"raw has the shape {raw.shape}, the flats have {self.flat.shape}"
            )
        if out.shape != raw.shape or out.dtype != np.dtype(self.dtype):
            raise ShapeMismatchError(f"out must be {np.dtype(self.dtype)} {raw.shape}")
        if mask is not None and (mask.shape != raw.shape or mask.dtype != np.uint8):
            raise ShapeMismatchError(f"mask must be uint8 {raw.shape}")
        stacked = (-1, *raw.shape[-2:])
        frames = raw.reshape(stacked)
        batch = Batch(
            raw=frames,
            positions=self.positions_of(position, len(frames)),
            factors=self.factors_of(current, len(frames)),
            out=out.reshape(stacked),
            mask=None if mask is None else mask.reshape(stacked),
        )
        correction, threads = self.correction(), usable_threads(threads)
        tallies = fused.fill_frames(correction, batch, threads=threads)
        if tallies is not None:
            return tallies
        each = partial(correction.fill_frame, batch)
        return list(in_order(each, range(len(frames)), threads=threads))

    def correction(self) -> Correction:
        """Return what is done to each pixel."""
        names = [field.name for field in fields(Correction)]
        return Correction(**{name: getattr(self, name) for name in names})

    def positions_of(
        self, position: float | Sequence[float] | None, frames: int
    ) -> Array:
        """Return the position of each of some frames, as `apply` takes it."""
        if position is None:
            if len(self.flat.positions) > 1 or len(self.dark.positions) > 1:
                raise PositionError(
                    "flats or darks lie at several positions; "
                    "say at which position raw was taken"
                )
            position = 0.0
        try:
            positions = np.broadcast_to(np.asarray(position, np.float64), (frames,))
        except ValueError:
            raise PositionError(
                f"{np.size(position)} positions for {frames} frames"
            ) from None
        if not np.isfinite(positions).all():
            raise PositionError("a position is not a finite number")
        return positions

    def factors_of(self, current: float | Sequence[float] | None, frames: int) -> Array:
        """Return what each frame is multiplied with; NaN where it had no beam."""
        if (current is None) != (self.reference_current is None):
            raise OptionError(
                "the beam current is needed for the raw frames and for the flats"
            )
        if current is None or self.reference_current is None:
            return np.ones(frames)
        if np.size(current) not in {1, frames}:
            raise OptionError(f"{np.size(current)} beam currents for {frames} frames")
        currents = np.broadcast_to(np.asarray(current, np.float64), (frames,))
        usable = np.where(np.isfinite(currents) & (currents > 0), currents, np.nan)
        with np.errstate(over="ignore"):  # infinity is an overflow in the result
            return np.asarray(self.reference_current / usable)


def check_correction(
    fill: str, clip: tuple[float, float] | None, floor: float, dtype: DTypeLike
) -> None:
    """Raise `OptionError` unless `FlatField` can do this."""
    if fill not in FILLS:
        raise OptionError(f"fill is one of {', '.join(FILLS)}, not {fill!r}")
    if clip is not None and not clip[0] < clip[1]:
        raise OptionError(
            f"clip needs a low and a higher limit, not {clip[0]} and {clip[1]}"
        )
    if not 0 < floor < np.inf:
        raise OptionError(f"the floor must be more than 0, not {floor}")
    try:
        known = np.dtype(dtype).name in DTYPES
    except TypeError:
        known = False
    if not known:
        raise OptionError(f"the result is one of {', '.join(DTYPES)}, not {dtype}")

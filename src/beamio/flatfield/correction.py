"""What becomes of each pixel of a frame, in NumPy: the reference for faster ways."""

from dataclasses import dataclass

import numpy as np

from beamio.flatfield.invalid import FILLS, Invalid, Tally
from beamio.flatfield.reference import Reference
from beamio.model import Array

_TILE = 1 << 16
"""Pixels corrected at a time: what is computed on stays in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Frames on their way through the correction."""

    raw: Array
    """Shape (frames, rows, columns), in counts."""
    positions: Array
    """Of each frame."""
    factors: Array
    """What each frame is multiplied with; NaN where it had no beam."""
    out: Array
    """Filled with the corrected frames."""
    mask: Array | None = None
    """uint8, filled with the bits of `Invalid`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correction:
    """(raw - dark) / (flat - dark) and what follows; see `FlatField`."""

    flat: Reference
    dark: Reference
    mask: Array | None
    invalid: float | None
    fill: str
    clip: tuple[float, float] | None
    log: bool
    floor: float

    def fill_frame(self, batch: Batch, frame: int) -> Tally:
        """Correct a frame of a batch, a tile of rows at a time."""
        rows, columns = batch.raw.shape[1:]
        height = min(rows, max(1, _TILE // max(columns, 1)))
        scratch = np.empty((4, height, columns))
        tally = Tally()
        with np.errstate(all="ignore"):
            for start in range(0, rows, height):
                part = slice(start, min(start + height, rows))
                room = scratch[:, : part.stop - start]
                found = self._fill_rows(batch, frame, part, room)
                if found is not None:
                    tally += Tally.of(found)
        return tally

    def _fill_rows(
        self, batch: Batch, frame: int, part: slice, scratch: Array
    ) -> Array | None:
        """Return the bits of the mask, if there are any."""
        raw, out = batch.raw[frame, part], batch.out[frame, part]
        position, factor = batch.positions[frame], batch.factors[frame]
        dark = self.dark.at(position, part, out=scratch[0])
        flat = self.flat.at(position, part, out=scratch[1])
        beam = np.subtract(flat, dark, out=scratch[2])
        value = np.subtract(raw, dark, out=scratch[3], dtype=np.float64)
        if factor != 1:
            value *= factor
        value /= beam
        # Clipping and the floor would hide an infinity.
        finite = np.isfinite(value)
        if self.clip is not None:
            np.clip(value, *self.clip, out=value)
        if self.log:
            np.maximum(value, self.floor, out=value)
            np.log(value, out=value)
            np.negative(value, out=value)
        np.copyto(out, value, casting="same_kind")
        finite &= np.isfinite(out)
        bits = None if batch.mask is None else batch.mask[frame, part]
        if bits is not None:
            bits[...] = 0
        if (
            self.mask is None
            and self.invalid is None
            and beam.min() > 0
            and beam.max() < np.inf
            and finite.all()
        ):
            return None
        found = self._reasons(raw, part, beam, finite, factor)
        out[found != 0] = FILLS[self.fill]
        if bits is not None:
            bits[...] = found
        return found

    def _reasons(
        self, raw: Array, part: slice, beam: Array, finite: Array, factor: float
    ) -> Array:
        bits = np.zeros(raw.shape, np.uint8)
        no_beam, masked, overflow, no_current, _ = map(np.uint8, Invalid)
        bits[~((beam > 0) & (beam < np.inf))] |= no_beam  # also where it is NaN
        if raw.dtype.kind == "f":
            bits[~np.isfinite(raw)] |= masked
        if self.invalid is not None:
            bits[raw == self.invalid] |= masked
        if self.mask is not None:
            bits[np.asarray(self.mask)[part] != 0] |= masked
        if np.isnan(factor):
            bits |= no_current
        bits[~finite & (bits == 0)] |= overflow
        return bits

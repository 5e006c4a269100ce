"""The correction in one native loop, several frames at once."""

import sys
from typing import Any

import numpy as np

from beamio.engine.native import is_available, new_corrector
from beamio.flatfield.correction import Batch, Correction
from beamio.flatfield.invalid import FILLS, Invalid, Tally
from beamio.model import Array

_EXACT = 2**53
"""Integers up to this one are float64."""


def fill_frames(
    correction: Correction, batch: Batch, *, threads: int
) -> list[Tally] | None:
    """Correct a batch; None if NumPy must do it."""
    if not is_available() or not _can_correct(correction, batch):
        return None
    raw = batch.raw.dtype
    mark = None
    if correction.invalid is not None:
        if not _is_plain(correction.invalid, raw):
            return None
        mark = _stored(correction.invalid, raw)
    corrector = new_corrector(
        list(correction.dark.images),
        list(correction.flat.images),
        None if correction.mask is None else _bytes_of(correction.mask),
        clip=correction.clip,
        floor=correction.floor if correction.log else None,
        fill=FILLS[correction.fill],
    )
    found = corrector.correct(
        batch.raw,
        batch.out,
        batch.mask,
        [
            (
                correction.dark.neighbours(position),
                correction.flat.neighbours(position),
                factor,
            )
            for position, factor in zip(
                batch.positions.tolist(), batch.factors.tolist(), strict=True
            )
        ],
        types=(raw.kind, raw.itemsize, _is_big_endian(raw), batch.out.itemsize),
        invalid=mark,
        threads=threads,
    )
    rest = (0,) * (len(Invalid) - 4)
    return [Tally(pixels, (*reasons, *rest)) for pixels, reasons in found]


def _can_correct(correction: Correction, batch: Batch) -> bool:
    raw, out, mask = batch.raw, batch.out, batch.mask
    written = [out] if mask is None else [out, mask]
    images = (*correction.dark.images, *correction.flat.images)
    return (
        raw.size > 0
        and (raw.dtype.kind in "iu" or raw.dtype.itemsize in {4, 8})
        and out.dtype.isnative
        and out.dtype.itemsize in {4, 8}
        and all(array.flags.c_contiguous for array in (raw, *written, *images))
        and all(_is_float64(image) for image in images)
        and correction.floor >= sys.float_info.min
        and not _overlap([*images, raw], written)
    )


def _is_float64(image: Array) -> bool:
    return image.dtype == np.dtype(np.float64) and image.flags.aligned


def _overlap(read: list[Array], written: list[Array]) -> bool:
    pairs = [(one, other) for one in written for other in read]
    if len(written) > 1:
        pairs.append((written[0], written[1]))
    return any(np.may_share_memory(one, other) for one, other in pairs)


def _is_big_endian(dtype: np.dtype[Any]) -> bool:
    return dtype.byteorder == ">" or (dtype.byteorder == "=" and sys.byteorder == "big")


def _bytes_of(mask: Array) -> Array:
    """Return bytes that are not 0 where a mask is not."""
    return np.ascontiguousarray(np.asarray(mask) != 0).view(np.uint8)


def _is_plain(invalid: object, dtype: np.dtype[Any]) -> bool:
    """Tell whether NumPy compares pixels with `invalid` as `dtype` or exactly."""
    if type(invalid) is float and dtype.kind != "f" and dtype.itemsize == 8:  # noqa: PLR2004 (bytes of an int64)
        return abs(invalid) < _EXACT
    return type(invalid) in {int, float}


def _stored(invalid: float, dtype: np.dtype[Any]) -> bytes | None:
    """Return the pixel that equals `invalid`; None if the type has none."""
    if dtype.kind == "f":
        with np.errstate(all="ignore"):  # too large is infinite
            return np.asarray(invalid, dtype).tobytes()
    limits = np.iinfo(dtype)
    if not limits.min <= invalid <= limits.max or int(invalid) != invalid:
        return None
    return np.asarray(int(invalid), dtype).tobytes()

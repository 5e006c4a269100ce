"""The correction in one native loop, several frames at once."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.engine.native import (
    ChunkRoom,
    FileRoom,
    Selected,
    correct,
    is_available,
    new_corrector,
)
from beamio.flatfield.correction import Batch, Correction
from beamio.flatfield.invalid import FILLS, Invalid, Tally
from beamio.model import Array

_EXACT = 2**53
"""Integers up to this one are float64."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stream:
    """Frames on their way through the correction, from one place to another."""

    raw: Array | Sequence[Selected]
    """Shape (frames, rows, columns), in counts; or where each frame is, as a run."""
    raw_type: np.dtype[Any]
    positions: Array
    """Of each frame."""
    factors: Array
    """What each frame is multiplied with; NaN where it had no beam."""
    out: Array | FileRoom | ChunkRoom
    """What gets the corrected frames."""
    out_type: np.dtype[Any]
    mask: Array | None = None
    """uint8, filled with the bits of `Invalid`."""


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """What became of a frame."""

    tally: Tally
    lengths: Sequence[int]
    """Of its encoded chunks, if they were encoded."""


def fill_frames(
    correction: Correction, batch: Batch, *, threads: int
) -> list[Tally] | None:
    """Correct a batch; None if NumPy must do it."""
    stream = Stream(
        raw=batch.raw,
        raw_type=batch.raw.dtype,
        positions=batch.positions,
        factors=batch.factors,
        out=batch.out,
        out_type=batch.out.dtype,
        mask=batch.mask,
    )
    passed = pass_frames(correction, stream, threads=threads)
    return None if passed is None else [frame.tally for frame in passed]


def pass_frames(
    correction: Correction, stream: Stream, *, threads: int
) -> list[Passed] | None:
    """Correct frames a tile at a time, from where they are to where they go.

    None if NumPy must correct them; nothing was written then.

    Raises
    ------
    DamagedFileError, UnreadableError
        If raw pixels can't be read.
    UnwrittenError
        If corrected ones can't be written.
    """
    if not is_available() or not _can_correct(correction, stream):
        return None
    raw = stream.raw_type
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
    places = [
        (
            correction.dark.neighbours(position),
            correction.flat.neighbours(position),
            factor,
        )
        for position, factor in zip(
            stream.positions.tolist(), stream.factors.tolist(), strict=True
        )
    ]
    found = correct(
        corrector,
        stream.raw,
        stream.out,
        stream.mask,
        places,
        types=(raw.kind, raw.itemsize, _is_big_endian(raw), stream.out_type.itemsize),
        invalid=mark,
        threads=threads,
    )
    rest = (0,) * (len(Invalid) - 4)
    return [
        Passed(Tally(pixels, (*reasons, *rest)), lengths)
        for pixels, reasons, lengths in found
    ]


def _can_correct(correction: Correction, stream: Stream) -> bool:
    raw, out = stream.raw_type, stream.out_type
    images = [*correction.dark.images, *correction.flat.images]
    read = [*images, *_arrays(stream.raw)]
    written = _arrays(stream.out, stream.mask)
    return (
        all(array.size > 0 for array in read)
        and (raw.kind in "iu" or raw.itemsize in {4, 8})
        and out.isnative
        and out.itemsize in {4, 8}
        and all(array.flags.c_contiguous for array in (*read, *written))
        and all(_is_float64(image) for image in images)
        and correction.floor >= sys.float_info.min
        and not _overlap(read, written)
    )


def _arrays(*places: object) -> list[Array]:
    return [place for place in places if isinstance(place, np.ndarray)]


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

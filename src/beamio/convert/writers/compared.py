"""Whether a file reads back as what was written."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from beamio.errors import BeamioError, OutputError
from beamio.formats.images import ImageFrames
from beamio.model import Array, Region


def digest(values: Array) -> int:
    """Return what two arrays of the same values, in any byte order, have in common."""
    plain = np.ascontiguousarray(values)
    if plain.dtype.kind in "iufcmMU":
        plain = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
    data = plain.reshape(-1).view(np.uint8) if plain.size else np.empty(0, np.uint8)
    # Against mistakes and bad disks, not against people; hashes take ten times as long.
    return zlib.crc32(data.data)


def check_same(found: Sequence[Any], wanted: Sequence[Any], place: str) -> None:
    """Raise `OutputError` unless what was read is what was written."""
    if list(found) != list(wanted):
        raise OutputError(
            f"{place}: what was written does not read back the same; it was not kept. "
            "Try another disk, or another format",
            place=place,
        )


def check_images(part: Path, place: str, wanted: Sequence[int]) -> None:
    """Read the images of a file and compare their digests.

    Parameters
    ----------
    part
        The file.
    place
        What messages call it.
    wanted
        The digest of each image.
    """
    try:
        frames = ImageFrames([str(part)])
        whole = Region.whole(frames.shape[1:])
        found = [digest(frames.read(i, whole)) for i in range(frames.shape[0])]
    except BeamioError as error:
        raise OutputError(
            f"{place}: what was written can't be read back ({error}); it was not kept",
            place=place,
        ) from error
    check_same(found, wanted, place)

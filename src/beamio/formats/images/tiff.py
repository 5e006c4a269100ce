"""Where the images of a TIFF file are; fabio's TiffIO parses the tags.

MarCCD and Pilatus TIFF files are TIFF files with more of a header.
"""

import os
from collections.abc import Sequence
from math import prod
from typing import IO, Any

import numpy as np
from fabio.TiffIO import TiffIO
from fabio.tifimage import TifImage

from beamio.errors import DamagedFileError
from beamio.formats.images.decoded import pillow_images
from beamio.formats.images.listening import damaged
from beamio.formats.images.pixels import Pixels, check_there
from beamio.formats.images.stored import Stored
from beamio.formats.images.stream import opened

_KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}
"""Of the values of the tag SampleFormat; 4 is undefined, which fabio takes as 1."""
_BITS = {"u": (8, 16, 32, 64), "i": (8, 16, 32, 64), "f": (32, 64), "V": ()}
_FILL_ORDER, _PLANAR, _TILES = 266, 284, 324
_BIG = (b"II+\0", b"MM\0+")


def tiff_images(file: str, reader: TifImage) -> list[Stored]:
    """Return the images of a TIFF file; only tags are read.

    Parameters
    ----------
    reader
        fabio's object for files of this sort.
    """
    with opened(file) as stream:
        if stream.read(4) in _BIG:
            return pillow_images(file, reader)
        tags = _directories(file, stream)
        count = len(tags._IFD)  # noqa: SLF001 (getNumberOfImages looks for them again)
        images = [_image(file, index, tags, reader) for index in range(count)]
    size = os.stat(file).st_size  # noqa: PTH116 (one call for each of many files)
    for image in images:
        if isinstance(image.pixels, Pixels):
            check_there(image.pixels, size, image.nbytes, image.place)
    if any(image.pixels == "Pillow" for image in images):
        return _as_decoded(images, pillow_images(file, reader))
    return images


def _as_decoded(images: list[Stored], pages: list[Stored]) -> list[Stored]:
    """Return images, those that Pillow decodes as it and fabio show them."""
    if len(images) != len(pages):
        raise damaged(
            images[0].file, f"it has {len(images)} pages, Pillow finds {len(pages)}"
        )
    return [
        page if image.pixels == "Pillow" else image
        for image, page in zip(images, pages, strict=True)
    ]


class _Once:
    """A file in which no place may be visited twice."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._visited: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def seek(self, offset: int) -> int:
        """Move to a place that was not visited before."""
        if offset in self._visited:
            raise DamagedFileError("its directories form a circle")
        self._visited.add(offset)
        return self._file.seek(offset)


def _directories(file: str, stream: IO[bytes]) -> Any:
    """Return fabio's object that holds where the directories are."""
    try:
        tags = TiffIO(_Once(stream))
    except DamagedFileError as error:  # TiffIO would go round for ever
        raise damaged(file, error) from None
    tags.fd = stream
    return tags


def _image(file: str, index: int, tags: Any, reader: TifImage) -> Stored:
    info = tags.getInfo(index)
    fields = reader._create_frame(None, info).header  # noqa: SLF001 (what this sort shows)
    bits = info["nBits"]
    samples = list(bits) if isinstance(bits, Sequence) else [bits]
    kind = _KINDS.get(info["sampleFormat"], "V")
    shape: tuple[int, ...] = (info["nRows"], info["nColumns"])
    if len(samples) > 1:
        shape = (*shape, len(samples))
    elsewhere = Stored(file, index, shape, np.dtype("u1"), fields, "Pillow")
    if set(samples) > {samples[0]} or samples[0] not in _BITS[kind]:
        return elsewhere
    if not _is_plain(index, tags, info, samples):
        return elsewhere
    dtype = np.dtype(f"{tags._structChar}{kind}{samples[0] // 8}")  # noqa: SLF001 (nowhere else)
    parts = _strips(info, shape, dtype, elsewhere.place)
    if parts is None:
        return elsewhere
    return Stored(file, index, shape, dtype, fields, Pixels(file, parts))


def _is_plain(index: int, tags: Any, info: Any, samples: Sequence[int]) -> bool:
    """Tell whether the pixels of the strips are as in memory, but for byte order."""
    numbers, _, _, values = tags._parseImageFileDirectory(index)  # noqa: SLF001 (more tags than getInfo has)
    found = dict(zip(numbers, values, strict=True))
    is_planar = len(samples) > 1 and found.get(_PLANAR, 1) != 1
    is_odd = is_planar or found.get(_FILL_ORDER, 1) != 1 or _TILES in found
    return not info["compression"] and info["colormap"] is None and not is_odd


def _strips(
    info: Any, shape: tuple[int, ...], dtype: np.dtype[Any], place: str
) -> tuple[tuple[int, int], ...] | None:
    """Return length and offset of each strip."""
    rows, row_bytes = shape[0], prod(shape[1:]) * dtype.itemsize
    each, offsets = info["rowsPerStrip"], info["stripOffsets"]
    if not all(isinstance(number, int) for number in (each, *offsets)) or each < 1:
        return None  # TiffIO does not decode two short numbers
    count = -(-rows // each)
    if len(offsets) < count:
        raise damaged(place, f"{len(offsets)} of {count} strips are there")
    heights = [each] * (count - 1) + [rows - each * (count - 1)]
    lengths = [height * row_bytes for height in heights]
    return _joined(list(zip(lengths, offsets, strict=False)))


def _joined(parts: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return parts with those in one that follow each other.

    Examples
    --------
    >>> _joined([(4, 8), (4, 12), (2, 30)])
    ((8, 8), (2, 30))
    """
    joined: list[tuple[int, int]] = []
    for length, offset in parts:
        if joined and sum(joined[-1]) == offset:
            joined[-1] = (joined[-1][0] + length, joined[-1][1])
        else:
            joined.append((length, offset))
    return tuple(joined)

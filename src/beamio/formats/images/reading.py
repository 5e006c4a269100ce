"""Pixels of images from files to memory, many in one call of the engine."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby, islice
from typing import IO

import numpy as np

from beamio.engine.native import (
    Picks,
)
from beamio.engine.native import read as read_jobs
from beamio.engine.threads import in_order, usable_threads
from beamio.formats.images.codes import decoded
from beamio.formats.images.listening import truthful
from beamio.formats.images.pixels import Pixels
from beamio.formats.images.sources import OPEN_FILES, is_direct, sources
from beamio.formats.images.stored import Stored
from beamio.formats.images.stream import drain, opened, read_part
from beamio.model import Array

_BUFFER = 1 << 26
"""Bytes of pixels that wait to become those of another type, about."""


def read_many(
    images: Sequence[Stored],
    out: Array,
    *,
    picks: Sequence[Picks] | None = None,
    threads: int | None = None,
) -> None:
    """Fill an array with the pixels of images of one shape.

    Parameters
    ----------
    images
        Of one file or of many, in any order.
    out
        Shape (images, rows, columns) of what is picked, of a type that holds the
        pixels of each.
    picks
        Start, step and count along each axis of an image; else all of it.
    threads
        How many read and decode; see `beamio.engine.threads.usable_threads`.

    Raises
    ------
    UnreadableError
        If the bytes of an image are not all there, or do not decode.
    """
    threads = usable_threads(threads)
    direct: list[Target] = []
    rest: list[Target] = []
    for place, image in enumerate(images):
        target = (image, out[place])
        (direct if is_direct(image) else rest).append(target)
    for batch in _batches(direct):
        _read_direct(batch, picks, threads)
    works = [list(work) for _, work in groupby(rest, _source_of)]
    for _ in in_order(lambda work: _read_rest(work, picks), works, threads=threads):
        pass


Target = tuple[Stored, Array]
"""An image, and the array that its pixels go to."""


def _batches(targets: Sequence[Target]) -> Iterator[list[Target]]:
    """Yield images of so many files as may be open; of other types, few at a time."""
    by_file = groupby(targets, _source_of)
    while group := [
        target for _, work in islice(by_file, OPEN_FILES) for target in work
    ]:
        image, out = group[0]
        size = len(group) if _fits(image, out) else max(1, _BUFFER // out.nbytes)
        for start in range(0, len(group), size):
            yield group[start : start + size]


def _source_of(target: Target) -> object:
    """Return what images have in common that are read one after the other."""
    image = target[0]
    if not isinstance(image.pixels, Pixels):
        return image.file, image.index
    if is_direct(image) or image.pixels.wrapping:
        return image.pixels.file
    return image.pixels.file, image.pixels.parts


def _read_direct(
    targets: Sequence[Target], picks: Sequence[Picks] | None, threads: int
) -> None:
    buffers = [_buffer(image, out) for image, out in targets]
    images = [image for image, _ in targets]
    with ExitStack() as stack:
        found = sources(images, picks, stack, threads=threads)
        jobs = [each.into(buffer) for each, buffer in zip(found, buffers, strict=True)]
        read_jobs(jobs, threads=threads)
    for (_, out), buffer in zip(targets, buffers, strict=True):
        _settle(out, buffer)


def _fits(image: Stored, out: Array) -> bool:
    """Tell whether an array has room for pixels as they are in the file."""
    return out.dtype.newbyteorder("=") == image.dtype.newbyteorder("=")


def _buffer(image: Stored, out: Array) -> Array:
    """Return memory for pixels as they are in the file; of `out` if they fit there."""
    if _fits(image, out):
        return out.view(image.dtype)
    return np.empty(out.shape, image.dtype)


def _settle(out: Array, buffer: Array) -> None:
    """Turn pixels as they were in the file into those of `out`."""
    if not np.may_share_memory(out, buffer):
        out[...] = buffer
    elif out.dtype != buffer.dtype:
        out.byteswap(inplace=True)


def _read_rest(work: Sequence[Target], picks: Sequence[Picks] | None) -> None:
    """Read images of one file that the engine does not find."""
    chosen = tuple(
        slice(start, start + step * count, step) for start, step, count in picks or ()
    )
    image = work[0][0]
    if not isinstance(image.pixels, Pixels):
        values = _decoded_elsewhere(image)[chosen]
        for _, out in work:  # all of the same image
            out[...] = values
        return
    with opened(image.pixels.file) as stream, truthful(image.place):
        for image, out in work:
            out[...] = _decoded_here(image, stream)[chosen]
        drain(stream)


def _decoded_here(image: Stored, stream: IO[bytes]) -> Array:
    pixels = image.pixels
    assert isinstance(pixels, Pixels)  # noqa: S101 (images of one file are alike)
    parts = [read_part(stream, *part, image.place) for part in pixels.parts]
    return decoded(image, pixels, b"".join(parts))


def _decoded_elsewhere(image: Stored) -> Array:
    from beamio.formats.images.decoded import decode, decode_page
    from beamio.formats.images.unended import decode_packed

    if image.pixels == "Pillow":
        return decode_page(image)
    if image.pixels == "mar345":
        with truthful(image.place):
            return decode_packed(image)
    return decode(image)

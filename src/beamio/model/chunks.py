"""The shape of chunks that suit frames from a detector."""

from collections.abc import Sequence
from math import prod

FRAME = 4 << 20
"""Bytes of a chunk that holds a frame, or a part of one, at most."""
GROUP = 1 << 20
"""Bytes of a chunk that holds several small frames, at most."""
GROWTH = 1 << 16
"""Bytes of a chunk along an axis that is to grow, and is still shorter, at most."""


def chunk_shape(
    shape: Sequence[int],
    itemsize: int,
    *,
    maxshape: Sequence[int | None] | None = None,
    grouped: bool = True,
) -> tuple[int, ...]:
    """Return the shape of chunks for a dataset.

    A chunk is a frame, which is the last two axes, or a band of whole rows of it,
    of 4 MiB at most. Small frames are grouped along the axes before, up to 1 MiB.
    One dimension is cut in pieces of 1 MiB. Along an axis that is to grow, a chunk
    may be longer than the dataset is now, up to 64 KiB.

    Parameters
    ----------
    shape
        Lengths of the dataset, one or more.
    itemsize
        Bytes of a value.
    maxshape
        Lengths to which it may grow, None without a limit; by default none grows.
    grouped
        Whether a chunk may hold several frames.

    Examples
    --------
    >>> chunk_shape((1000, 2167, 2070), 4)
    (1, 434, 2070)
    >>> chunk_shape((1000, 256, 256), 2)
    (8, 256, 256)
    >>> chunk_shape((0, 512, 512), 2, maxshape=(None, 512, 512))
    (1, 512, 512)
    """
    itemsize = max(itemsize, 1)
    limits = list(shape) if maxshape is None else list(maxshape)
    chunks = [1] * len(shape)
    for axis in reversed(range(len(shape))):
        in_frame = axis >= len(shape) - 2 and len(shape) > 1
        if not in_frame and not grouped and len(shape) > 1:
            break
        inner = prod(chunks) * itemsize
        length = _present_or_coming(shape[axis], limits[axis], inner)
        chunks[axis] = _part(length, (FRAME if in_frame else GROUP) // inner)
        if chunks[axis] < length:
            break
    return tuple(chunks)


def _present_or_coming(length: int, limit: int | None, inner: int) -> int:
    """Return how long an axis is, or will soon be, each step of `inner` bytes."""
    soon = max(length, GROWTH // inner)
    return max(1, soon if limit is None else min(soon, limit))


def _part(length: int, most: int) -> int:
    """Return the length of equal parts, each `most` long at most."""
    parts = -(-length // max(1, most))
    return -(-length // parts)

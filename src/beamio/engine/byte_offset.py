"""Frames in the byte offsets of CBF files (``x-CBF_BYTE_OFFSET``).

Such a frame is a layout of one chunk, so that it is read and corrected as any other::

    layout = byte_offset_layout((rows, columns), dtype, offset=..., length=...)
    source = Selected(layout, [OpenFile(descriptor, path)], picks, place)
    read([source.into(out)], threads=threads)
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from beamio.engine.native import (
    decode_chunk,
    encode_chunks,
    is_available,
    new_encoder,
    new_layout,
)
from beamio.errors import OptionError
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Layout

BYTE_OFFSET = 1 << 16
"""The number of the filter here; HDF5's end at 65535, so no file of it can name it."""


def byte_offset_layout(
    shape: tuple[int, int], dtype: np.dtype[Any], *, offset: int, length: int
) -> "Layout | None":
    """Return where the pixels of one frame lie; None if they can't be decoded here.

    Reading gives `CorruptChunkError` where the bytes hold fewer pixels, or more, and
    `DamagedFileError` where the file ends before them. Sums wrap.

    Parameters
    ----------
    shape
        Rows and columns. Make sure that the frame may be so large: its file may lie.
    dtype
        Of a pixel: integers of 1 to 8 bytes, in little-endian order.
    offset
        Of the first encoded byte in the file: behind ``0c 1a 04 d5``.
    length
        How many encoded bytes there are (``X-Binary-Size``).

    Examples
    --------
    >>> layout = byte_offset_layout((2, 3), np.dtype("<i4"), offset=4096, length=8)
    >>> layout.run([(0, 1, 2), (0, 1, 3)])  # None: the pixels don't lie there plain
    """
    if not _has_byte_offsets(dtype) or 0 in shape:
        return None
    numbers = (np.array([number], np.uint64) for number in (0, 0, length))
    return new_layout(
        shape,
        dtype.itemsize,
        fill=bytes(dtype.itemsize),
        extents=[(length, 0, offset)],
        chunk=shape,
        filters=_filters(dtype),
        table=(*numbers, np.zeros(1, np.uint32)),
    )


def decode_frame(
    data: bytes, shape: tuple[int, int], dtype: np.dtype[Any], *, place: str
) -> Array | None:
    """Return a frame whose encoded bytes are in memory, shape (rows, columns).

    None if it can't be decoded here, as for `byte_offset_layout`.

    Raises
    ------
    CorruptChunkError
        If the bytes hold fewer pixels, or more; the message calls them `place`.

    Examples
    --------
    >>> data = bytes([5, 1, 255, 128, 232, 3])
    >>> decode_frame(data, (2, 2), np.dtype("<i4"), place="here")
    array([[   5,    6],
           [   5, 1005]], dtype=int32)
    """
    if not _has_byte_offsets(dtype) or not is_available():
        return None
    frame = np.empty(shape, dtype)
    decode_chunk(data, frame, _filters(dtype), place=place)
    return frame


def encode_frames(
    frames: Array, write: Callable[[int, memoryview], None], *, threads: int
) -> None:
    """Encode frames in threads, while those before are written.

    Differences wrap as integers of 32 bits (of 64 for such pixels), as fabio's do.

    Parameters
    ----------
    frames
        Integers, shape (frames, rows, columns).
    write
        Is called in this thread with the number of each frame, in order, and its
        encoded bytes, which are there only meanwhile.
    threads
        How many are encoded at the same time.

    Raises
    ------
    OptionError
        If the pixels are no integers.

    Examples
    --------
    >>> frames = np.array([[[5, 6], [5, 1005]]], np.int32)
    >>> encode_frames(frames, lambda i, data: print(i, list(data)), threads=1)
    0 [5, 1, 255, 128, 232, 3]
    """
    dtype = frames.dtype.newbyteorder("<")
    if not _has_byte_offsets(dtype):
        raise OptionError(f"byte offsets are for integers, not {frames.dtype}")
    if frames.size == 0:
        return
    chunk = (1, *frames.shape[1:])
    encoder = new_encoder(chunk, bytes(dtype.itemsize), _filters(dtype))
    if encoder is None:
        _encode_slowly(frames, write)
        return
    encode_chunks(
        encoder,
        frames.astype(dtype, copy=False),
        chunk,
        lambda cell, data: write(cell[0], data),
        threads=threads,
    )


def _encode_slowly(frames: Array, write: Callable[[int, memoryview], None]) -> None:
    # Not its quick way, which writes 0 for a difference of -2^31.
    from fabio.compression.compression import compByteOffset_numpy

    for i, frame in enumerate(frames):
        write(i, memoryview(compByteOffset_numpy(frame)))


def _has_byte_offsets(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in "iu" and dtype == dtype.newbyteorder("<")


def _filters(dtype: np.dtype[Any]) -> list[tuple[int, list[int]]]:
    return [(BYTE_OFFSET, [int(dtype.kind == "i")])]

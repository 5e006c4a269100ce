"""How the frames of a scan are stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.engine import check_space, usable_threads
from beamio.errors import DamagedFileError, OptionError
from beamio.formats import Frames
from beamio.formats.hdf5 import NewFile, creation_options
from beamio.formats.hdf5.filling import Filling, same_bits
from beamio.formats.hdf5.tolerance import within
from beamio.formats.joined import FramePixels
from beamio.formats.pixels import Pixels
from beamio.model import NO_COMPRESSION, Compression, chunk_shape
from beamio.nexus.nxtomo.virtual import link_frames
from beamio.view import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Storing:
    """How a scan is stored."""

    link: bool = False
    """Name the frames where they lie, and copy none."""
    compression: Compression = NO_COMPRESSION
    chunks: tuple[int, ...] | None = None
    overwrite: bool = False
    verify: bool = True
    every: bool = False
    """Whether to compare every frame of those that are linked, too."""
    threads: int | None = None


def check_frames(frames: Frames, remedy: str = "leave them out") -> None:
    """Make sure that all frames were written once.

    Raises
    ------
    DamagedFileError
        If one was not; it would read as zeros.
    """
    if frames.unwritten:
        first = min(frames.unwritten)
        raise DamagedFileError(
            f"{frames.url}: {count(len(frames.unwritten), 'frame')} were never "
            f"written, frame {first} the first of them; {remedy}",
            place=frames.url,
        )


def write_frames(
    frames: Frames,
    detector: Any,
    file: NewFile,
    storing: Storing,
    done: Callable[[int, int], None],
) -> Any:
    """Return the dataset that holds the frames: a copy, or a virtual one over them.

    Raises
    ------
    UnreadableError
        If a frame can't be read.
    OutputError
        If one reads differently from what was written, or can't be written.
    OptionError
        If the frames can't be linked, or not be stored so.
    """
    if storing.link:
        return link_frames(frames, detector, "data", file.place)
    return write_pixels(FramePixels(frames), detector, file, storing, done)


def write_pixels(
    pixels: Pixels,
    group: Any,
    file: NewFile,
    storing: Storing,
    done: Callable[[int, int], None],
) -> Any:
    """Return a new dataset ``data`` that holds a copy of frames.

    Raises
    ------
    UnreadableError, OutputError, OptionError
        As `write_frames`.
    """
    dataset = _new_dataset(pixels, group, file, storing)
    compression = storing.compression
    filling = Filling(
        file,
        dataset,
        verify=storing.verify,
        threads=usable_threads(storing.threads),
        done=done,
        compare=within(compression) if compression.is_lossy else same_bits,
    )
    filling.fill(pixels)
    return dataset


def _new_dataset(frames: Pixels, group: Any, file: NewFile, storing: Storing) -> Any:
    shape, dtype = frames.shape, np.dtype(frames.dtype)
    compression, chunks = storing.compression, storing.chunks
    if compression == NO_COMPRESSION and chunks is None:
        check_space(file.place, int(np.prod(shape, dtype=np.int64)) * dtype.itemsize)
        return file.allocate(group, "data", shape, dtype)
    if chunks is None:
        chunks = chunk_shape(shape, dtype.itemsize, grouped=compression.is_grouped)
    if len(chunks) != len(shape):
        raise OptionError(f"chunks of frames have three lengths, not {chunks}")
    chunks = tuple(map(min, chunks, shape))
    compression.check(dtype, chunks)
    return group.create_dataset(
        "data", shape, dtype, chunks=chunks, **creation_options(compression)
    )

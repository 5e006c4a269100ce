"""The one door to the native module; without it, h5py and NumPy do the work."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from beamio.engine.threads import in_order
from beamio.errors import CorruptChunkError, DamagedFileError, UnreadableError
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Corrector, Encoder, Layout

_native: Any
try:
    from beamio.engine import _native
except ImportError:  # built without a Rust toolchain
    _native = None

_BATCH = 1 << 20
"""Bytes that are encoded at a time, at least."""

Picks = tuple[int, int, int]
"""Start, step and count along one axis."""


def is_available() -> bool:
    """Tell whether the native module was built."""
    return _native is not None


@dataclass(frozen=True, slots=True, eq=False)
class OpenFile:
    """A file to read from."""

    descriptor: int
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A selection of an array in files, and the array in memory that it fills."""

    layout: "Layout"
    files: Sequence[OpenFile]
    picks: Sequence[Picks]
    out: Array
    """Of as many axes as the layout, of any strides."""
    place: str
    """What messages call the array in the files."""


def read(jobs: Sequence[Job], *, threads: int) -> None:
    """Fill the array of each job, in native threads.

    Raises
    ------
    CorruptChunkError
        If a chunk does not decode.
    DamagedFileError
        If a file is too short.
    UnreadableError
        If the system can't read it.
    NotImplementedError
        If a chunk is encoded in a way that only libhdf5 knows.
    """
    native_jobs = [
        (
            job.layout,
            [file.descriptor for file in job.files],
            job.picks,
            # Bytes of the same length: NumPy hands out every type's memory as these.
            job.out.view(np.dtype((np.void, job.out.dtype.itemsize))),
        )
        for job in jobs
    ]
    try:
        _native.read(native_jobs, threads)
    except _native.CorruptChunk as error:
        name, what, number, chunk = error.args
        place = jobs[number].place
        raise CorruptChunkError(
            f"{place}: the chunk at {tuple(chunk)} is damaged: {name} {what}; "
            "compare the file with the original",
            place=place,
            chunk=tuple(chunk),
            filter_name=name,
        ) from None
    except _native.FileCut as error:
        number, file, end = error.args
        job = jobs[number]
        path = job.files[file].path
        have = os.fstat(job.files[file].descriptor).st_size
        raise DamagedFileError(
            f"{job.place}: the file {path} is cut short: it has {have:,} bytes, "
            f"and this needs {end:,}; copy it again",
            place=job.place,
        ) from None
    except _native.UnreadableFile as error:
        number, file, code = error.args
        job = jobs[number]
        raise UnreadableError(
            f"{job.place}: the file {job.files[file].path} can't be read: "
            f"{os.strerror(code)}",
            place=job.place,
        ) from None


def new_layout(*args: Any, **facts: Any) -> "Layout | None":
    """Return where the bytes of an array lie; None if it has filters unknown here."""
    if _native is None:
        return None
    try:
        layout: Layout = _native.Layout(*args, **facts)
    except NotImplementedError:
        return None
    return layout


def new_encoder(
    chunk: Sequence[int], fill: bytes, filters: Sequence[tuple[int, Sequence[int]]]
) -> "Encoder | None":
    """Return an encoder of chunks; None if it has filters unknown here."""
    if _native is None:
        return None
    try:
        encoder: Encoder = _native.Encoder(chunk, fill, filters)
    except NotImplementedError:
        return None
    return encoder


def chunk_noter() -> int | None:
    """Return the address of what notes chunks for libhdf5; None if there is none."""
    return None if _native is None else int(_native.chunk_noter())


def start_writing(descriptor: int, offset: int, length: int) -> None:
    """Let the system write a part of a file to the disk; a later sync is short then."""
    if _native is not None:
        _native.start_writing(descriptor, offset, length)


def new_corrector(*args: Any, **rules: Any) -> "Corrector":
    """Return what corrects frames; only where the native module is available."""
    corrector: Corrector = _native.Corrector(*args, **rules)
    return corrector


def encoded_chunks(
    encoder: "Encoder", array: Array, chunk: tuple[int, ...], *, threads: int
) -> Iterator[tuple[tuple[int, ...], memoryview]]:
    """Yield each chunk of an array, encoded in threads.

    Parameters
    ----------
    encoder
        What encodes them.
    array
        The values; the first is the first of a chunk.
    chunk
        Shape of a chunk.
    threads
        How many are encoded at the same time.

    Yields
    ------
    tuple of int, memoryview
        Its place in the grid of chunks, and its bytes, valid until the next is
        asked for. No filter is skipped.
    """
    grid = [-(-length // size) for length, size in zip(array.shape, chunk, strict=True)]
    total = prod(grid)
    values = array.view(np.dtype((np.void, array.dtype.itemsize)))
    batch = max(1, min(_BATCH // max(encoder.bound, 1), -(-total // threads)))
    rooms: SimpleQueue[Array] = SimpleQueue()
    for _ in range(threads + 2):
        rooms.put(np.empty(batch * encoder.bound, np.uint8))

    def encode(first: int) -> tuple[int, Array, list[int]]:
        room = rooms.get()
        used = room[: min(batch, total - first) * encoder.bound]
        return first, room, encoder.encode(values, first, used, 1)

    firsts = range(0, total, batch)
    for first, room, encoded in in_order(encode, firsts, threads=threads):
        for i, length in enumerate(encoded):
            cell = tuple(map(int, np.unravel_index(first + i, grid)))
            start = i * encoder.bound
            yield cell, room[start : start + length].data
        rooms.put(room)

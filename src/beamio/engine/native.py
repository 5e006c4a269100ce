"""The one door to the native module; without it, h5py and NumPy do the work."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from beamio.errors import CorruptChunkError, DamagedFileError, UnreadableError
from beamio.model import Array

if TYPE_CHECKING:
    from beamio.engine._native import Corrector, Encoder, Layout

_native: Any
try:
    from beamio.engine import _native
except ImportError:  # built without a Rust toolchain
    _native = None

_LARGE = 1 << 24
"""Bytes of a result whose memory is worth to be used again."""

Picks = tuple[int, int, int]
"""Start, step and count along one axis."""


def module() -> Any:
    """Return the native module, for the modules beside this one; None without it."""
    return _native


def is_available() -> bool:
    """Tell whether the native module was built."""
    return _native is not None


def new_result(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return an array of any content, if large in memory that is used again.

    The kernel clears fresh memory, which takes as long as to decode into it.
    """
    nbytes = prod(shape) * dtype.itemsize
    if _native is None or nbytes < _LARGE:
        return np.empty(shape, dtype)
    return np.ndarray(shape, dtype, buffer=_native.Recycled(nbytes))


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


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """A selection of an array in files."""

    layout: "Layout"
    files: Sequence[OpenFile]
    picks: Sequence[Picks]
    place: str
    """What messages call the array."""

    @property
    def run(self) -> int | None:
        """The address of the first element, if all follow each other as they are."""
        return self.layout.run(self.picks)

    def into(self, out: Array) -> "Job":
        """Return the job of filling an array, of its elements, with it."""
        shape = tuple(count for _, _, count in self.picks)
        return Job(self.layout, self.files, self.picks, out.reshape(shape), self.place)


@dataclass(frozen=True, slots=True, eq=False)
class FileRoom:
    """Places in a file for images, as they are."""

    descriptor: int
    offsets: Sequence[int]
    """The first byte of each image."""


@dataclass(frozen=True, slots=True, eq=False)
class ChunkRoom:
    """Room in memory for the encoded chunks of images."""

    encoder: "Encoder"
    """Of chunks that are whole rows of an image."""
    room: Array
    """uint8, shape (images, chunks of one, bytes)."""


class UnwrittenError(OSError):
    """The system can't write to the file that a `FileRoom` belongs to."""


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
    with named(jobs):
        _native.read(native_jobs, threads)


@contextmanager
def named(sources: Sequence[Job | Selected]) -> Iterator[None]:
    """Raise what the block could not read of one of `sources` with its name."""
    try:
        yield
    except _native.CorruptChunk as error:
        name, what, number, chunk = error.args
        place = sources[number].place
        raise CorruptChunkError(
            f"{place}: the chunk at {tuple(chunk)} is damaged: {name} {what}; "
            "compare the file with the original",
            place=place,
            chunk=tuple(chunk),
            filter_name=name,
        ) from None
    except _native.FileCut as error:
        number, file, end = error.args
        source = sources[number]
        path = source.files[file].path
        have = os.fstat(source.files[file].descriptor).st_size
        raise DamagedFileError(
            f"{source.place}: the file {path} is cut short: it has {have:,} bytes, "
            f"and this needs {end:,}; copy it again",
            place=source.place,
        ) from None
    except _native.UnreadableFile as error:
        number, file, code = error.args
        source = sources[number]
        raise UnreadableError(
            f"{source.place}: the file {source.files[file].path} can't be read: "
            f"{os.strerror(code)}",
            place=source.place,
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


def decode_chunk(
    data: bytes,
    out: Array,
    filters: Sequence[tuple[int, Sequence[int]]],
    *,
    place: str,
) -> None:
    """Fill an array with one chunk that is in memory; only where `is_available`.

    Raises
    ------
    CorruptChunkError
        If it does not decode; the message calls it `place`.
    """
    try:
        decoded = _native.decode(filters, out.dtype.itemsize, out.nbytes, 0, data)
    except _native.CorruptChunk as error:
        name, what = error.args
        raise CorruptChunkError(
            f"{place}: is damaged: {name} {what}; compare the file with the original",
            place=place,
            chunk=(0,) * out.ndim,
            filter_name=name,
        ) from None
    out[...] = np.frombuffer(decoded, out.dtype).reshape(out.shape)


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


def correct(
    corrector: "Corrector",
    raw: Array | Sequence[Selected],
    out: Array | FileRoom | ChunkRoom,
    *args: Any,
    **facts: Any,
) -> list[tuple[int, list[int], list[int]]]:
    """Correct frames from where they are to where they go, in native threads.

    Where `raw` is sources, each is a run.

    Returns for each how many pixels are invalid, how many for each reason, and the
    length of each encoded chunk.

    Raises
    ------
    DamagedFileError, UnreadableError
        As `read`.
    UnwrittenError
        If a file can't be written.
    """
    source, sources = as_native(raw)
    target: Any = out
    if isinstance(out, FileRoom):
        target = (out.descriptor, list(out.offsets))
    elif isinstance(out, ChunkRoom):
        target = (out.encoder, out.room)
    with named(sources):
        try:
            found: list[tuple[int, list[int], list[int]]] = corrector.correct(
                source, target, *args, **facts
            )
        except OSError as error:
            raise UnwrittenError(error.errno, error.strerror) from None
    return found


def as_native(raw: Array | Sequence[Selected]) -> tuple[Any, Sequence[Selected]]:
    """Return frames as the native module takes them, and those that lie in files."""
    if isinstance(raw, np.ndarray):
        return raw, []
    runs = [
        (each.layout, [file.descriptor for file in each.files], each.run)
        for each in raw
    ]
    return runs, raw


def encode_chunks(
    encoder: "Encoder",
    array: Array,
    chunk: tuple[int, ...],
    write: Callable[[tuple[int, ...], memoryview], None],
    *,
    threads: int,
) -> None:
    """Encode the chunks of an array in threads, while those before are written.

    Parameters
    ----------
    encoder
        What encodes them.
    array
        The values; the first is the first of a chunk.
    chunk
        Shape of a chunk.
    write
        Is called in this thread with each chunk, in order: its place in the grid of
        chunks, and its bytes, which are there only meanwhile. No filter is skipped.
    threads
        How many are encoded at the same time.
    """
    grid = [-(-length // size) for length, size in zip(array.shape, chunk, strict=True)]
    values = array.view(np.dtype((np.void, array.dtype.itemsize)))
    room = np.empty(encoder.room(values, threads), np.uint8)
    bound = encoder.bound

    def take(first: int, start: int, lengths: list[int]) -> None:
        cells = np.transpose(np.unravel_index(range(first, first + len(lengths)), grid))
        for i, (cell, length) in enumerate(zip(cells.tolist(), lengths, strict=True)):
            place = start + i * bound
            write(tuple(cell), room[place : place + length].data)

    encoder.encode(values, room, threads, take)

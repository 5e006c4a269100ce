"""Frames passed on from where they lie into one dataset of an HDF5 file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from math import prod
from typing import Any

import numpy as np

from beamio.engine.native import (
    Selected,
    is_available,
    new_encoder,
    new_result,
)
from beamio.engine.threads import ahead
from beamio.engine.transfer import UnlikeError, copy_frames, encode_frames
from beamio.errors import OutputError
from beamio.formats.hdf5.bulk import chunk_encoder, write_selection
from beamio.formats.hdf5.create import NewFile
from beamio.formats.hdf5.storage import filters_of
from beamio.formats.hdf5.tolerance import Compare
from beamio.formats.pixels import Pixels
from beamio.model import Array

_BATCH = 256 << 20
"""Bytes that are passed on before the next files are opened."""
_READ = 32 << 20
"""Bytes that are read into memory at a time, where the engine can't read them."""
_AXES = 3
"""Frames, rows, columns."""

Done = Callable[[int, int], None]
"""Told how many frames more have arrived, and how many bytes."""


def same_bits(wanted: Array, found: Array) -> bool:
    """Tell whether two arrays are the same, bit by bit."""
    return found.tobytes() == wanted.tobytes()


class Filling:
    """Fills a dataset of frames; each is there, and compared, when `done` is called.

    Parameters
    ----------
    file
        The file that is being written.
    dataset
        A dataset of it, of which the last two axes are rows and columns: from
        `NewFile.allocate`, or in chunks.
    verify
        Whether to read back what was written and compare it.
    threads
        How many to use.
    done
        Called after each step.
    compare
        For a filter that loses information: compares what was written with what is
        read; None if nothing can.
    """

    def __init__(
        self,
        file: NewFile,
        dataset: Any,
        *,
        verify: bool,
        threads: int,
        done: Done,
        compare: Compare | None = same_bits,
    ) -> None:
        self.is_exact = compare is same_bits
        self._compare = compare
        self._file = file
        self._dataset = dataset
        self._verify = verify
        self._threads = threads
        self._done = done
        *self._leading, rows, _ = _with_columns(dataset.shape, 1)
        self._length = prod(dataset.shape[-2:]) * dataset.dtype.itemsize
        self._chunk = _chunk_of(dataset)
        self._bands = -(-rows // self._chunk[1])
        self._encoder = _encoder(dataset, self._chunk)

    def fill(self, pixels: Pixels) -> None:
        """Write all frames.

        Raises
        ------
        UnreadableError
            If a frame can't be read.
        OutputError
            If one reads differently from what was written.
        OSError
            If the file can't be written.
        """
        if not prod(pixels.shape):
            return
        step = max(1, min(pixels.at_once, _BATCH // self._length))
        for frames in self._parts(range(pixels.shape[0]), step):
            with ExitStack() as stack:
                found = self._found(pixels, frames, stack)
                if found is not None:
                    self._pass_on(pixels, frames, found)
                else:
                    self._read_and_pass_on(pixels, frames)

    def _parts(self, frames: range, step: int) -> Iterator[range]:
        """Yield parts of consecutive frames that are whole chunks."""
        step = -(-step // self._chunk[0]) * self._chunk[0]
        for first in range(frames.start, frames.stop, step):
            yield range(first, min(first + step, frames.stop))

    def _found(
        self, pixels: Pixels, frames: range, stack: ExitStack
    ) -> Sequence[Selected] | None:
        if pixels.dtype != self._dataset.dtype:
            return None
        if self._encoder is None and self._dataset.chunks is not None:
            return None
        found = pixels.sources(frames, stack)
        if found is None or any(source.run is None for source in found):
            return None
        return found

    def _read_and_pass_on(self, pixels: Pixels, frames: range) -> None:
        _, *image = pixels.shape
        step = max(1, _READ // self._length)

        def read(part: range) -> tuple[range, Array]:
            values = new_result((len(part), *image), self._dataset.dtype)
            pixels.read(part, values, threads=self._threads)
            return part, values

        for part, values in ahead(map(read, self._parts(frames, step))):
            self._pass_on(pixels, part, values)

    def _pass_on(
        self, pixels: Pixels, frames: range, raw: Array | Sequence[Selected]
    ) -> None:
        try:
            with self._file.filling():
                if self._dataset.chunks is None and is_available():
                    self._copy(frames, raw)
                elif self._encoder is not None:
                    self._encode(frames, raw)
                elif isinstance(raw, np.ndarray):
                    self._write(frames, raw)
        except UnlikeError as error:
            raise self._unlike(pixels.name(frames[error.frame])) from error
        self._file.check()

    def _unlike(self, name: str) -> OutputError:
        place = f"{self._file.place}::{self._dataset.name}"
        return OutputError(
            f"{place}: {name} reads differently from what was written, so it was not "
            "kept; run it again, and check the disk and the memory if it stays so",
            place=place,
        )

    def _copy(self, frames: range, raw: Array | Sequence[Selected]) -> None:
        room = self._file.room_for(self._dataset, frames.start, len(frames))
        copy_frames(raw, self._length, room, verify=self._verify, threads=self._threads)
        self._done(len(frames), len(frames) * self._length)

    def _encode(self, frames: range, raw: Array | Sequence[Selected]) -> None:
        dataset = self._dataset
        depth, rows, _ = self._chunk

        def write(number: int, data: memoryview) -> int | None:
            group, band = divmod(number, self._bands)
            first = frames.start + group * depth
            place = (*self._at(first), band * rows, 0)[: dataset.ndim]
            self._file.write_chunk(dataset, place, data)
            if band == self._bands - 1:
                arrived = min(depth, frames.stop - first)
                self._done(arrived, arrived * self._length)
            if not self._verify:
                return None
            return int(dataset.id.get_chunk_info_by_coord(place).byte_offset)

        encode_frames(
            self._encoder,
            raw,
            self._length,
            self._file.descriptor,
            write,
            threads=self._threads,
        )

    def _at(self, frame: int) -> tuple[int, ...]:
        """Return the place of a frame along the axes before rows and columns."""
        if len(self._leading) < 2:  # noqa: PLR2004 (they are frames, or one image)
            return (frame,) * len(self._leading)
        return tuple(map(int, np.unravel_index(frame, self._leading)))

    def _write(self, frames: range, values: Array) -> None:
        """Write frames in chunks that only h5py, or only the engine's reader, knows."""
        for part, image in self._targets(frames, values):
            if not write_selection(self._dataset, part, image, threads=self._threads):
                self._dataset[part] = image
        if self._verify:
            self._dataset.id.flush()
            for i, (part, image) in enumerate(self._targets(frames, values)):
                if not self._is_same(image, self._dataset[part]):
                    raise UnlikeError(i)
        self._done(len(frames), len(frames) * self._length)

    @property
    def is_compared(self) -> bool:
        """Whether it can be told if what was written is right."""
        return self._compare is not None

    def _is_same(self, wanted: Array, found: Array) -> bool:
        return self._compare is None or self._compare(wanted, found)

    def _targets(self, frames: range, values: Array) -> Iterator[tuple[Any, Array]]:
        """Yield what of the dataset gets which values."""
        if len(self._leading) == 1:
            yield slice(frames.start, frames.stop), values
            return
        for frame, image in zip(frames, values, strict=True):
            shape = self._dataset.shape[-2:]
            yield (*self._at(frame), ...), image.reshape(shape)


def _chunk_of(dataset: Any) -> tuple[int, int, int]:
    """Return how many frames, rows and columns a chunk has."""
    chunk = dataset.chunks or (1, *dataset.shape)[-_AXES:]
    if dataset.ndim == 1:
        return (1, chunk[-1], 1)
    return (prod(chunk[:-2]), chunk[-2], chunk[-1])


def _with_columns(shape: tuple[int, ...], columns: int) -> tuple[int, ...]:
    return shape if len(shape) > 1 else (*shape, columns)


def _encoder(dataset: Any, chunk: tuple[int, int, int]) -> Any:
    """Return what encodes chunks that are whole rows of frames; None if none does."""
    columns = _with_columns(dataset.shape, 1)[-1]
    whole = chunk[2] == columns and (chunk[0] == 1 or dataset.ndim == _AXES)
    if dataset.chunks is None or not whole or chunk_encoder(dataset) is None:
        return None
    filters = filters_of(dataset.id.get_create_plist())
    return new_encoder(chunk, bytes(dataset.dtype.itemsize), filters)

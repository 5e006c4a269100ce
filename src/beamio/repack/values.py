"""Values of a dataset, read and written in slabs of whole chunks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import lcm, prod
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5s

from beamio.engine import ahead
from beamio.formats.hdf5 import read_selection, write_selection
from beamio.formats.hdf5.file import place_of, unreadable_data
from beamio.formats.hdf5.known import Known
from beamio.model import Array

SLAB = 64 << 20
"""Bytes of the values that are read at a time, if a chunk is not larger."""

Box = tuple[slice, ...]
Done = Callable[[int], None]
"""Told how many bytes were moved."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How a dataset is cut into cells."""

    shape: tuple[int, ...]
    cell: tuple[int, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Cells along each axis."""
        return tuple(
            -(-length // size)
            for length, size in zip(self.shape, self.cell, strict=True)
        )

    def boxes(self) -> Iterator[Box]:
        """Yield the part of the dataset that each cell is."""
        for place in product(*map(range, self.counts)):
            axes = zip(place, self.cell, self.shape, strict=True)
            yield tuple(
                slice(i * size, min((i + 1) * size, length)) for i, size, length in axes
            )


def slab_shape(
    shape: tuple[int, ...],
    chunk: tuple[int, ...],
    source_chunk: tuple[int, ...] | None,
    itemsize: int,
    limit: int = SLAB,
) -> tuple[int, ...]:
    """Return the shape of slabs of whole chunks, of `limit` bytes at most if it can be.

    Examples
    --------
    >>> slab_shape((64, 2048, 2048), (1, 2048, 2048), None, 2)
    (8, 2048, 2048)
    >>> slab_shape((64, 512, 512), (1, 512, 512), (16, 64, 64), 2)
    (64, 512, 512)
    """
    slab = list(chunk)
    for axis in reversed(range(len(shape))):
        room = limit // (prod(slab) // slab[axis] * itemsize)
        most = max(room // chunk[axis], 1) * chunk[axis]
        if source_chunk is not None:  # so that each is decoded once
            unit = lcm(chunk[axis], source_chunk[axis])
            most = most // unit * unit or most
        whole = -(-shape[axis] // chunk[axis]) * chunk[axis]
        slab[axis] = min(most, max(whole, chunk[axis]))
    return tuple(slab)


def is_one_slab(shape: tuple[int, ...], slab: tuple[int, ...]) -> bool:
    """Tell whether there is nothing to read ahead."""
    return all(length <= size for length, size in zip(shape, slab, strict=True))


def written_boxes(
    source: h5py.Dataset, chunk: tuple[int, ...], slab: tuple[int, ...]
) -> Iterator[Box]:
    """Yield the parts of a dataset that were ever written, as slabs of whole chunks.

    Parameters
    ----------
    source
        The dataset.
    chunk
        Shape of the chunks to which the parts are extended.
    slab
        Shape of the largest parts, whole chunks.
    """
    grid = Grid(source.shape, slab)
    if is_complete(source):
        yield from grid.boxes()
        return
    written = _written(source, chunk)
    for box in grid.boxes():
        cells = tuple(
            slice(side.start // size, -(-side.stop // size))
            for side, size in zip(box, chunk, strict=True)
        )
        there = written[cells]
        if there.all():
            yield box
        else:
            for cell in np.argwhere(there):
                axes = zip(box, cell, chunk, strict=True)
                yield tuple(
                    slice(b.start + i * n, min(b.start + (i + 1) * n, b.stop))
                    for b, i, n in axes
                )


def is_complete(dataset: h5py.Dataset) -> bool:
    """Tell whether there is no part that was never written."""
    if dataset.chunks is None:
        properties = dataset.id.get_create_plist()
        return bool(
            properties.get_external_count()
            or properties.get_layout() in {h5d.COMPACT, h5d.VIRTUAL}
            or dataset.id.get_storage_size()
        )
    cells = prod(Grid(dataset.shape, dataset.chunks).counts)
    return bool(dataset.id.get_num_chunks() >= cells)


def _written(source: h5py.Dataset, chunk: tuple[int, ...]) -> Array:
    """Return which cells of a grid hold a value that was written."""
    written = np.zeros(Grid(source.shape, chunk).counts, bool)
    if source.chunks is None:
        return written

    def note(about: Any) -> None:
        axes = zip(about.chunk_offset, source.chunks, chunk, source.shape, strict=True)
        written[
            tuple(
                slice(start // n, -(-min(start + size, length) // n))
                for start, size, n, length in axes
            )
        ] = True

    source.id.chunk_iter(note)
    return written


class Reader:
    """Reads boxes of a dataset, whatever its type, through the engine where it can.

    Parameters
    ----------
    dataset
        The dataset; its values have one length.
    threads
        How many to use.
    """

    def __init__(self, dataset: h5py.Dataset, threads: int | None) -> None:
        self.dataset = dataset
        self._threads = threads
        self._kind = dataset.id.get_type()
        self._known = Known()
        self._raw = np.dtype((np.void, self._kind.get_size()))
        self._dtype = dtype_of(dataset) or self._raw

    def room(self, shape: tuple[int, ...]) -> Array:
        """Return memory for boxes of a shape, to be given to `read` again and again."""
        return np.empty(prod(shape), self._dtype)

    def read(self, box: Box, room: Array) -> Array:
        """Return the values of a box, bit by bit as they are in the file.

        Raises
        ------
        UnreadableError
            If they can't be read.
        """
        shape = tuple(side.stop - side.start for side in box)
        values = room[: prod(shape)].reshape(shape)
        found = None
        if self._dtype != self._raw:
            found = read_selection(
                self.dataset,
                box,
                out=values,
                threads=self._threads,
                known=self._known,
            )
        if found is None:
            self._with_h5py(box, values)
        return values

    def _with_h5py(self, box: Box, values: Array) -> None:
        whole, part = spaces(self.dataset, box)
        try:
            self.dataset.id.read(part, whole, values.view(self._raw), mtype=self._kind)
        except OSError as error:
            place = place_of(self.dataset)
            raise unreadable_data(self.dataset, place, error) from error


def dtype_of(dataset: h5py.Dataset) -> np.dtype[Any] | None:
    """Return NumPy's type of the values of a dataset; None if there is none."""
    try:
        dtype: np.dtype[Any] = dataset.dtype
    except TypeError:
        return None
    return dtype


def spaces(dataset: h5py.Dataset, box: Box) -> tuple[Any, Any]:
    """Return the selection of a box in a dataset, and the space of its values."""
    space = dataset.id.get_space()
    if not box:
        return space, space
    start = tuple(side.start for side in box)
    counts = tuple(side.stop - side.start for side in box)
    space.select_hyperslab(start, counts)
    return space, h5s.create_simple(counts)


def copy_values(
    source: h5py.Dataset,
    target: h5py.Dataset,
    done: Done,
    *,
    threads: int | None = None,
) -> None:
    """Write what is in `source` to `target`, which has the same shape and other chunks.

    The next slab is read while one is encoded and written. What was never written
    in the one, is not in the other.
    """
    chunk = target.chunks
    itemsize = source.id.get_type().get_size()
    slab = slab_shape(source.shape, chunk, source.chunks, itemsize)
    reader = Reader(source, threads)
    rooms = [reader.room(slab) for _ in range(2)]
    boxes = enumerate(written_boxes(source, chunk, slab))
    reads = ((box, reader.read(box, rooms[i % 2])) for i, box in boxes)
    for box, values in reads if is_one_slab(source.shape, slab) else ahead(reads):
        if not write_selection(target, box, values, threads=threads):
            write_box(target, box, values)
        done(values.nbytes)


def write_box(target: h5py.Dataset, box: Box, values: Array) -> None:
    """Write the values of a box bit by bit, whatever their type."""
    kind = target.id.get_type()
    raw = values.view(np.dtype((np.void, kind.get_size())))
    whole, part = spaces(target, box)
    target.id.write(part, whole, raw, mtype=kind)

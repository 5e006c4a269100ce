"""Compare the values of two datasets, in slabs that are read ahead."""

from collections.abc import Callable, Iterator
from contextlib import closing
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.diff.chunks import StoredPair, stored_alike
from beamio.diff.options import DiffOptions
from beamio.diff.references import ReferencePair
from beamio.diff.report import ValueDifference
from beamio.diff.slabs import written_slabs
from beamio.diff.small import SMALL
from beamio.diff.types import ValueType
from beamio.diff.values import ArrayComparison
from beamio.engine import ahead, usable_threads
from beamio.formats.hdf5.storage import storage_of
from beamio.model import Array
from beamio.repack.objects import written_parts
from beamio.repack.values import Box, Grid, Reader, slab_shape

_SLAB = 32 << 20
"""Bytes of the values of one side that are read at a time, if a chunk is not larger."""
_TEXT = 64
"""Bytes that an element is taken to have that lies elsewhere in the file."""

Done = Callable[[int], None]
"""Told how many bytes of values were compared."""
Part = tuple[tuple[int, ...], Array, Array]
"""Where the first element is, and the values of A and of B."""


def type_of(dataset: Any) -> ValueType:
    """Return the type of the values of a dataset, of HDF5 or of a tree."""
    if isinstance(dataset, h5py.Dataset):
        return ValueType.of_hdf5(dataset.id.get_type())
    return ValueType(dataset.dtype)


def bytes_tell(kind: ValueType, options: DiffOptions) -> bool:
    """Tell whether equal bytes of a type are equal values."""
    return options.equal_nan or (kind.dtype is not None and kind.dtype.kind in "biuS")


class DatasetComparison:
    """Compares the values of two datasets of one shape and comparable types.

    Parameters
    ----------
    a, b
        The open datasets.
    options
        What counts as a difference.
    references
        Tells whether references lead to the same.
    """

    def __init__(
        self, a: Any, b: Any, options: DiffOptions, references: ReferencePair
    ) -> None:
        self._pair = a, b
        self._shape: tuple[int, ...] = tuple(a.shape)
        self._types = type_of(a), type_of(b)
        self._options = options
        self._threads = usable_threads(options.threads)
        self._values = ArrayComparison(options, references, threads=self._threads)
        self._itemsize = max(map(_itemsize, self._types))

    def differences(self, done: Done) -> list[ValueDifference]:
        """Compare all.

        Raises
        ------
        UnreadableError
            If anything can't be read.
        """
        total = prod(self._shape)
        if total * self._itemsize <= SMALL:
            self._compare_whole()
            done(total * self._itemsize)
        elif self._is_known and _never_written(*self._pair):
            done(total * self._itemsize)
        elif (
            self._is_known
            and bytes_tell(self._types[0], self._options)
            and stored_alike(*self._pair)
        ):
            self._compare_stored(done)
        else:
            boxes = self._boxes(self._slab())
            self._compare(((box, self._nbytes(box)) for box in boxes), done)
        return self._values.differences(total)

    @property
    def _is_known(self) -> bool:
        """Whether NumPy has the types."""
        return all(kind.dtype is not None for kind in self._types)

    def _compare_whole(self) -> None:
        try:
            one, other = (self._whole(side) for side in (0, 1))
        except OSError:
            # Without the filter, the bytes may still be the same. Text that was never
            # written, libhdf5 reads only where it may write.
            if (
                self._is_known
                and bytes_tell(self._types[0], self._options)
                and stored_alike(*self._pair)
            ):
                self._compare_stored(lambda _: None)
            elif not self._compare_written():
                raise
            return
        self._values.add(one, other)

    def _compare_written(self) -> bool:
        """Compare the parts that were written, if they are the same in both."""
        a, b = self._pair
        if getattr(a, "chunks", None) is None or getattr(b, "chunks", None) is None:
            return False
        parts = sorted(written_parts(a), key=_corner)
        if parts != sorted(written_parts(b), key=_corner) or a.fillvalue != b.fillvalue:
            return False
        for box in parts:
            one, other = (
                _as_array(item[box], kind)
                for item, kind in zip(self._pair, self._types, strict=True)
            )
            self._values.add(one, other, _corner(box))
        return True

    def _whole(self, side: int) -> Array:
        if self._types[side].dtype is None:
            box = tuple(slice(0, length) for length in self._shape)
            return self._raw(side, box)
        return _as_array(self._pair[side][()], self._types[side])

    def _slab(self) -> tuple[int, ...]:
        chunks = [getattr(each, "chunks", None) for each in self._pair]
        one, other = (
            None if chunk is None or prod(chunk) * self._itemsize > 4 * _SLAB else chunk
            for chunk in chunks
        )
        unit = one or other or (1,) * len(self._shape)
        return slab_shape(
            self._shape, unit, other if one else None, self._itemsize, _SLAB
        )

    def _boxes(self, slab: tuple[int, ...]) -> Iterator[Box]:
        """Yield the slabs that may differ: not those that nobody has written."""
        if self._is_known and _have_chunks(*self._pair):
            return written_slabs(self._pair, slab)
        return Grid(self._shape, slab).boxes()

    def _nbytes(self, box: Box) -> int:
        return int(prod(side.stop - side.start for side in box)) * self._itemsize

    def _compare_stored(self, done: Done) -> None:
        a, b = self._pair
        slab = slab_shape(self._shape, a.chunks, None, self._itemsize, _SLAB)
        chunk_bytes = prod(a.chunks) * self._itemsize
        with StoredPair(a, b, slab, self._threads) as stored:

            def wanted() -> Iterator[tuple[Box | None, int]]:
                for boxes, chunks in stored.boxes():
                    yield from ((box, 0) for box in boxes)
                    yield None, chunks * chunk_bytes

            self._compare(wanted(), done)

    def _compare(self, boxes: Iterator[tuple[Box | None, int]], done: Done) -> None:
        """Read parts of both, while those before are compared."""
        rooms = [[_Room(kind.dtype) for kind in self._types] for _ in range(2)]

        def parts() -> Iterator[tuple[Part | None, int]]:
            turn = 0
            for box, nbytes in boxes:
                if box is None:
                    yield None, nbytes
                    continue
                turn = 1 - turn
                corner = _corner(box)
                one, other = (self._read(i, box, rooms[turn][i]) for i in (0, 1))
                yield (corner, one, other), nbytes

        with closing(ahead(parts())) as found:
            for part, nbytes in found:
                if part is not None:
                    corner, one, other = part
                    self._values.add(one, other, corner)
                done(nbytes)

    def _read(self, side: int, box: Box, room: "_Room") -> Array:
        dataset, kind = self._pair[side], self._types[side]
        if kind.dtype is None:
            return self._raw(side, box)
        if kind.dtype.hasobject or kind.dtype.subdtype is not None:
            return _as_array(dataset[box], kind)
        values = room.of(tuple(part.stop - part.start for part in box))
        return np.asarray(dataset.read(box, out=values, threads=self._threads))

    def _raw(self, side: int, box: Box) -> Array:
        reader = Reader(self._pair[side], self._threads)
        return reader.read(box, reader.room(tuple(s.stop - s.start for s in box)))


def _corner(box: Box) -> tuple[int, ...]:
    return tuple(side.start for side in box)


class _Room:
    """Memory that is used again for parts of a dataset."""

    def __init__(self, dtype: np.dtype[Any] | None) -> None:
        self._dtype = np.dtype(np.uint8) if dtype is None else dtype
        self._values = np.empty(0, np.uint8)

    def of(self, shape: tuple[int, ...]) -> Array:
        """Return an array of a shape, of any content."""
        size = prod(shape)
        if self._values.size < size or self._values.dtype != self._dtype:
            self._values = np.empty(size, self._dtype)
        return self._values[:size].reshape(shape)


def _as_array(values: Any, kind: ValueType) -> Array:
    if isinstance(values, np.ndarray):
        return values
    array = np.empty((), object if kind.dtype is None else kind.dtype)
    array[()] = values
    return array


def _itemsize(kind: ValueType) -> int:
    if kind.dtype is None:
        return int(kind.hdf5.get_size())
    if kind.dtype.hasobject:
        return kind.dtype.itemsize + _TEXT
    return kind.dtype.itemsize


def _have_chunks(a: Any, b: Any) -> bool:
    """Tell whether what has no chunk in either is the same in both."""
    if any(getattr(each, "chunks", None) is None for each in (a, b)):
        return False
    one, other = storage_of(a), storage_of(b)
    return one.is_plain and one.dtype == other.dtype and one.fill == other.fill


def _never_written(a: Any, b: Any) -> bool:
    """Tell whether both hold nothing but the same fill value."""
    if not (isinstance(a, h5py.Dataset) and isinstance(b, h5py.Dataset)):
        return False
    if a.id.get_type() != b.id.get_type():
        return False
    one, other = storage_of(a), storage_of(b)
    return (
        one.is_plain
        and one.fill == other.fill
        and not any(
            each.is_virtual or each.is_external or item.id.get_storage_size()
            for each, item in ((one, a), (other, b))
        )
    )

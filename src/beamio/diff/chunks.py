"""Encoded chunks of two datasets that are stored alike, compared without decoding."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from beamio.engine import in_order
from beamio.formats.hdf5.storage import storage_of
from beamio.formats.hdf5.stored import chunk_table, descriptor_of
from beamio.model import Array
from beamio.repack.references import is_in_heap
from beamio.repack.values import Box, Grid

_FEW = 0.5
"""The part of the chunks of a slab that are read one by one, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The chunks that both have, alike in length and filters."""

    number: Array
    """The place of each in the grid of chunks, sorted."""
    a: Array
    """Where it lies in A, and in B."""
    b: Array
    length: Array


class _Grouped:
    """Rows by the slab that they are in."""

    def __init__(self, slabs: Array) -> None:
        self._order = np.argsort(slabs, kind="stable")
        self.slabs: Array = slabs[self._order]

    def of(self, slab: int) -> Array:
        """Return the rows that are in a slab."""
        first, last = np.searchsorted(self.slabs, [slab, slab + 1])
        return np.asarray(self._order[first:last])


class StoredPair:
    """Tells which chunks of two datasets may hold other values.

    Equal bytes that were encoded by the same filters are equal values.
    """

    def __init__(self, a: Any, b: Any, slab: tuple[int, ...], threads: int) -> None:
        self._chunk = a.chunks
        self._grid = Grid(a.shape, self._chunk)
        self._slab = tuple(
            size // unit for size, unit in zip(slab, self._chunk, strict=True)
        )
        self._threads = threads
        self._room = threading.local()
        self._stack = ExitStack()
        self._files = [
            self._stack.enter_context(descriptor_of(each)) for each in (a, b)
        ]
        self._same, self._other = _cells(a, b)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def boxes(self) -> Iterator[tuple[list[Box], int]]:
        """Yield parts that may differ, slab by slab, and how many chunks were seen."""
        same = _Grouped(self._slab_of(self._same.number))
        other = _Grouped(self._slab_of(self._other))
        for slab in np.union1d(same.slabs, other.slabs).tolist():
            rows, apart = same.of(slab), self._other[other.of(slab)]
            cells = np.concatenate([self._unlike(rows), apart])
            of = rows.size + apart.size
            yield self._as_boxes(slab, cells, of), of

    def _slab_of(self, cells: Array) -> Array:
        places = np.unravel_index(cells.astype(np.int64), self._grid.counts)
        slabs = [place // size for place, size in zip(places, self._slab, strict=True)]
        return np.asarray(np.ravel_multi_index(slabs, self._slabs))

    @property
    def _slabs(self) -> tuple[int, ...]:
        return tuple(
            -(-count // size)
            for count, size in zip(self._grid.counts, self._slab, strict=True)
        )

    def _unlike(self, rows: Array) -> Array:
        """Return the chunks of some rows whose bytes are not the same."""
        cells = self._same
        jobs = zip(
            cells.a[rows].tolist(),
            cells.b[rows].tolist(),
            cells.length[rows].tolist(),
            strict=True,
        )
        threads = min(self._threads, rows.size) or 1
        same = np.fromiter(in_order(self._is_same, jobs, threads=threads), bool)
        return np.asarray(cells.number[rows[~same]])

    def _is_same(self, job: tuple[int, int, int]) -> bool:
        a, b, length = job
        one, other = self._rooms(length)
        for file, room, place in zip(self._files, (one, other), (a, b), strict=True):
            if os.preadv(file, [room.data], place) != length:
                return False  # who reads it says what is wrong
        return bool(np.array_equal(one, other))

    def _rooms(self, length: int) -> Sequence[Array]:
        kept = getattr(self._room, "kept", None)
        if kept is None or kept[0].size < length:
            kept = self._room.kept = [np.empty(length, np.uint8) for _ in range(2)]
        return [each[:length] for each in kept]

    def _as_boxes(self, slab: int, cells: Array, of: int) -> list[Box]:
        """Return chunks as parts of the dataset: one by one, or the whole slab."""
        if not cells.size:
            return []
        sizes, shape = self._chunk, self._grid.shape
        if cells.size > _FEW * of:
            places = np.array([np.unravel_index(slab, self._slabs)])
            sizes = tuple(n * m for n, m in zip(self._slab, sizes, strict=True))
        else:
            places = np.transpose(
                np.unravel_index(np.sort(cells).astype(np.int64), self._grid.counts)
            )
        return [
            tuple(
                slice(i * size, min((i + 1) * size, length))
                for i, size, length in zip(place, sizes, shape, strict=True)
            )
            for place in places.tolist()
        ]


def stored_alike(a: Any, b: Any) -> bool:
    """Tell whether equal bytes of the chunks of two datasets are equal values."""
    if getattr(a, "chunks", None) is None or a.chunks != b.chunks:
        return False
    kind = a.id.get_type()
    if kind != b.id.get_type() or is_in_heap(kind):
        return False
    one, other = storage_of(a), storage_of(b)
    return (
        one.filters == other.filters
        and one.edges_unfiltered == other.edges_unfiltered
        and one.is_plain
        and one.fill == other.fill
        and all(each.is_steady and each.descriptor is not None for each in (one, other))
    )


def _cells(a: Any, b: Any) -> tuple[_Cells, Array]:
    """Return the chunks that may be the same bytes, and those that are not."""
    (cells_a, at_a, length_a, mask_a), (cells_b, at_b, length_b, mask_b) = (
        chunk_table(each, each.chunks) for each in (a, b)
    )
    both, in_a, in_b = np.intersect1d(
        cells_a, cells_b, assume_unique=True, return_indices=True
    )
    alike = (length_a[in_a] == length_b[in_b]) & (mask_a[in_a] == mask_b[in_b])
    same = _Cells(
        both[alike], at_a[in_a][alike], at_b[in_b][alike], length_a[in_a][alike]
    )
    either = np.union1d(cells_a, cells_b)
    return same, np.setdiff1d(either, same.number, assume_unique=True)

"""Read all that a dataset holds, chunk by chunk where something is wrong."""

from collections.abc import Iterator
from contextlib import suppress
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.check.notes import BROKEN, Notes, after_place
from beamio.check.report import ERROR, Finding
from beamio.diff.slabs import written_slabs
from beamio.diff.small import raw_values
from beamio.model import Array
from beamio.repack.objects import written_parts
from beamio.repack.values import Box, Grid, Reader, dtype_of, slab_shape

_SLAB = 32 << 20
"""Bytes of values that are read at a time, if a chunk is not larger."""
_SHOWN = 3


class Decoding:
    """Reads datasets in full, in the engine's threads where it knows how.

    Parameters
    ----------
    notes
        Where to write what is found.
    threads
        How many to use.
    """

    def __init__(self, notes: Notes, threads: int | None) -> None:
        self._notes = notes
        self._threads = threads
        self._room = np.empty(0, np.uint8)

    def check(self, path: str, dataset: Any) -> None:
        """Read all that was written of a dataset; note which chunks can't be."""
        with suppress(OSError):  # then it is looked at chunk by chunk
            raw = raw_values(dataset)
            if raw is not None:
                self._notes.at(path, deep=raw.nbytes)
                return
        bad: dict[tuple[int, ...], str] = {}
        for box, nbytes in self._parts(dataset):
            try:
                self._read(dataset, box)
            except (*BROKEN, MemoryError) as error:
                bad |= self._bad_chunks(path, dataset, box, error)
            self._notes.at(path, deep=nbytes)
        if bad:
            self._note(path, dataset, bad)

    def _note(self, path: str, dataset: Any, bad: dict[tuple[int, ...], str]) -> None:
        why = next(iter(bad.values()))
        if not getattr(dataset, "chunks", None):
            self._notes.error("unreadable values", path, why)
            return
        shown = ", ".join(map(str, list(bad)[:_SHOWN]))
        more = ", ..." if len(bad) > _SHOWN else ""
        number = dataset.id.get_num_chunks()
        finding = Finding(
            ERROR,
            "damaged chunks",
            path,
            f"{len(bad):,} of {number:,} chunks can't be decoded, at {shown}{more}; "
            f"the first: {why}",
            "the other chunks are sound",
            tuple(bad),
        )
        self._notes.note(finding)

    def _parts(self, dataset: Any) -> Iterator[tuple[Box, int]]:
        """Yield what was written of a dataset in parts, and their bytes."""
        if not dataset.shape:
            yield (), 0 if dataset.shape is None else 1
            return
        if _is_all_fill(dataset):
            return
        dtype = dtype_of(dataset)
        itemsize = _itemsize(dataset, dtype)
        chunks = getattr(dataset, "chunks", None)
        unit = chunks or (1,) * len(dataset.shape)
        slab = slab_shape(dataset.shape, unit, None, itemsize, _SLAB)
        boxes: Any = Grid(dataset.shape, slab).boxes()
        if isinstance(dataset, h5py.Dataset) and dtype is not None:
            if dtype.hasobject:
                boxes = written_parts(dataset)
            elif chunks:
                boxes = written_slabs([dataset], slab)
        for box in boxes:
            sides = (side.stop - side.start for side in box)
            yield box, int(prod(sides)) * itemsize

    def _read(self, dataset: Any, box: Box) -> None:
        dtype = dtype_of(dataset)
        if dtype is None:
            reader = Reader(dataset, self._threads)
            reader.read(box, reader.room(tuple(s.stop - s.start for s in box)))
        elif not box or dtype.hasobject or dtype.subdtype is not None:
            dataset[box]
        else:
            out = self._room_for(tuple(s.stop - s.start for s in box), dtype)
            dataset.read(box, out=out, threads=self._threads)

    def _room_for(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        nbytes = prod(shape) * dtype.itemsize
        if self._room.size < nbytes:
            self._room = np.empty(nbytes, np.uint8)
        return self._room[:nbytes].view(dtype).reshape(shape)

    def _bad_chunks(
        self, path: str, dataset: Any, box: Box, error: BaseException
    ) -> dict[tuple[int, ...], str]:
        """Return the chunks of a part that can't be read, each with the reason."""
        place = f"{dataset.file.filename}::{dataset.name}"
        chunk = getattr(dataset, "chunks", None)
        if chunk is None or not box:
            return {tuple(s.start for s in box): after_place(error, place)}
        sizes = tuple(side.stop - side.start for side in box)
        corner = tuple(side.start for side in box)
        bad = {}
        for part in Grid(sizes, chunk).boxes():
            one = tuple(
                slice(side.start + start, side.stop + start)
                for side, start in zip(part, corner, strict=True)
            )
            try:
                self._read(dataset, one)
            except (*BROKEN, MemoryError) as again:
                bad[tuple(side.start for side in one)] = after_place(again, place)
            self._notes.at(path)
        return bad


def _is_all_fill(dataset: Any) -> bool:
    """Whether nothing was ever written, here or in other files."""
    if not isinstance(dataset, h5py.Dataset) or dataset.id.get_storage_size():
        return False
    return not (dataset.is_virtual or dataset.external)


def _itemsize(dataset: Any, dtype: np.dtype[Any] | None) -> int:
    """Return the bytes of an element, one at least."""
    if dtype is None:
        return int(dataset.id.get_type().get_size())
    return max(1, dtype.itemsize)

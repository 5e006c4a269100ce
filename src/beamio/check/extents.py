"""Where the bytes of datasets lie: within the file, and not over each other."""

import os
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.check.notes import Notes
from beamio.formats.hdf5.libhdf5 import chunk_rows
from beamio.model import Array
from beamio.repack.references import is_in_heap
from beamio.view import count

_SHOWN = 3


class Extents:
    """Checks the places of chunks, and keeps them to find those that overlap.

    Parameters
    ----------
    file
        The HDF5 file.
    notes
        Where to write what is found.
    """

    def __init__(self, file: str, notes: Notes) -> None:
        self._size = os.stat(file).st_size  # noqa: PTH116 (any bytes)
        self._notes = notes
        self._paths: list[str] = []
        self._places: list[Array] = []
        """Of each dataset: first byte and the one after the last, of each chunk."""

    def add(self, path: str, dataset: Any) -> None:
        """Check the places of one dataset."""
        properties = dataset.id.get_create_plist()
        layout = properties.get_layout()
        if layout == h5py.h5d.CHUNKED:
            self._add_chunks(path, dataset, properties.get_nfilters())
        elif layout == h5py.h5d.CONTIGUOUS and not properties.get_external_count():
            stored, start = dataset.id.get_storage_size(), dataset.id.get_offset()
            if stored and start is not None:
                self._add_places(path, np.array([[start, stored]], np.uint64), "values")

    def _add_chunks(self, path: str, dataset: Any, filters: int) -> None:
        rows, rank = chunk_rows(dataset), dataset.ndim
        self._notes.looked_at["chunks"] += len(rows)
        self._check_cells(path, rows[:, :rank], dataset.chunks)
        itemsize = dataset.id.get_type().get_size()
        whole = prod(dataset.chunks) * itemsize
        lengths = rows[:, rank + 1]
        is_known = not is_in_heap(dataset.id.get_type())
        wrong = lengths == 0 if filters else lengths != whole
        if is_known and wrong.any():
            self._notes.error(
                "chunk index",
                path,
                f"{_chunks(rows[wrong, :rank])} of an impossible length "
                f"({lengths[wrong][0]:,} bytes)",
                "the file is damaged: compare it with the original",
            )
        cells = [
            -(-length // size)
            for length, size in zip(dataset.shape, dataset.chunks, strict=True)
        ]
        missing = prod(cells) - len(rows)
        if missing > 0:
            self._notes.remark(
                "never written",
                path,
                f"{missing:,} of {count(prod(cells), 'chunk')} were never written and "
                "read as the fill value",
            )
        self._add_places(path, rows[:, rank : rank + 2], "chunks", rows[:, :rank])

    def _check_cells(self, path: str, first: Array, chunk: tuple[int, ...]) -> None:
        odd = (first % np.array(chunk, np.uint64)).any(axis=1)
        double = len(np.unique(first, axis=0)) < len(first)
        if odd.any() or double:
            self._notes.error(
                "chunk index",
                path,
                "the index of the chunks names a place twice, or one that is none",
                "the file is damaged: compare it with the original",
            )

    def _add_places(
        self, path: str, places: Array, what: str, first: Array | None = None
    ) -> None:
        start, length = places[:, 0], places[:, 1]
        # Of unsigned numbers, the sum may start again at 0.
        outside = (start > self._size) | (length > self._size)
        outside |= start + length > self._size
        if outside.any():
            which = what if first is None else _chunks(first[outside])
            self._notes.error(
                "beyond the end",
                path,
                f"{which} lie beyond the end of the file ({self._size:,} bytes)",
                "the file is cut short: copy it again",
            )
        kept = ~outside & (length > 0)
        self._paths.append(path)
        self._places.append(np.stack([start, start + length], axis=1)[kept])

    def check_overlaps(self) -> None:
        """Note which datasets share bytes."""
        if not self._places:
            return
        lengths = [len(each) for each in self._places]
        owners = np.repeat(np.arange(len(lengths)), lengths)
        places = np.concatenate(self._places)
        order = np.argsort(places[:, 0], kind="stable")
        places, owners = places[order], owners[order]
        reach = np.maximum.accumulate(places[:, 1])
        over = np.flatnonzero(places[1:, 0] < reach[:-1])
        found = {
            (self._paths[owners[i + 1]], self._paths[owners[i]]) for i in over.tolist()
        }
        for path, other in sorted(found):
            whose = "its own others" if path == other else other
            self._notes.error(
                "overlap",
                path,
                f"some of its bytes are also those of {whose}",
                "the file is damaged: compare it with the original",
            )


def _chunks(first: Array) -> str:
    """Return how many chunks, and which."""
    shown = ", ".join(str(tuple(map(int, each))) for each in first[:_SHOWN])
    more = ", ..." if len(first) > _SHOWN else ""
    return f"{count(len(first), 'chunk')} (at {shown}{more})"

"""The parts of chunked datasets that were written, in slabs of whole chunks."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from beamio.formats.hdf5.libhdf5 import chunk_rows
from beamio.repack.values import Box


def written_slabs(datasets: Sequence[Any], slab: tuple[int, ...]) -> Iterator[Box]:
    """Yield the slabs in which one of several chunked datasets has a chunk.

    Their number is bounded by that of the chunks, however large the shape is.

    Parameters
    ----------
    datasets
        Open `h5py.Dataset` of one shape.
    slab
        Shape of a slab, whole chunks of the first one.
    """
    sizes = np.array(slab, np.int64)
    shape = datasets[0].shape
    found = []
    for dataset in datasets:
        first = chunk_rows(dataset)[:, : len(slab)].astype(np.int64)
        inside = first[(first < np.array(shape, np.int64)).all(axis=1)]
        last = np.minimum(inside + np.array(dataset.chunks), shape) - 1
        found += [inside // sizes, last // sizes]
    corners, ends = np.concatenate(found[::2]), np.concatenate(found[1::2])
    # A chunk of another dataset may reach over several slabs.
    places = {
        place
        for start, end in np.unique(np.stack([corners, ends], axis=1), axis=0).tolist()
        for place in np.ndindex(*(b - a + 1 for a, b in zip(start, end, strict=True)))
        for place in [tuple(map(sum, zip(start, place, strict=True)))]
    }
    for place in sorted(places):
        yield tuple(
            slice(i * size, min((i + 1) * size, length))
            for i, size, length in zip(place, slab, shape, strict=True)
        )

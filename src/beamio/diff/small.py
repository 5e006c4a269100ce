"""Small datasets, read by libhdf5 at once: most files hold thousands of them."""

from math import prod
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5s

from beamio.model import Array
from beamio.repack.references import is_in_heap

SMALL = 1 << 16
"""Bytes of a dataset that is read at once."""


def raw_values(dataset: Any) -> Array | None:
    """Return the bytes of a small dataset, as they are in the file.

    None if it is not small, or its values lie elsewhere: in the heap of the file, in
    other datasets or files.

    Parameters
    ----------
    dataset
        An open `h5py.Dataset`, or one of a tree.

    Raises
    ------
    OSError
        If libhdf5 can't read it.
    """
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        return None
    kind = dataset.id.get_type()
    size = kind.get_size()
    if prod(dataset.shape) * size > SMALL or is_in_heap(kind):
        return None
    properties = dataset.id.get_create_plist()
    if properties.get_layout() == h5d.VIRTUAL or properties.get_external_count():
        return None
    raw = np.empty(dataset.shape, np.dtype((np.void, size)))
    if raw.size:
        dataset.id.read(h5s.ALL, h5s.ALL, raw, mtype=kind)
    return raw


def same_raw_values(a: Any, b: Any) -> bool:
    """Tell whether two small datasets of one type and shape hold the same bytes.

    False where that is not easily told.
    """
    try:
        one, other = raw_values(a), raw_values(b)
    except OSError:  # who reads it in full says why
        return False
    if one is None or other is None:
        return False
    return one.tobytes() == other.tobytes()

"""The way to the engine, which reads and writes what it can; h5py does the rest."""

from typing import Any

import numpy as np

from beamio.formats.hdf5.bulk import read_selection, write_selection
from beamio.formats.hdf5.dependencies import check_sources
from beamio.formats.hdf5.storage import storage_of
from beamio.model import Array


def read(
    dataset: Any,
    args: Any,
    *,
    out: Array | None = None,
    dtype: np.dtype[Any] | None = None,
    threads: int | None = None,
) -> Array | None:
    """Return a selection of a dataset, read truthfully; None if h5py must read it.

    Parameters
    ----------
    dataset
        A `Dataset`; its `access` says what a missing source gives.
    args
        The selection, as given to ``dataset[args]``.
    out
        Where the values go, of the selection's shape, of any strides; it is
        returned; the result is None if its shape is another.
    dtype
        Type of the result if it is not the dataset's, or that of `out`. A cast
        to it is one that NumPy calls safe.
    threads
        How many to use; None for as many as may be used.
    """
    if dataset.access.missing == "fill":
        storage = storage_of(dataset)
        if storage.is_virtual or storage.is_external:
            return None
    return read_selection(
        dataset,
        args,
        out=out,
        dtype=dtype,
        threads=threads,
        known=dataset.access.known,
    )


def write(dataset: Any, args: Any, value: Any, *, threads: int | None = None) -> bool:
    """Write values to a selection of a dataset as ``dataset[args] = value`` does.

    Returns
    -------
    bool
        Whether they were written; if not, nothing was, and h5py is asked instead.
    """
    return write_selection(dataset, args, value, threads=threads)


def check(dataset: Any) -> None:
    """Make sure, once until `refresh`, that what h5py will read is truthful.

    Raises
    ------
    MissingFileError, MissingPathError, DamagedFileError
        As `check_sources`, unless its file was opened with ``missing="fill"``.
    """
    if not dataset.is_checked:
        if dataset.access.missing == "error":
            check_sources(dataset)
        dataset.is_checked = True

"""Read a selection through the engine, or else in h5py's own way, truthfully."""

import re
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from beamio.errors import BeamioError
from beamio.formats.hdf5.bulk import check_chunks
from beamio.formats.hdf5.file import place_of, unreadable_data
from beamio.formats.hdf5.objects import engine
from beamio.model import Array

_CALLER = re.compile("dataspace|conver|selection")
"""What libhdf5 says where the caller asks for what can't be, and the file is well."""


def read(
    dataset: Any,
    args: Any,
    h5py_read: Callable[[], Any],
    *,
    dtype: Any = None,
    threads: int | None = None,
) -> Any:
    """Return a selection, as a scalar where h5py would give one."""
    data = through_engine(dataset, args, dtype=dtype, threads=threads)
    if data is None:
        return in_h5py(dataset, args, h5py_read)
    return data[()] if data.ndim == 0 else data


def read_into(
    dataset: Any,
    out: Any,
    selections: tuple[Any, Any],
    h5py_read: Callable[[], None],
    *,
    threads: int | None = None,
) -> None:
    """Fill a part of `out` with a selection; None selects all."""
    source, target = selections
    args = () if source is None else source
    part = part_of(out, target)
    if part is not None:
        data = through_engine(dataset, args, out=part, threads=threads)
        if data is not None:
            return
    in_h5py(dataset, args, h5py_read)


def through_engine(
    dataset: Any,
    args: Any,
    *,
    out: Array | None = None,
    dtype: Any = None,
    threads: int | None = None,
) -> Array | None:
    """Return what the engine gives; None if h5py must read it."""
    wanted = out.dtype if out is not None else dtype
    if wanted is not None and not _casts_alike(dataset.dtype, np.dtype(wanted)):
        return None
    return engine.read(
        dataset,
        args,
        out=out,
        dtype=None if dtype is None else np.dtype(dtype),
        threads=threads or dataset.access.threads,
    )


def in_h5py(dataset: Any, args: Any, h5py_read: Callable[[], Any]) -> Any:
    """Return what h5py reads of a dataset whose sources are all there."""
    engine.check(dataset)
    try:
        return h5py_read()
    except OSError as error:
        if isinstance(error, BeamioError) or error.errno is not None or not dataset:
            raise
        if _CALLER.search(str(error)):
            raise
        check_chunks(dataset, args)
        raise unreadable_data(dataset, place_of(dataset), error) from error


def part_of(array: Any, selection: Any) -> Array | None:
    """Return a view of an array; None where NumPy selects otherwise than h5py."""
    if not isinstance(array, np.ndarray) or not array.flags.c_contiguous:
        return None
    if selection is None:
        return array
    items = selection if isinstance(selection, tuple) else (selection,)
    if not all(_is_plain(item) for item in items):
        return None
    if not any(item is Ellipsis for item in items):
        items = (*items, ...)  # a view, not a scalar
    return cast("Array", array[items])


def _is_plain(item: Any) -> bool:
    if isinstance(item, slice):
        return item.step is None or (isinstance(item.step, int) and item.step > 0)
    return item is Ellipsis or (isinstance(item, int) and not isinstance(item, bool))


def _casts_alike(stored: np.dtype[Any], wanted: np.dtype[Any]) -> bool:
    """Tell whether NumPy converts as HDF5 does, which clips what does not fit."""
    if stored == wanted:
        return True
    numbers = stored.kind in "iuf" and wanted.kind in "iuf"
    return numbers and np.can_cast(stored, wanted, "safe")

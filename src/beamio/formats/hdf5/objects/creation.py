"""Create a dataset: compression by name, chunks that suit frames, data in threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.errors import OptionError
from beamio.formats.hdf5.create import creation_options
from beamio.model import NO_COMPRESSION, Array, Compression, chunk_shape

_H5PY_NAMES = ("gzip", "lzf", "szip")
_NEED_CHUNKS = ("compression", "shuffle", "fletcher32")


@dataclass(frozen=True, slots=True)
class Creation:
    """What h5py is to create, and what to write into it afterwards."""

    arguments: dict[str, Any]
    """Those of `h5py.Group.create_dataset` but the name."""
    data: Array | None = None
    """Values in chunks, which the engine may write faster than h5py."""


def planned(shape: Any, dtype: Any, data: Any, options: dict[str, Any]) -> Creation:
    """Return how to create a dataset.

    Raises
    ------
    OptionError
        If the compression or one of its options is unknown or can't be used.
    """
    options, compression = with_filters(options)
    lengths, values = _announced(shape, dtype, data)
    if lengths and values is not None:
        options = with_chunks(lengths, values, options, grouped=compression.is_grouped)
        chunks = options.get("chunks")
        if compression.name != "none" and chunks:
            compression.check(values, _chunks(chunks))
    given = {"shape": shape, "dtype": dtype, "data": data}
    if (
        isinstance(data, np.ndarray)
        and options.get("chunks")
        and data.dtype.kind in "iufcb"
        and values == data.dtype
        and data.size == prod(lengths or ()) > 0
    ):
        given = {"shape": lengths, "dtype": data.dtype}
        return Creation({**options, **given}, data.reshape(lengths))
    return Creation({**options, **given})


def _chunks(chunks: Any) -> tuple[int, ...]:
    return (chunks,) if isinstance(chunks, int) else tuple(chunks)


def _announced(
    shape: Any, dtype: Any, data: Any
) -> tuple[tuple[int, ...] | None, np.dtype[Any] | None]:
    """Return shape and type of a dataset to be; None where only h5py can tell."""
    if data is not None and not hasattr(data, "dtype"):
        try:
            data = np.asarray(data)
        except ValueError:  # h5py knows more types, or will refuse it
            return None, None
    if isinstance(dtype, h5py.Datatype | h5py.h5t.TypeID):
        dtype = dtype.dtype
    if dtype is None:
        dtype = "f4" if data is None else data.dtype
    if shape is None:
        shape = getattr(data, "shape", None)
    try:
        lengths = (shape,) if isinstance(shape, int) else shape and tuple(shape)
        return lengths, np.dtype(dtype)
    except TypeError:
        return None, None


def with_filters(options: dict[str, Any]) -> tuple[dict[str, Any], Compression]:
    """Return the options as h5py takes them, and the compression that they name.

    What h5py knows itself stays as it is: its three names, numbers, objects of
    hdf5plugin.

    Raises
    ------
    OptionError
        If there is no such compression, or one of its options can't be used.
    """
    options = dict(options)
    if options.pop("checksum", False):
        options["fletcher32"] = True
    name, named = options.get("compression"), options.get("compression_opts")
    if not isinstance(name, str) or (
        name in _H5PY_NAMES and not isinstance(named, Mapping)
    ):
        return options, NO_COMPRESSION
    if name == "szip":
        raise OptionError("szip takes compression_opts=(method, pixels), not names")
    compression = Compression.parse(name, _named(name, named))
    filters = creation_options(compression)
    if compression.name in _H5PY_NAMES:  # as h5py has them, without a shuffle
        filters.pop("shuffle")
    del options["compression"]
    options.pop("compression_opts", None)
    given = {key: value for key, value in options.items() if value is not None}
    return {**options, **filters, **given}, compression


def _named(name: str, options: Any) -> Mapping[str, Any] | None:
    if options is None or isinstance(options, Mapping):
        return options
    if isinstance(options, int):
        return {"level": options}
    raise OptionError(
        f"the options of compression {name!r} are names and values, "
        f'such as {{"level": 3}}, not {options!r}'
    )


def with_chunks(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    options: dict[str, Any],
    *,
    grouped: bool = True,
) -> dict[str, Any]:
    """Return the options with chunks that suit frames if chunks are needed.

    Where an option is wrong, it stays for h5py to refuse.
    """
    chunks, maxshape = options.get("chunks"), options.get("maxshape")
    needed = any(options.get(name) for name in _NEED_CHUNKS)
    needed = needed or bool(maxshape and not options.get("external"))
    needed = needed or options.get("scaleoffset") is not None
    limits = _lengths(maxshape, shape)
    if not (chunks is True or (chunks is None and needed)) or limits is None:
        return options
    if any(length == limit == 0 for length, limit in zip(shape, limits, strict=True)):
        return options
    made = chunk_shape(shape, dtype.itemsize, maxshape=limits, grouped=grouped)
    return {**options, "chunks": made}


def _lengths(maxshape: Any, shape: tuple[int, ...]) -> tuple[int | None, ...] | None:
    """Return the lengths to which each axis may grow; None if they can't be told."""
    if maxshape is None:
        return shape
    lengths = (maxshape,) if isinstance(maxshape, int) else tuple(maxshape)
    return lengths if len(lengths) == len(shape) else None

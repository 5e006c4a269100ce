"""The value that a URL names."""

import os
from typing import Any

import h5py
import numpy as np

from beamio.errors import NotAnImageError, OptionError
from beamio.formats.default import default_dataset
from beamio.formats.opening import open as open_any
from beamio.model import Array


def read(
    url: str | os.PathLike[str],
    *,
    threads: int | None = None,
    out: Array | None = None,
) -> Any:
    """Return the value that a URL names.

    Parameters
    ----------
    url
        ``file``, ``file::/path`` or ``file::/path[slice]``, as `beamio.open` takes it.
        Without a path, the value is that of the default: the images of an image file
        or a series, the array of an npy file, the signal of the default plot of a
        NeXus file, or the only dataset.
    threads
        Native threads to use.
    out
        Array of the value's shape to be filled and returned.

    Returns
    -------
    object
        An ndarray in the byte order of the file; of a scalar, a Python `int`,
        `float`, `complex`, `bool` or `str`; text as `str`; the members of an
        enumeration as their numbers, booleans as `bool`; compound values as a
        structured array; None for a dataset without a value.

    Raises
    ------
    NotAnImageError
        If it is a group: `beamio.to_dict` gives all that is in one.
    MissingPathError
        If there is no such thing, or no path and no default.
    OptionError
        If `out` has another shape.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "frames.npy"
    >>> np.save(path, np.arange(24).reshape(2, 3, 4))
    >>> read(path).shape, read(f"{path}::[1,2,3]")
    ((2, 3, 4), 23)
    """
    with open_any(url, threads=threads) as found:
        item = found
        is_file = getattr(found, "name", "/") == "/" and not hasattr(found, "dtype")
        if is_file:
            item = default_dataset(found)
        if not hasattr(item, "dtype") or not hasattr(item, "shape"):
            raise NotAnImageError(
                f"{os.fsdecode(url)}: is a group; beamio.to_dict gives what is in it",
                place=os.fsdecode(url),
            )
        return value_of(item, out=out, threads=threads)


def value_of(
    dataset: Any, *, out: Array | None = None, threads: int | None = None
) -> Any:
    """Return the value of a dataset of HDF5 or of a tree, text decoded."""
    if dataset.shape is None:
        return None
    if out is not None:
        if out.shape != dataset.shape:
            raise OptionError(f"out is of shape {out.shape}, not {dataset.shape}")
        return dataset.read((), out=out, threads=threads)
    return plain(dataset.read((), threads=threads), dataset.dtype)


def plain(value: Any, dtype: np.dtype[Any]) -> Any:
    r"""Return a value as Python has it: text as `str`, scalars of its own types.

    Examples
    --------
    >>> plain(np.float32(1.5), np.dtype("f4")), plain(b"caf\xc3\xa9", np.dtype("O"))
    (1.5, 'café')
    >>> plain(np.array([b"a", b"b"]), np.dtype("S1")).tolist()
    ['a', 'b']
    """
    is_text = dtype.kind == "S" or h5py.check_string_dtype(dtype) is not None
    if isinstance(value, bytes):
        return _decoded(value) if is_text or dtype.kind == "O" else value
    if isinstance(value, np.ndarray):
        if is_text or (dtype.kind == "O" and _holds_bytes(value)):
            texts = [_decoded(item) for item in value.flat]
            return np.array(texts, object).reshape(value.shape)
        return value
    if isinstance(value, np.void) and dtype.names:
        return value
    return value.item() if isinstance(value, np.generic) else value


def _holds_bytes(values: Array) -> bool:
    return bool(values.size) and all(isinstance(value, bytes) for value in values.flat)


def _decoded(value: Any) -> Any:
    """Return text; bytes that are no UTF-8 are those of Latin-1."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")

"""The value that a URL names."""

import os
from typing import Any

from beamio.errors import NotAnImageError, OptionError
from beamio.formats.default import default_dataset
from beamio.formats.opening import open as open_any
from beamio.formats.plain import plain
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
    >>> import numpy as np
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

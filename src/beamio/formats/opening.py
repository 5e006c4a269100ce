"""Open any file by its name, or a part of it by its URL."""

import os
from collections.abc import Sequence
from typing import Any

from beamio.errors import OptionError, UnknownFormatError, UrlError
from beamio.formats.default import default_dataset
from beamio.formats.files import is_hdf5
from beamio.formats.kinds import reader_of
from beamio.formats.part import alone, part
from beamio.formats.plugins import open_with, plugin_for
from beamio.formats.series import files_of, is_series, is_there, listed
from beamio.model import DataUrl

_IMAGE_AXES = 2


def open(  # noqa: A001 (it opens more than the built-in does)
    url: str | os.PathLike[str],
    *,
    threads: int | None = None,
    missing: str = "error",
    shape: Sequence[int] | None = None,
    dtype: Any = None,
    offset: int = 0,
) -> Any:
    """Return a file of any format, or an object in it, for reading.

    Parameters
    ----------
    url
        ``file``, ``file::/path`` or ``file::/path[slice]``. The file may be a folder of
        images, a glob such as ``scan_*.edf`` or a numbered series such as
        ``scan_%04d.edf``: these are one stack. A file that has this name as it stands
        comes first.
    threads, missing
        As of `File`.
    shape, dtype, offset
        Of raw binary: the length of each axis, the type of an element with its byte
        order (such as ">u2"), and the bytes before the first one.

    Returns
    -------
    File or Tree
        `File`, an `h5py.File`, for HDF5, whatever its name; else a `Tree`, which has
        the same manners. With a path, the group or dataset there, whose file stays
        open as long as it is used; a ``with`` block closes it. With a slice, a dataset
        whose values are read when they are asked for.

    Raises
    ------
    UrlError
        If the URL can't be parsed; it says where.
    MissingFileError, MissingPathError
        If there is no such file, or nothing under the path in it.
    UnknownFormatError
        If the file is of no format that is known here.
    DamagedFileError
        If it is empty, cut short or damaged.

    Examples
    --------
    >>> import numpy as np
    >>> path = getfixture("tmp_path") / "frames.npy"
    >>> np.save(path, np.arange(24).reshape(2, 3, 4))
    >>> with open(path) as tree:
    ...     tree["data"]
    <tree dataset "data": shape (2, 3, 4), type "<i8">
    >>> open(f"{path}::/data[1,:2]")[...].tolist()
    [[12, 13, 14, 15], [16, 17, 18, 19]]
    """
    text = os.fsdecode(url)
    parts = DataUrl.parse(text, is_file=is_there)
    if not parts.file:
        raise UrlError.at(text, 0, 0, "names no file")
    raw = None
    if shape is not None or dtype is not None or offset:
        if shape is None or dtype is None:
            raise OptionError(f"{text}: raw binary needs both shape= and dtype=")
        raw = (shape, dtype, offset)
    file = _file(parts.file, raw, threads=threads, missing=missing)
    try:
        return _inside(file, parts, text)
    except BaseException:
        file.close()
        raise


def _file(name: str, raw: Any, *, threads: int | None, missing: str) -> Any:
    """Return the file, or the stack, that a name stands for."""
    files = files_of(name)
    if raw is not None:
        from beamio.formats.numpy_files import open_raw

        if len(files) > 1:
            raise OptionError(f"{name}: raw binary is one file, not {len(files)}")
        return open_raw(files[0], *raw)
    if is_hdf5(files[0]):
        if len(files) > 1:
            raise UnknownFormatError(
                f"{name}: are HDF5 files, which are no stack of images; open one of "
                f"{listed(files)}",
                place=name,
            )
        from beamio.formats.hdf5 import File

        return File(files[0], threads=threads, missing=missing)
    if len(files) > 1 or is_series(name):
        from beamio.formats.images.tree import open_images

        return open_images(files)
    plugin = plugin_for(files[0])
    if plugin is not None:
        return open_with(plugin, files[0])
    return reader_of(files[0])(files[0])


def _inside(file: Any, parts: DataUrl, text: str) -> Any:
    """Return what a URL names in a file."""
    is_root = parts.path in {None, "/"}
    if parts.selection is None:
        return file if is_root else alone(file[parts.path], file)
    found = default_dataset(file) if is_root else file[parts.path]
    selection: Any = parts.selection
    if parts.scheme == "fabio" and is_root and len(found.shape) == _IMAGE_AXES:
        selection = _of_the_frame(selection, text)
    return part(found, selection, file, text)


def _of_the_frame(selection: Any, text: str) -> Any:
    """Return what is selected of a single image, which has no axis of frames.

    In the URLs of fabio, the first number counts frames.
    """
    number, *rest = selection if isinstance(selection, tuple) else (selection,)
    if number not in (0, -1):
        raise OptionError(f"{text}: there is one frame, of the number 0")
    return tuple(rest)

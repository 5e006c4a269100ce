"""List what a file holds, whatever its format."""

import os
from collections.abc import Iterator
from typing import Any

from beamio.formats.files import is_hdf5
from beamio.model import DataUrl, Item


def contents(
    url: str | os.PathLike[str] | Any,
    *,
    recursive: bool = False,
    depth: int | None = None,
    details: bool = False,
) -> Iterator[Item]:
    """Yield what lies under a URL, first what it names itself, as it is found.

    Parameters
    ----------
    url
        ``file``, ``file::/path`` or ``file::/path[slice]``, of any format that `open`
        knows; or an open file, group or dataset.
    recursive
        Also what lies deeper, each group before its members. Links are named, not
        followed; an object with several names is entered once.
    depth
        Steps below the URL to list, at most; as `recursive` if it is given.
    details
        Also how datasets are stored, which takes longer.

    Yields
    ------
    Item
        In each group by name, as people count: 2 before 10. What can't be read is
        an item, too, that says why.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it can't be opened.
    MissingPathError
        If it holds nothing under the path.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> with h5py.File(path, "w") as file:
    ...     file["entry/counts"] = [1.5, 2.5]
    ...     file["entry/copy"] = h5py.SoftLink("/entry/counts")
    >>> for item in contents(path, recursive=True):
    ...     print(item.path, item.kind, item.shape)
    / group None
    /entry group None
    /entry/copy soft link None
    /entry/counts dataset (2,)
    """
    levels = depth if depth is not None else (None if recursive else 1)
    if not isinstance(url, str | os.PathLike):
        yield from _of_object(url, levels, details=details)
        return
    text = os.fsdecode(url)
    parts = DataUrl.parse(text, is_file=os.path.lexists)
    is_whole = parts.selection is None
    if is_whole and os.path.isfile(parts.file) and is_hdf5(parts.file):  # noqa: PTH113 (any bytes)
        from beamio.contents.hdf5 import walk_file

        yield from walk_file(parts.file, parts.path, levels, details=details)
        return
    from beamio.contents.trees import walk_object
    from beamio.formats.opening import open as open_url

    with open_url(url) as found:
        yield from walk_object(found, levels)


def _of_object(found: Any, levels: int | None, *, details: bool) -> Iterator[Item]:
    """Yield an open object, and what is in it."""
    import h5py

    if isinstance(found, h5py.HLObject):
        from beamio.contents.hdf5 import walk_open

        yield from walk_open(found, levels, details=details)
        return
    from beamio.contents.trees import walk_object

    yield from walk_object(found, levels)

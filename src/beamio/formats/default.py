"""The dataset that a file is about: its default plot, its images, its only array."""

from collections.abc import Iterator
from typing import Any

from beamio.errors import MissingPathError
from beamio.formats.plot import follow

_IMAGES = "scan_0/instrument/detector_0/data"
_LOOKED_AT = 1000
_NAMED = 5
"""Datasets that a message names, at most."""


def default_signal(group: Any) -> Any | None:
    """Return the dataset that viewers plot of a NeXus group; None if it has none.

    Parameters
    ----------
    group
        A group of HDF5 or of a `Tree`: a root, an NXentry, an NXdata.

    Notes
    -----
    The attribute ``default`` leads from group to group, ``signal`` of an NXdata to the
    dataset; in files of old, the dataset has an attribute ``signal`` of 1. Without
    ``default``, the only NXentry or NXdata is followed.
    https://manual.nexusformat.org/datarules.html#find-the-plottable-data

    Examples
    --------
    >>> from beamio.formats.tree import Branch, Tree
    >>> data = Branch.of({"counts": [1, 2]}, "NXdata", signal="counts")
    >>> entry = Branch.of({"plot": data}, "NXentry", default="plot")
    >>> default_signal(Tree("f", Branch.of({"entry": entry}))).name
    '/entry/plot/counts'
    """
    return follow(group).signal


def default_dataset(file: Any) -> Any:
    """Return the dataset that a file is about.

    It is its default plot, the stack of its images, or its only dataset.

    Raises
    ------
    MissingPathError
        If it can't be told; the message names those that there are.
    """
    found = default_signal(file)
    if found is None and _IMAGES in file:
        found = file[_IMAGES]
    if found is not None:
        return found
    some = list(_datasets(file))
    if len(some) == 1:
        return some[0]
    place = str(file.file.filename)
    if not some:
        raise MissingPathError(f"{place}: holds no dataset", place=place)
    names = ", ".join(item.name for item in some[:_NAMED])
    more = "" if len(some) <= _NAMED else " and more"
    raise MissingPathError(
        f"{place}: has no default dataset; name one, as in {place}::{some[0].name} "
        f"(there are {names}{more})",
        place=place,
    )


def _datasets(file: Any) -> Iterator[Any]:
    """Yield the datasets of a file, as many as a message needs."""
    found: list[Any] = []
    seen = 0

    def look(_: str, item: Any) -> bool | None:
        nonlocal seen
        seen += 1
        if hasattr(item, "shape"):
            found.append(item)
        return True if len(found) > _NAMED or seen > _LOOKED_AT else None

    file.visititems(look)
    yield from found

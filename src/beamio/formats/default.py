"""The dataset that a file is about: its default plot, its images, its only array."""

from collections.abc import Iterator
from typing import Any

from beamio.errors import MissingPathError
from beamio.formats.external import is_followed

_STEPS = 16
"""Groups that are followed to the signal, at most."""
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
    here = group
    for _ in range(_STEPS):
        found = _next(here)
        if found is None or not _is_group(found):
            return found
        here = found
    return None


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


def nx_class(item: Any) -> str:
    """Return the NeXus class of a group, such as "NXentry"; else nothing."""
    return text_attribute(item, "NX_class")


def text_attribute(item: Any, name: str) -> str:
    """Return an attribute as text; nothing if there is none, or it is not text."""
    try:
        value = item.attrs.get(name)
    except (OSError, RuntimeError, TypeError, ValueError):  # of a type h5py can't read
        return ""
    if getattr(value, "shape", None) == (1,):
        value = value[0]
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else ""


def _next(group: Any) -> Any | None:
    """Return the next group on the way to the signal, or the signal."""
    signal = text_attribute(group, "signal")
    if signal:
        return _member(group, signal)
    default = text_attribute(group, "default")
    if default:
        return _member(group, default)
    if nx_class(group) == "NXdata":
        return next((item for item in _members(group) if _is_old_signal(item)), None)
    for wanted in ("NXentry", "NXdata"):
        found = [item for item in _members(group) if nx_class(item) == wanted]
        if len(found) == 1:
            return found[0]
    return None


def _is_old_signal(item: Any) -> bool:
    return not _is_group(item) and str(item.attrs.get("signal", "")) == "1"


def _member(group: Any, name: str) -> Any | None:
    try:
        return group.get(name) if is_followed(group, name) else None
    except (KeyError, RuntimeError, OSError):
        return None


def _members(group: Any) -> Iterator[Any]:
    for name in group:
        found = _member(group, name)
        if found is not None and hasattr(found, "attrs"):
            yield found


def _is_group(item: Any) -> bool:
    return not hasattr(item, "dtype")


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

"""The values of a file: of long arrays the ends, which are all that is read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import h5py
import numpy as np

from beamio.contents.walk import contents
from beamio.errors import BeamioError
from beamio.formats.hdf5.element_type import of_numpy
from beamio.formats.opening import open as open_url
from beamio.model import Array, DataUrl, Item, Kind
from beamio.view.values import EDGE

_AXES = 8
"""Axes of an array of which the ends are read, at most."""
_UNREADABLE = (BeamioError, OSError, KeyError, RuntimeError, TypeError, ValueError)
"""What is raised for values that can't be read; `Values` tells it."""
_SHOWN = 2 * EDGE + 1
"""Elements that stand for a long axis: both ends, and one between that is not shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """An object with its attributes, and a dataset with its values."""

    item: Item
    attributes: dict[str, Any] = field(default_factory=dict)
    values: Any = None
    """An array as long as the dataset, or 7 along each longer axis: its ends, with
    anything in the middle. None for what has no values."""
    problem: str = ""
    """Why it has none."""


def values(url: str | os.PathLike[str], *, full: bool = False) -> Iterator[Values]:
    """Yield the objects under a URL with their attributes and values.

    Parameters
    ----------
    url
        ``file``, ``file::/path`` or ``file::/path[slice]``, of any format.
    full
        All values of each dataset; else of long axes the ends, which are read alone.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it can't be opened.
    MissingPathError
        If it holds nothing under the path.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> with h5py.File(path, "w") as file:
    ...     file["energy"] = 12.4
    ...     file["counts"] = np.arange(1000)
    >>> [found.values.tolist() for found in values(path) if found.values is not None]
    [[0, 1, 2, 0, 997, 998, 999], 12.4]
    """
    text = os.fsdecode(url)
    parts = DataUrl.parse(text, is_file=os.path.lexists)
    if parts.selection is not None:
        with open_url(url) as part:
            path = text[len(parts.file) + 2 :]
            shape, kind = part.shape, of_numpy(part.dtype)
            yield _of(Item(path, Kind.DATASET, type=kind, shape=shape), part, full=full)
        return
    with open_url(parts.file) as file:
        for item in contents(url, recursive=True):
            if item.link is not None or item.problem or item.same_as:
                yield Values(item, problem=item.problem)
                continue
            try:
                yield _of(item, file[item.path], full=full)
            except _UNREADABLE as error:
                yield Values(item, problem=str(error))


def _of(item: Item, found: Any, *, full: bool) -> Values:
    attributes = dict(_attributes(found))
    if item.kind is not Kind.DATASET or item.shape is None:
        return Values(item, attributes)
    try:
        data = found[()] if full or not item.shape else _ends(found, item.shape)
    except _UNREADABLE as error:
        return Values(item, attributes, problem=str(error))
    return Values(item, attributes, data)


def _attributes(found: Any) -> Iterator[tuple[str, Any]]:
    for name in found.attrs:
        try:
            value = found.attrs[name]
        except _UNREADABLE as error:
            yield name, f"can't be read: {error}"
            continue
        if isinstance(value, h5py.Empty):
            value = np.empty(0, value.dtype)
        yield name, value


def _ends(dataset: Any, shape: tuple[int, ...]) -> Array:
    """Return a small array with the ends of long axes."""
    if len(shape) > _AXES:
        raise ValueError(f"has {len(shape)} axes; name a part of it: [0, 0, ...]")
    sides = [_side(length) for length in shape]
    out = np.zeros([min(length, _SHOWN) for length in shape], dataset.dtype)
    for part in product(*sides):
        here, there = zip(*part, strict=True)
        out[here] = dataset[there]
    return out


def _side(length: int) -> list[tuple[slice, slice]]:
    """Return where the ends of an axis are shown, and where they are."""
    if length <= _SHOWN:
        return [(slice(0, length), slice(0, length))]
    return [
        (slice(0, EDGE), slice(0, EDGE)),
        (slice(EDGE + 1, _SHOWN), slice(length - EDGE, length)),
    ]

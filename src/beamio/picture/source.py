"""A dataset, a part of it, and what is around it: what a picture is made from."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from beamio.errors import MissingPathError, NotAnImageError, OptionError
from beamio.formats.default import default_dataset, default_signal
from beamio.formats.eiger import stacks_in
from beamio.formats.external import is_followed
from beamio.formats.opening import open as open_url
from beamio.formats.select import Selection, plain_selection
from beamio.formats.series import is_there
from beamio.formats.tree import Branch, SelectedValues, Tree, TreeGroup
from beamio.model import Array, DataUrl, Index, format_selection
from beamio.view import natural_order

_IMAGE_AXES, _STACK_AXES = 2, 3
_MEMBERS = 10_000
"""Members of a group among which images are looked for, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a dataset; nothing of it is read before it is asked for."""

    dataset: Any
    selection: Selection

    @classmethod
    def of(cls, dataset: Any, args: tuple[Index, ...] | None) -> "Part":
        """Return the part that ``dataset[args]`` is; all of it for None.

        Raises
        ------
        OptionError
            If there is no such part.
        """
        wanted = () if args is None else args
        selection = plain_selection(wanted, dataset.shape)
        if selection is None:
            shown = format_selection(wanted)
            raise OptionError(
                f"{place_of(dataset)}: there is no [{shown}] in the shape "
                f"{dataset.shape}",
                place=place_of(dataset),
            )
        return cls(dataset, selection)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis that is left."""
        return self.selection.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        dtype: np.dtype[Any] = self.dataset.dtype
        return dtype

    @property
    def kept(self) -> list[int]:
        """Axes of the dataset that are left."""
        return [axis for axis, kept in enumerate(self.selection.kept) if kept]

    def read(self, args: Any = (), *, threads: int | None = None) -> Array:
        """Return a part of the part, read by the engine where it can.

        Raises
        ------
        UnreadableError
            If the bytes are not all there, or do not decode.
        """
        inner = plain_selection(args, self.shape)
        if inner is None:  # an axis of no length
            return np.empty(np.empty(self.shape, np.bool_)[args].shape, self.dtype)
        values = SelectedValues(self.dataset, self.selection)
        return np.asarray(values.read(inner, threads=threads))

    def of_axis(self, dataset: Any, place: int) -> "Part":
        """Return the part of an axis, or of its edges, that belongs to this one."""
        start, step, count = self.selection.picks[place]
        extra = int(dataset.shape[0] == self.dataset.shape[place] + 1 and step == 1)
        picks = ((start, step, count + extra),)
        return Part(dataset, Selection(picks, (True,)))

    def like(self, dataset: Any) -> "Part":
        """Return the same part of another dataset of the same shape."""
        return Part(dataset, self.selection)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a URL or an object leads to."""

    dataset: Any
    """The dataset to draw, or the first one of `members`."""
    selection: tuple[Index, ...] | None = None
    members: tuple[Any, ...] = ()
    """Images of one shape, or stacks of them, that are datasets of a group."""
    along: Any | None = None
    """The first column of a scan, whose last one is to be drawn."""


def place_of(item: Any) -> str:
    """Return what messages call an object, ``file::/path``."""
    try:
        return f"{item.file.filename}::{item.name}"
    except (ValueError, RuntimeError, AttributeError):  # of a closed file
        return str(getattr(item, "name", item))


@contextmanager
def found_in(source: Any) -> Iterator[Found]:
    """Give the dataset of a URL, an object of a file, or an array.

    A file that is opened for it is closed at the end.

    Raises
    ------
    MissingPathError
        If there is nothing under the path, or no dataset to choose.
    """
    if isinstance(source, str | os.PathLike):
        text = os.fsdecode(source)
        parts = DataUrl.parse(text, is_file=is_there)
        whole = parts.file if parts.path is None else f"{parts.file}::{parts.path}"
        with open_url(whole if parts.selection is not None else text) as item:
            yield _in_object(item, parts.selection)
    elif hasattr(source, "file") and hasattr(source, "attrs"):
        yield _in_object(source, None)
    else:
        yield _in_object(_of_array(source), None)


def _of_array(values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype == object:
        raise NotAnImageError(
            f"{type(values).__name__} is no URL, no object of a file and no array"
        )
    return Tree("array", Branch.of({"values": array}))["values"]


def _in_object(item: Any, selection: tuple[Index, ...] | None) -> Found:
    if hasattr(item, "dtype") and hasattr(item, "shape"):
        return Found(item, selection)
    signal = default_signal(item)
    if signal is not None:
        return Found(signal, selection)
    stacks = [item for item in stacks_in(item) if len(item.shape or ()) == _STACK_AXES]
    if stacks:
        return Found(stacks[0], selection, tuple(stacks))
    if item.name == "/":
        return Found(default_dataset(item), selection)
    images = images_in(item)
    columns = _columns(item)
    if columns is not None:
        return Found(columns[1], selection, along=columns[0])
    if not images:
        names = sorted(item, key=natural_order)[:5] if len(item) < _MEMBERS else []
        told = f" (in it are {', '.join(names)})" if names else ""
        place = place_of(item)
        raise MissingPathError(
            f"{place}: is a group without a default plot or images; name a dataset "
            f"in it{told}",
            place=place,
        )
    return Found(images[0], selection, tuple(images))


def images_in(group: Any) -> list[Any]:
    """Return the images that are datasets of a group, counted as people do."""
    if len(group) > _MEMBERS:
        return []
    found = [_dataset(group, name) for name in sorted(group, key=natural_order)]
    images = [item for item in found if item is not None and is_image(item)]
    return [item for item in images if item.shape == images[0].shape]


def _columns(group: Any) -> tuple[Any, Any] | None:
    """Return the first and the last column of a scan, as SPEC plots it."""
    if isinstance(group, TreeGroup) and "measurement" in group:
        group = group["measurement"]
    if not isinstance(group, TreeGroup) or not 1 < len(group) < _MEMBERS:
        return None
    found = [_dataset(group, name) for name in group]
    columns = [item for item in found if item is not None and len(item.shape) == 1]
    if len(columns) < 2 or len({item.shape for item in columns}) > 1:  # noqa: PLR2004 (x and y)
        return None
    return columns[0], columns[-1]


def _dataset(group: Any, name: str) -> Any | None:
    try:
        found = group.get(name) if is_followed(group, name) else None
    except (KeyError, OSError, RuntimeError):
        return None
    return found if hasattr(found, "dtype") and hasattr(found, "shape") else None


def is_image(dataset: Any) -> bool:
    """Tell whether a dataset is of numbers in rows and columns."""
    shape = dataset.shape or ()
    return (
        len(shape) == _IMAGE_AXES and dataset.dtype.kind in "biufc" and prod(shape) > 0
    )

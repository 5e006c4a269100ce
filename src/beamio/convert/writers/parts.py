"""The datasets that are written, and which part of each."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from beamio.errors import OptionError
from beamio.formats.tree import ArrayValues, SelectedValues, Values
from beamio.model.url import Index, format_selection


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A dataset, or what was selected of it."""

    dataset: Any
    values: Values
    name: str
    """What it is called in the group that it was found in, which may be a link's."""

    @classmethod
    def of(
        cls, dataset: Any, selection: tuple[Index, ...] | None, name: str = ""
    ) -> "Part":
        """Return a part of a dataset of HDF5 or of a tree.

        Raises
        ------
        OptionError
            If the dataset has no such part.
        """
        if dataset.shape is None:
            raise OptionError(f"{place_of(dataset)}: is null: it has no value")
        args = () if selection is None else selection
        name = name or str(dataset.name).rpartition("/")[2]
        found = SelectedValues.of(dataset, args)
        if found is not None:
            return cls(*_unwrapped(dataset, found), name)
        if selection is None or 0 in dataset.shape:
            return cls(dataset, ArrayValues(np.asarray(dataset[()])), name)
        raise OptionError(
            f"{place_of(dataset)}[{format_selection(args)}]: the dataset has the shape "
            f"{dataset.shape}, and nothing of it is selected",
            place=place_of(dataset),
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis that is left."""
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        return self.values.dtype

    def chunk_of(self, image: int) -> int:
        """Return which chunk along the stack an image lies in, by its last index."""
        chunks = getattr(self.dataset, "chunks", None)
        if not chunks or not isinstance(self.values, SelectedValues):
            return image
        selection = self.values.selection
        axis = [i for i, kept in enumerate(selection.kept) if kept][-3]
        start, step, _ = selection.picks[axis]
        return int((start + step * image) // chunks[axis])

    @property
    def place(self) -> str:
        """The file and the path inside."""
        return place_of(self.dataset)

    @property
    def unit(self) -> str:
        """What its attribute says."""
        unit = self.dataset.attrs.get("units", "")
        return unit.decode("utf-8", "replace") if isinstance(unit, bytes) else str(unit)


def _unwrapped(dataset: Any, found: SelectedValues) -> tuple[Any, SelectedValues]:
    """Return what a part of a part is of the whole dataset."""
    stored = getattr(dataset, "stored", None)
    if not isinstance(stored, SelectedValues):
        return dataset, found
    selection = stored.selection.within(found.selection)
    return stored.dataset, SelectedValues(stored.dataset, selection)


def place_of(item: Any) -> str:
    """Return the file and the path of a group or dataset."""
    return f"{item.file.filename}::{item.name}"


def stem_of(item: Any) -> str:
    """Return the name of the file of a group or dataset, without its suffix."""
    return PurePath(item.file.filename).stem


def is_group(item: Any) -> bool:
    """Tell a group of HDF5 or of a tree from a dataset."""
    return hasattr(item, "keys")

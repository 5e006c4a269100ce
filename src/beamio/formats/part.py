"""An object of a file that was opened for it alone: whole, or a part."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import NotAnImageError, OptionError
from beamio.formats.tree import ArrayValues, Leaf, SelectedValues, TreeDataset
from beamio.model import format_selection


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An HDF5 file as the home of a part of one of its datasets."""

    hdf5: Any

    @property
    def filename(self) -> str:
        """Its name."""
        return str(self.hdf5.filename) if self.hdf5 else "the file"

    @property
    def is_open(self) -> bool:
        """Whether it was not closed yet."""
        return bool(self.hdf5)

    def check_open(self) -> None:
        """Raise `ValueError` if it is closed."""
        if not self.hdf5:
            raise ValueError("the file was closed")

    def find(self, path: str) -> Any:
        """Return what lies under a path from the root."""
        return self.hdf5[path or "/"]

    def __getitem__(self, path: str) -> Any:
        return self.find(path)

    def close(self) -> None:
        """Close it."""
        self.hdf5.close()


def alone(item: Any, file: Any) -> Any:
    """Return an object that closes, at the end of a ``with`` block, its file."""
    if item != file:
        item.opened_with = file
    return item


def part(item: Any, selection: Any, file: Any, text: str) -> TreeDataset:
    """Return a part of a dataset, which is read when it is asked for.

    Raises
    ------
    NotAnImageError
        If it is a group.
    OptionError
        If the dataset has not that part.
    """
    if not hasattr(item, "dtype"):
        raise NotAnImageError(f"{text}: is a group, and has no slices", place=text)
    values: Any = None
    if item.shape is not None:
        values = SelectedValues.of(item, selection)
    if values is None:
        try:
            values = ArrayValues(np.asarray(item[selection]))
        except (IndexError, ValueError, TypeError) as error:
            shown = format_selection(selection)
            raise OptionError(
                f"{text}: there is no [{shown}] in the shape {item.shape} ({error})",
                place=text,
            ) from error
    home = file if hasattr(file, "check_open") else Opened(file)
    found = TreeDataset(str(item.name), home, Leaf(values, dict(item.attrs)))
    found.opened_with = file
    return found

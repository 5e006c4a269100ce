"""The datasets that are written, and which part of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from beamio.errors import BeamioError, MissingPathError, OptionError
from beamio.formats.default import default_signal
from beamio.formats.tree import ArrayValues, SelectedValues, Values
from beamio.model.url import Index, format_selection
from beamio.view import count


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A dataset, or what was selected of it."""

    dataset: Any
    values: Values

    @classmethod
    def of(cls, dataset: Any, selection: tuple[Index, ...] | None) -> "Part":
        """Return a part of a dataset of HDF5 or of a tree.

        Raises
        ------
        OptionError
            If the dataset has no such part.
        """
        if dataset.shape is None:
            raise OptionError(f"{place_of(dataset)}: is null: it has no value")
        args = () if selection is None else selection
        found = SelectedValues.of(dataset, args)
        if found is not None:
            return cls(*_unwrapped(dataset, found))
        if selection is None or 0 in dataset.shape:
            return cls(dataset, ArrayValues(np.asarray(dataset[()])))
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

    @property
    def place(self) -> str:
        """The file and the path inside."""
        return place_of(self.dataset)

    @property
    def name(self) -> str:
        """The last name of the path."""
        return str(self.dataset.name).rpartition("/")[2]

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


def members(group: Any, failures: list[tuple[str, str]]) -> Iterator[Any]:
    """Yield what a group holds; what can't be reached is added to `failures`."""
    for name in group:
        try:
            yield group[name]
        except (BeamioError, KeyError, OSError, RuntimeError) as error:
            failures.append((f"{place_of(group).rstrip('/')}/{name}", str(error)))


def holds(group: Any, parts: Sequence[Part]) -> bool:
    """Tell whether datasets lie in a group itself, so that their names tell them."""
    if not is_group(group):
        return False
    # The only dataset of a file is called as the file.
    is_alone = group.name == "/" or parts[0].dataset.parent != group
    return len(parts) > 1 or not is_alone


def is_image(item: Any) -> bool:
    """Tell whether a dataset holds images."""
    shape = getattr(item, "shape", None)
    is_number = not is_group(item) and item.dtype.kind in "biufc"
    return bool(is_number and shape and len(shape) > 1 and 0 not in shape)


def images_below(group: Any, failures: list[tuple[str, str]]) -> list[Any]:
    """Return the datasets of a group that hold images.

    Those in the group itself; else those that its defaults lead to; else the only one
    below it.

    Raises
    ------
    MissingPathError
        If there is none, or more than one and nothing that says which.
    """
    direct = [item for item in members(group, failures) if is_image(item)]
    if direct:
        return direct
    chosen = default_signal(group)
    if chosen is not None and is_image(chosen):
        return [chosen]
    below = _distinct(group)
    if len(below) == 1:
        return below
    place = place_of(group)
    if not below:
        raise MissingPathError(f"{place}: holds no images", place=place)
    names = ", ".join(str(item.name) for item in below[:3])
    more = f" and {len(below) - 3} more" if len(below) > 3 else ""  # noqa: PLR2004 (what one line holds)
    raise MissingPathError(
        f"{place}: holds {count(len(below), 'dataset')} of images; name one: "
        f"{names}{more}",
        place=place,
    )


def tables_below(group: Any, failures: list[tuple[str, str]]) -> list[Any]:
    """Return the datasets of a group that are columns side by side.

    Curves and compounds in the group itself, else its tables, else what it has as
    ``measurement`` or by default.

    Raises
    ------
    MissingPathError
        If there is none.
    """
    found = [item for item in members(group, failures) if not is_group(item)]
    shapes = {
        axes: [item for item in found if _axes(item) == axes] for axes in range(3)
    }
    if shapes[1] or shapes[2]:
        return shapes[1] or shapes[2]
    below = group.get("measurement")
    if below is not None and is_group(below):
        return tables_below(below, failures)
    signal = default_signal(group)
    if signal is not None and signal.parent != group:
        return tables_below(signal.parent, failures)
    if shapes[0]:
        return shapes[0]
    place = place_of(group)
    raise MissingPathError(
        f"{place}: holds no curves or tables itself; name a group or dataset below it",
        place=place,
    )


def arrays_below(group: Any, failures: list[tuple[str, str]]) -> list[Any]:
    """Return the datasets in a group; if there is none, the images below it.

    Raises
    ------
    MissingPathError
        If there is none either.
    """
    found = [item for item in members(group, failures) if not is_group(item)]
    return found or images_below(group, failures)


def _axes(item: Any) -> int | None:
    return None if item.shape is None else len(item.shape)


def _distinct(group: Any) -> list[Any]:
    found: list[Any] = []

    def look(_: str, item: Any) -> None:
        if is_image(item):
            found.append(item)

    group.visititems(look)
    return found

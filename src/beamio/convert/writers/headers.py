"""What is noted beside a stack of images, as a header for each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.convert.writers.parts import Part, is_group
from beamio.errors import BeamioError
from beamio.formats.tree import SelectedValues
from beamio.model import Array

_LONG = 100_000
"""Characters of a text that is no note of an image."""
_LIST = 64
"""Values of a list that is a note, such as a matrix of orientation."""
_STRUCTURE = {
    "CLASS",
    "DIMENSION_LIST",
    "DIMENSION_LABELS",
    "NAME",
    "NX_class",
    "REFERENCE_LIST",
    "_FillValue",
    "interpretation",
    "signal",
    "target",
}
"""Attributes that speak of the HDF5 file."""
_KEYS = ("others", "header")
"""Groups beside images that hold one dataset for each header key."""
_LISTS = (
    ("motor_mne", "motor_pos", "positioners"),
    ("counter_mne", "counter_pos", "counters"),
)
_LEVELS = 4
"""Groups above an image that are looked through for motors and counters."""


@dataclass(frozen=True, slots=True, eq=False)
class Headers:
    """The notes for each image of a stack."""

    fixed: Mapping[str, str]
    """Of all images."""
    keys: Mapping[str, Array]
    """One value for each image."""
    motors: Mapping[str, Array]
    counters: Mapping[str, Array]
    first: tuple[int, int] = (0, 1)
    """Where the first image lies in these, and how far the next."""

    @classmethod
    def near(cls, part: Part) -> "Headers":
        """Return what lies beside the dataset of a part."""
        dataset = part.dataset
        fixed = {
            name: _text(value)
            for name, value in _attributes(dataset)
            if name not in _STRUCTURE and np.ndim(value) == 0
        }
        count, first = _along(part)
        keys: dict[str, Array] = {}
        motors: dict[str, Array] = {}
        counters: dict[str, Array] = {}
        for group in _above(dataset):
            if not keys:
                for name in _KEYS:
                    keys |= _values(_group(group, name), count)
            motors = motors or _values(_group(group, "positioners"), count)
            counters = counters or _values(_group(group, "measurement"), count)
        return cls(fixed, keys, motors, counters, first)

    def of(self, index: tuple[int, ...]) -> dict[str, str]:
        """Return the header of one image."""
        start, step = self.first
        at = start + step * (index[0] if index else 0)
        found = dict(self.fixed)
        found |= {name: _text(_at(values, at)) for name, values in self.keys.items()}
        for (names, places, _), values in zip(
            _LISTS, (self.motors, self.counters), strict=True
        ):
            found |= _listed(values, at, names, places)
        return found


def _listed(
    values: Mapping[str, Array], at: int, names: str, places: str
) -> dict[str, str]:
    """Return motors or counters as the two lists that headers have of them."""
    plain = {name: _text(_at(array, at)) for name, array in values.items()}
    listed = {k: v for k, v in plain.items() if _is_word(k) and _is_word(v)}
    found = {name: value for name, value in plain.items() if name not in listed}
    if listed:
        found |= {names: " ".join(listed), places: " ".join(listed.values())}
    return found


def _is_word(text: str) -> bool:
    return len(text.split()) == 1


def _at(values: Array, index: int) -> Any:
    return values[index] if values.ndim else values[()]


def _along(part: Part) -> tuple[int, tuple[int, int]]:
    """Return the images of the whole dataset, and where those of the part are."""
    shape = part.dataset.shape
    if len(shape) <= 2 or not isinstance(part.values, SelectedValues):  # noqa: PLR2004 (rows, columns)
        return 1, (0, 1)
    start, step, _ = part.values.selection.picks[0]
    kept = part.values.selection.kept[0] and len(part.shape) > 2  # noqa: PLR2004 (as above)
    return shape[0], (start, step if kept else 0)


def _above(dataset: Any) -> Iterator[Any]:
    """Yield the group of a dataset, and those that hold it.

    Where a plot links to the dataset, those too where it lies: in the instrument.
    """
    group = dataset.parent
    for _ in range(_LEVELS):
        yield group
        instrument = _group(group, "instrument")
        for name in instrument if instrument is not None else ():
            detector = _group(instrument, name)
            if detector is not None and _lies_in(dataset, detector):
                yield detector
                yield instrument
        if group.name in {"/", None}:
            return
        group = group.parent


def _lies_in(dataset: Any, group: Any) -> bool:
    for name in group:
        try:
            if group[name] == dataset:
                return True
        except (BeamioError, KeyError, OSError, RuntimeError):
            continue
    return False


def _group(group: Any, name: str) -> Any:
    try:
        found = group.get(name)
    except (BeamioError, KeyError, OSError, RuntimeError):
        return None
    return found if found is not None and is_group(found) else None


def _values(group: Any, count: int) -> dict[str, Array]:
    """Return the datasets of a group with one value, or one for each image."""
    found: dict[str, Array] = {}
    for name in group if group is not None else ():
        try:
            item = group[name]
            if not is_group(item) and _is_note(item.shape, count):
                found[name] = _each(np.asarray(item[()]), count)
        except (BeamioError, KeyError, OSError, RuntimeError, TypeError):
            continue  # a note that can't be read keeps no image back
    return {name: values for name, values in found.items() if values.dtype.kind != "V"}


def _is_note(shape: tuple[int, ...] | None, count: int) -> bool:
    """Tell whether a dataset has a value, or a short list of them, for each image."""
    if shape is None:
        return False
    rest = shape[1:] if shape[:1] == (count,) else shape
    return len(rest) == 0 or (len(rest) == 1 and rest[0] <= _LIST)


def _each(values: Array, count: int) -> Array:
    """Return one value for each image, or one for all; lists of them as text."""
    if values.shape in {(), (count,)}:
        return values
    rows = (
        values if values.shape[0] == count and values.ndim > 1 else values[np.newaxis]
    )
    texts = np.array([" ".join(map(_text, row)) for row in rows], object)
    return texts if len(rows) == count else texts.reshape(())


def _attributes(dataset: Any) -> Iterator[tuple[str, Any]]:
    for name in dataset.attrs:
        try:
            yield name, dataset.attrs[name]
        except (BeamioError, KeyError, OSError, RuntimeError, TypeError):
            continue  # of a type that h5py does not read


def _text(value: Any) -> str:
    """Return a value as a header has it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")[:_LONG]
    if isinstance(value, np.generic):
        value = value.item() if value.dtype.kind != "f" else value
    return str(value)[:_LONG]

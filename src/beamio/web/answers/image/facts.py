"""What a dataset is as images."""

from typing import Any

import numpy as np

from beamio.formats.attributes import text_attribute, texts
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.plottable import plottable
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.image.plane import Plane, plane_of
from beamio.web.answers.image.tiles import levels
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import OfFrame

_ERRORS = (KeyError, OSError, RuntimeError, ValueError, TypeError, AttributeError)
_VALUES = 100_000
"""Values of an axis that are sent, at most."""
_REGULAR = 1e-3
"""Of a step: what an axis may be off to be told by its start and step alone."""
_KEYS = ("image_key_control", "image_key")
_KEY_PLACES = ("", "../instrument/detector/", "../../instrument/detector/")


def facts(reading: Reading, asked: OfFrame) -> Answer:
    """Return facts of the dataset and of the frame that is asked for."""
    with plane_of(reading, asked) as plane:
        dataset = plane.dataset
        found = plottable(dataset)
        keys = _image_keys(dataset)
        at = plane.at if asked.slice.strip() else _first(plane, keys)
        return as_json(
            {
                "shape": list(dataset.shape),
                "dtype": str(plane.dtype),
                "axes": list(plane.axes),
                "at": list(at),
                "levels": [
                    {"shape": level.shape, "tile": level.tile}
                    for level in levels(plane.shape)
                ],
                "invalid": plane.invalid,
                "title": found.title,
                "units": text_attribute(dataset, "units"),
                "dimensions": [
                    _dimension(axis, length)
                    for axis, length in zip(found.axes, dataset.shape, strict=False)
                ],
                "log": found.log_signal,
                "keys": keys,
            }
        )


def _dimension(axis: Any | None, length: int) -> dict[str, Any] | None:
    """Return the coordinates along an axis; None if there are none to be used."""
    if axis is None:
        return None
    told = {
        "name": str(axis.name).rpartition("/")[2],
        "units": text_attribute(axis, "units"),
    }
    try:
        values = np.asarray(axis[()], np.float64)
    except _ERRORS:
        return None
    if values.size == length + 1:  # edges
        values = (values[1:] + values[:-1]) / 2
    if not np.isfinite(values).all():
        return None
    step = float(values[-1] - values[0]) / (length - 1) if length > 1 else 1.0
    even = values[0] + step * np.arange(length)
    if step and np.abs(values - even).max() <= abs(step) * _REGULAR:
        return {**told, "start": float(values[0]), "step": step}
    if length > _VALUES:
        return None
    return {**told, "values": values.tolist()}


def _first(plane: Plane, keys: list[int] | None) -> tuple[int, ...]:
    """Return where to begin: as the file says, else not with a dark or a flat."""
    named = _default_slice(plane)
    if named is not None:
        return named
    if keys is None or 0 in plane.axes or ImageKey.PROJECTION not in keys:
        return plane.at
    return (keys.index(ImageKey.PROJECTION), *plane.at[1:])


def _default_slice(plane: Plane) -> tuple[int, ...] | None:
    """Return the frame that NXdata's attribute ``default_slice`` names."""
    try:
        items = texts(plane.dataset.parent.attrs.get("default_slice"))
    except _ERRORS:
        return None
    shape = plane.dataset.shape
    if len(items) != len(shape):
        return None
    at = list(plane.at)
    for axis, item in enumerate(items):
        if axis not in plane.axes and item.strip().isdecimal():
            at[axis] = min(int(item), shape[axis] - 1)
    return tuple(at)


def _image_keys(dataset: Any) -> list[int] | None:
    """Return what each frame of an NXtomo is; None if it isn't said."""
    if len(dataset.shape) != 3 or dataset.shape[0] > _VALUES:  # noqa: PLR2004 (a stack)
        return None
    for place in _KEY_PLACES:
        for name in _KEYS:
            try:
                found = _inside(dataset, f"{place}{name}")[()]
            except _ERRORS:
                continue
            if np.shape(found) == (dataset.shape[0],) and found.dtype.kind in "iu":
                return [int(key) for key in found]
    return None


def _inside(dataset: Any, path: str) -> Any:
    """Return what lies at a path from the group of a dataset."""
    here = dataset.parent
    *steps, name = path.split("/")
    for step in steps:
        here = here.parent if step == ".." else here[step]
    return here[name]

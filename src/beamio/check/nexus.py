"""NeXus mistakes that keep a plot from showing.

https://manual.nexusformat.org/datarules.html#find-the-plottable-data
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from beamio.check.notes import BROKEN, Notes
from beamio.errors import nearest
from beamio.formats.default import nx_class
from beamio.formats.hdf5.file import member
from beamio.view import extent

_SINGLE = ("NX_class", "default", "signal")
"""Attributes that are one text."""
_MANY = 1000

Problem = tuple[str, str]
"""What is wrong, and what to do."""


def check_group(path: str, group: Any, notes: Notes) -> None:
    """Note what keeps a viewer from the plot of a group, HDF5 or of a tree."""
    try:
        problems = list(_problems(group))
    except BROKEN:
        return  # whoever reads the attributes says why
    for message, remedy in problems:
        notes.warning("NeXus", path, message, remedy)


def _problems(group: Any) -> Iterator[Problem]:
    attrs = group.attrs
    given = [name for name in _SINGLE if name in attrs]
    if not given:
        return
    for name in given:
        yield from _of_text(name, attrs[name])
    default = _one_text(attrs.get("default"))
    if default:
        yield from _of_default(group, default)
    signal = _one_text(attrs.get("signal"))
    kind = nx_class(group)
    if kind == "NXdata":
        yield from _of_data(group, signal)
    elif signal:
        what = f"is {kind}" if kind else "has no NX_class"
        yield (
            f"names a signal, but {what}; viewers see no plot in it",
            'set its attribute NX_class to "NXdata"',
        )


def _of_text(name: str, value: Any) -> Iterator[Problem]:
    if isinstance(value, np.ndarray) and value.shape != ():
        what = f"its attribute {name} is an array; some viewers do not find it"
        yield what, f"write {name} as a single text"
    elif not _one_text(value):
        yield f"its attribute {name} is not a text", f"write {name} as a text"


def _one_text(value: Any) -> str:
    """Return a text, or the only one of an array."""
    texts = _texts(value)
    return texts[0] if len(texts) == 1 else ""


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    found = np.asarray(value).reshape(-1).tolist()
    return [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else each
        for each in found
        if isinstance(each, str | bytes)
    ]


def _of_default(group: Any, default: str) -> Iterator[Problem]:
    found = member(group, default)
    if found is None:
        what = f"default names {default!r}, which is not there"
        yield what + _nearest(default, group), "correct the attribute default"
    elif not hasattr(found, "keys"):
        what = f"default names {default!r}, which is a dataset"
        yield what, "let it name a group: NXentry or NXdata"


def _nearest(name: str, group: Any) -> str:
    """Return what else is there; nothing of a large group, which takes long."""
    return nearest(name, map(str, group)) if len(group) < _MANY else ""


def _of_data(group: Any, name: str) -> Iterator[Problem]:
    if not name:
        if not _has_old_signal(group):
            what = "names no signal, so there is nothing to plot"
            yield what, "set its attribute signal to the name of a dataset in it"
        return
    signal = member(group, name)
    if signal is None or not hasattr(signal, "dtype"):
        gone = "not there" if signal is None else "no dataset"
        what = f"signal names {name!r}, which is {gone}{_nearest(name, group)}"
        yield what, "correct the attribute signal"
        return
    yield from _of_axes(group, tuple(signal.shape or ()))
    for other in _texts(group.attrs.get("auxiliary_signals")):
        found = member(group, other)
        if found is None:
            what = f"auxiliary_signals names {other!r}, which is not there"
            yield what, "correct the attribute auxiliary_signals"
        elif getattr(found, "shape", None) != signal.shape:
            what = f"the auxiliary signal {other!r} has not the shape of {name!r}"
            yield what, "viewers draw both over the same axes"


def _has_old_signal(group: Any) -> bool:
    names = [str(each) for each in group][:_MANY]
    return any(_is_old_signal(member(group, name)) for name in names)


def _is_old_signal(item: Any) -> bool:
    return hasattr(item, "dtype") and str(item.attrs.get("signal", "")) == "1"


def _of_axes(group: Any, shape: tuple[int, ...]) -> Iterator[Problem]:
    axes = _texts(group.attrs.get("axes"))
    if len(axes) == 1 and ":" in axes[0]:
        axes = axes[0].split(":")
    if not axes:
        return
    is_scatter = len(shape) == 1
    if len(axes) != len(shape) and not is_scatter:
        what = (
            f"axes names {len(axes)}, but the signal has {len(shape)} dimensions "
            f"({extent(shape)})"
        )
        yield what, 'name one for each dimension, "." where there is none'
        return
    for number, name in enumerate(axes):
        axis = None if name in {".", ""} else member(group, name)
        if axis is not None and hasattr(axis, "shape"):
            places = _places(group, name, 0 if is_scatter else number)
            yield from _of_axis(name, tuple(axis.shape or ()), shape, places)
        elif name not in {".", ""}:
            what = f"axes names {name!r}, which is not there{_nearest(name, group)}"
            yield what, "correct the attribute axes"


def _places(group: Any, axis: str, number: int) -> Sequence[int]:
    """Return the dimensions that an axis belongs to."""
    given = group.attrs.get(f"{axis}_indices")
    if given is None:
        return [number]
    return [int(each) for each in np.asarray(given).reshape(-1)]


def _of_axis(
    name: str, length: tuple[int, ...], shape: tuple[int, ...], places: Sequence[int]
) -> Iterator[Problem]:
    if any(not 0 <= place < len(shape) for place in places):
        what = f"{name}_indices names a dimension that the signal has not"
        yield what, f"correct {name}_indices: dimensions count from 0"
        return
    wanted = [shape[place] for place in places]
    fits = len(length) == len(wanted) and all(
        have in {want, want + 1} for have, want in zip(length, wanted, strict=True)
    )
    if not (fits or length in {(), (1,)}):
        what = (
            f"the axis {name!r} has the shape {extent(length)}, and the signal is "
            f"{extent(tuple(wanted))} there"
        )
        yield what, "an axis is as long as its dimension, or longer by one"

"""What an NXdata says of the plot of its signal: axes, errors, units, scales."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from beamio.formats.attributes import nx_class, text_attribute
from beamio.formats.external import is_followed

_ERRORS = (KeyError, OSError, RuntimeError, ValueError, TypeError)
"""What h5py raises where a member is damaged or of a strange type."""
_AUXILIARY = 20
"""Further curves that are drawn, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Plottable:
    """A signal and what belongs to it; datasets that nobody has read yet."""

    signal: Any
    axes: tuple[Any | None, ...]
    """For each axis of the signal a dataset, or None."""
    points: tuple[Any, Any] | None = None
    """The two coordinates of each value of a scatter plot."""
    errors: Any | None = None
    auxiliary: tuple[Any, ...] = ()
    """Further signals of the same shape."""
    title: str = ""
    interpretation: str = ""
    """Such as "spectrum", "image", "rgba-image"; nothing if it isn't said."""
    log_axes: tuple[bool, ...] = ()
    log_signal: bool = False


def plottable(signal: Any) -> Plottable:
    """Return how a dataset is to be plotted, as the group around it says.

    Parameters
    ----------
    signal
        A dataset of HDF5 or of a `Tree`.

    Notes
    -----
    The attributes are those of NXdata, today's and those of old, and what silx keeps in
    ``SILX_style``. A dataset outside of an NXdata may have HDF5's dimension scales.
    https://manual.nexusformat.org/classes/base_classes/NXdata.html
    """
    ndim = len(signal.shape or ())
    interpretation = text_attribute(signal, "interpretation")
    group = _group_of(signal)
    if group is None or nx_class(group) != "NXdata":
        return Plottable(signal, _scales(signal), interpretation=interpretation)
    name = str(signal.name).rpartition("/")[2]
    named = _named_axes(group, signal)
    is_signal = text_attribute(group, "signal") in {"", name}
    scale_axes, scale_signal = _style(group)
    return Plottable(
        signal,
        _axes(group, signal, named),
        points=_points(group, signal, named),
        errors=_errors(group, name, signal),
        auxiliary=_auxiliary(group, signal) if is_signal else (),
        title=_title(group),
        interpretation=interpretation or text_attribute(group, "interpretation"),
        log_axes=tuple(scale_axes[:ndim]),
        log_signal=scale_signal,
    )


def names_of(item: Any, attribute: str) -> list[str]:
    """Return the names that an attribute lists, as an array or between colons."""
    try:
        value = item.attrs.get(attribute)
    except _ERRORS:
        return []
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[:,]", value.strip("[] ")) if part]
    if getattr(value, "ndim", 0) != 1:
        return []
    found = [v.decode(errors="replace") if isinstance(v, bytes) else v for v in value]
    return [name for name in found if isinstance(name, str)]


def _group_of(signal: Any) -> Any | None:
    try:
        return signal.parent
    except _ERRORS:
        return None


def _member(group: Any, name: str, *, text: bool = False) -> Any | None:
    """Return a dataset of numbers, or of text; None if there is none."""
    if not name or name == ".":
        return None
    try:
        found = group.get(name) if is_followed(group, name) else None
        kind = found.dtype.kind if found is not None else ""
    except (*_ERRORS, AttributeError):
        return None
    return found if kind and (text or kind in "biuf") else None


def _named_axes(group: Any, signal: Any) -> list[str]:
    for item in (group, signal):
        found = names_of(item, "axes")
        if found:
            return found
    return _numbered_axes(group, len(signal.shape or ()))


def _numbered_axes(group: Any, ndim: int) -> list[str]:
    """Return the axes whose own attribute ``axis`` numbers them, as of old."""
    found = ["."] * ndim
    for name in group:
        item = _member(group, name)
        number = _number(item, "axis") if item is not None else None
        if number is not None and 1 <= number <= ndim:
            is_first = found[number - 1] == "." or _number(item, "primary") == 1
            found[number - 1] = name if is_first else found[number - 1]
    return found if any(name != "." for name in found) else []


def _number(item: Any, attribute: str) -> int | None:
    try:
        return int(item.attrs[attribute])
    except _ERRORS:
        return None


def _axes(group: Any, signal: Any, named: Sequence[str]) -> tuple[Any | None, ...]:
    """Return the dataset for each axis of the signal, as long as that, or of edges."""
    shape = signal.shape or ()
    found: list[Any | None] = [None] * len(shape)
    # Fewer names than axes are those of the last ones.
    first = max(len(shape) - len(named), 0)
    for position, name in enumerate(named):
        item = _member(group, name)
        if item is None:
            continue
        index = _number(group, f"{name}_indices")
        place = first + position if index is None else index
        if place < len(shape) and _fits(item, shape[place]):
            found[place] = item
    return tuple(found)


def _fits(item: Any, length: int) -> bool:
    return bool(item.shape == (length,) or item.shape == (length + 1,))


def _points(group: Any, signal: Any, named: Sequence[str]) -> tuple[Any, Any] | None:
    """Return the coordinates of a scatter plot: two axes along the only one."""
    if len(signal.shape or ()) != 1 or len(named) != 2:  # noqa: PLR2004 (a plane)
        return None
    x, y = (_member(group, name) for name in named)
    if x is None or y is None or x.shape != signal.shape or y.shape != signal.shape:
        return None
    return x, y


def _errors(group: Any, name: str, signal: Any) -> Any | None:
    named = text_attribute(signal, "uncertainties")
    for each in (f"{name}_errors", named, "errors"):
        found = _member(group, each)
        if found is not None and found.shape == signal.shape:
            return found
    return None


def _auxiliary(group: Any, signal: Any) -> tuple[Any, ...]:
    names = names_of(group, "auxiliary_signals")[:_AUXILIARY]
    items: Iterable[Any | None] = (_member(group, name) for name in names)
    return tuple(
        item for item in items if item is not None and item.shape == signal.shape
    )


def _title(group: Any) -> str:
    found = _member(group, "title", text=True)
    if found is None:
        return text_attribute(group, "title")
    try:
        value = found[()]
    except _ERRORS:
        return ""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return value if isinstance(value, str) else ""


def _style(group: Any) -> tuple[list[bool], bool]:
    """Return which axes, and whether the signal, are shown as logarithms."""
    try:
        style = json.loads(text_attribute(group, "SILX_style") or "{}")
    except (ValueError, RecursionError):
        style = {}
    if not isinstance(style, dict):
        style = {}
    axes = style.get("axes_scale_types")
    kinds = axes if isinstance(axes, list) else []
    is_log = "log" in {style.get("signal_scale_type"), text_attribute(group, "scale")}
    return [kind == "log" for kind in kinds], is_log


def _scales(signal: Any) -> tuple[Any | None, ...]:
    """Return the dimension scales that are attached to a dataset of HDF5."""
    shape = signal.shape or ()
    found: list[Any | None] = [None] * len(shape)
    if "DIMENSION_LIST" in signal.attrs:
        for place, length in enumerate(shape):
            try:
                scale = signal.dims[place][0]
                if scale.dtype.kind in "biuf" and scale.shape == (length,):
                    found[place] = scale
            except (*_ERRORS, IndexError, AttributeError):
                continue
    return tuple(found)

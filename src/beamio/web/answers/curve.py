"""What belongs to a curve: its axis, its errors, its labels, other columns."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from beamio.errors import BeamioError, OptionError
from beamio.formats.attributes import nx_class, text_attribute
from beamio.formats.external import followed
from beamio.nexus.plottable import plottable
from beamio.picture.labels import name_of, units_of
from beamio.picture.source import found_in, place_of
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.reading import Reading
from beamio.web.questions.lines import CurveAsked

_BESIDE = 500
"""Datasets of a group that are looked at for columns, at most."""


def curve(reading: Reading, asked: CurveAsked) -> Answer:
    """Return what a dataset is as a curve; of a group, the one that is plotted."""
    with reading.item(asked.file, asked.path) as item, found_in(item) as found:
        signal, along = found.dataset, found.along
        if signal.shape is None or signal.dtype.kind not in "biufc":
            raise OptionError(f"{place_of(signal)}: holds no numbers", place=asked.path)
        return as_json(_facts(item, signal, along))


def _facts(item: Any, signal: Any, along: Any | None) -> dict[str, Any]:
    plot = plottable(signal)
    rank = len(signal.shape)
    axes = [_column(axis, signal) for axis in plot.axes]
    if along is not None:
        axes = [_column(along, signal)]
    group = item if not hasattr(item, "dtype") and along is not None else signal.parent
    errors = _column(plot.errors, signal)
    return {
        **(_column(signal, signal) or {}),
        "shape": list(signal.shape),
        "dtype": signal.dtype.str,
        "interpretation": plot.interpretation,
        "title": plot.title or _title(signal.parent),
        "axes": [axes[i] if i < len(axes) else None for i in range(rank)],
        "log_axes": list(plot.log_axes),
        "log": plot.log_signal,
        "errors": None if errors is None else errors["path"],
        "auxiliary": [
            column
            for other in plot.auxiliary
            if (column := _column(other, signal)) is not None
        ],
        "beside": list(_beside(_columns_of(group), signal)),
        "is_scan": along is not None,
    }


def _column(dataset: Any | None, signal: Any) -> dict[str, Any] | None:
    """Return where a dataset lies, and what it is called.

    None for one of another file: only paths in the same one can be asked for.
    """
    if dataset is None or dataset.file.filename != signal.file.filename:
        return None
    return {
        "path": str(dataset.name),
        "name": name_of(dataset),
        "label": text_attribute(dataset, "long_name") or name_of(dataset),
        "units": units_of(dataset),
    }


def _columns_of(group: Any) -> Any:
    """Return the group with the columns of a scan: SPEC's own is around it."""
    inner = followed(group, "measurement") if "measurement" in group else None
    return group if inner is None or hasattr(inner, "dtype") else inner


def _beside(group: Any, signal: Any) -> Iterator[dict[str, Any]]:
    """Yield the datasets of a group that are as long as one of a signal's axes."""
    for name in islice(group, _BESIDE):
        other = followed(group, name)
        shape, dtype = getattr(other, "shape", None), getattr(other, "dtype", None)
        if other is None or dtype is None or dtype.kind not in "biuf" or not shape:
            continue
        column = _column(other, signal)
        if column is not None and len(shape) == 1 and shape[0] in signal.shape:
            yield {**column, "length": shape[0]}


def plotted(item: Any) -> dict[str, Any] | None:
    """Return which dataset is plotted of a group, and whether as a curve."""
    try:
        with found_in(item) as found:
            signal, along = found.dataset, found.along
            shape = signal.shape
            if not shape or signal.dtype.kind not in "biufc":
                return None
            interpretation = plottable(signal).interpretation
    except (BeamioError, OSError, KeyError, RuntimeError, ValueError, TypeError):
        return None
    return {
        "path": str(signal.name),
        "shape": list(shape),
        "dtype": signal.dtype.str,
        "is_curve": len(shape) == 1 or interpretation in {"spectrum", "scaler"},
        "is_scan": along is not None,
    }


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""


def _title(group: Any) -> str:
    """Return the title of the entry around a dataset, such as the command of a scan."""
    for _ in range(4):
        if nx_class(group) == "NXentry":
            found = followed(group, "title")
            if found is None or getattr(found, "shape", None) != ():
                return ""
            return _text(found[()])
        if group.name == "/":
            return ""
        group = group.parent
    return ""

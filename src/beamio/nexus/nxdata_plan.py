"""What an NXdata is going to hold, checked before anything is written."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np

from beamio.errors import OptionError, nearest
from beamio.view import count, extent, printable

_INTERPRETATIONS = (
    "scalar",
    "spectrum",
    "image",
    "rgb-image",
    "rgba-image",
    "hsl-image",
    "hsla-image",
    "cmyk-image",
    "vertex",
)
_SCALES = ("linear", "log")
_NUMBERS = "biufc"


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """The group that is filled."""

    group: Any
    filename: str
    """The name that its file has, or will get."""


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A dataset that is written, or linked to."""

    name: str
    shape: tuple[int, ...]
    values: Any = None
    link: Any = None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class DataPlan:
    """The members of an NXdata, and its attributes."""

    members: tuple[Planned, ...]
    signal: str
    axes: tuple[str, ...]
    indices: tuple[int, ...]
    """For each axis the dimension that it belongs to."""
    auxiliary: tuple[str, ...]
    style: dict[str, Any]
    """The scales, as silx reads them."""
    interpretation: str


def plan_data(  # noqa: PLR0913 (as write_data)
    home: Home,
    signal: Any,
    *,
    axes: Mapping[str, Any] | Sequence[Any],
    name: str,
    errors: Any,
    auxiliary: Mapping[str, Any] | Sequence[Any],
    units: str | Mapping[str, str],
    labels: str | Mapping[str, str],
    scale: str | Mapping[str, str],
    interpretation: str,
) -> DataPlan:
    """Return what `write_data` is going to write; see there.

    Raises
    ------
    OptionError
        If something does not fit.
    """
    main = _planned(name or _name_of(signal) or "data", signal, home)
    others = [_planned(*each, home) for each in _named(auxiliary, "auxiliary")]
    for other in others:
        _check_same(other, main)
    along = [None if each is None else _planned(*each, home) for each in _of_axes(axes)]
    _check_axes(main, along)
    known = {each.name: each for each in (main, *others, *filter(None, along))}
    if len(known) < 1 + len(others) + len([each for each in along if each]):
        raise OptionError("two of signal, axes and auxiliary have the same name")
    _describe(known, "units", _by_name(units, main, known, "units"))
    _describe(known, "long_name", _by_name(labels, main, known, "labels"))
    uncertain = [
        _errors_of(known[of], values, home)
        for of, values in _by_name(errors, main, known, "errors").items()
    ]
    scales = _by_name(scale, main, known, "scale")
    for value in scales.values():
        _check_one_of(value, _SCALES, "scale")
    if interpretation:
        _check_one_of(interpretation, _INTERPRETATIONS, "interpretation")
    is_scatter = len(main.shape) == 1
    return DataPlan(
        members=(*known.values(), *uncertain),
        signal=main.name,
        axes=tuple("." if each is None else each.name for each in along),
        indices=tuple(0 if is_scatter else place for place in range(len(along))),
        auxiliary=tuple(each.name for each in others),
        style=_style(main, along, scales),
        interpretation=interpretation,
    )


def _planned(name: str, values: Any, home: Home) -> Planned:
    """Return a member of numbers, to be written or linked to."""
    if not name or "/" in name or name in {".", "title"} or "\0" in name:
        raise OptionError(f"{name!r} can't be the name of a dataset in an NXdata")
    if isinstance(values, h5py.Dataset):
        _check_numbers(name, values.dtype)
        return Planned(name, tuple(values.shape), link=_link(values, home))
    attributes = {}
    if hasattr(values, "magnitude") and hasattr(values, "units"):  # of Pint
        short = f"{values.units:~C}"
        attributes["units"], values = short, values.magnitude
    try:
        array = np.asarray(values[()] if hasattr(values, "stored") else values)
    except ValueError as error:
        raise OptionError(f"{name}: is no array ({error})") from error
    _check_numbers(name, array.dtype)
    return Planned(name, array.shape, values=array, attributes=attributes)


def _check_numbers(name: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind not in _NUMBERS:
        raise OptionError(f"{name}: holds {dtype}; only numbers can be plotted")


def _link(dataset: Any, home: Home) -> Any:
    """Return the link from a group to a dataset, of its own file or of another."""
    theirs, ours = os.fsdecode(dataset.file.filename), home.filename
    is_same = dataset.file == home.group.file or (
        os.path.exists(ours) and os.path.samefile(theirs, ours)  # noqa: PTH110, PTH121 (any bytes)
    )
    if is_same:
        return h5py.SoftLink(dataset.name)
    # Relative, so that both files can be moved together.
    near = os.path.relpath(theirs, os.path.dirname(ours) or os.curdir)  # noqa: PTH120 (any bytes)
    return h5py.ExternalLink(near, dataset.name)


def _name_of(values: Any) -> str:
    """Return the name of a dataset; nothing of an array."""
    return str(getattr(values, "name", "") or "").rpartition("/")[2]


def _named(given: Any, what: str) -> Iterator[tuple[str, Any]]:
    """Yield names and values, of a mapping or of a sequence of datasets or pairs."""
    if isinstance(given, Mapping):
        yield from ((str(name), values) for name, values in given.items())
        return
    for each in given:
        if isinstance(each, tuple) and len(each) == 2 and isinstance(each[0], str):  # noqa: PLR2004 (a pair)
            yield each
        elif _name_of(each):
            yield _name_of(each), each
        else:
            raise OptionError(
                f"{what}: give names, as in {what}={{'name': values}}, or datasets"
            )


def _of_axes(given: Any) -> Iterator[tuple[str, Any] | None]:
    """Yield the name and values of each axis; None where there is none."""
    if isinstance(given, Mapping):
        for name, values in given.items():
            yield None if values is None else (str(name), values)
        return
    for each in given:
        yield None if each is None else next(_named([each], "axes"))


def _check_axes(signal: Planned, axes: Sequence[Planned | None]) -> None:
    """Check that axes fit the signal."""
    shape = signal.shape
    is_scatter = len(shape) == 1 and len(axes) > 1
    if axes and len(axes) != len(shape) and not is_scatter:
        raise OptionError(
            f"axes: there are {len(axes)}, but {printable(signal.name)} has "
            f"{count(len(shape), 'dimension')} ({_shape(signal)}); give one for each, "
            "None where there is none"
        )
    for place, axis in enumerate(axes):
        if axis is None:
            continue
        wanted = shape[0] if is_scatter else shape[place]
        lengths = {(wanted,)} if is_scatter else {(wanted,), (wanted + 1,)}
        if axis.shape not in lengths:
            edges = "" if is_scatter else f", or {wanted + 1:,} as edges"
            raise OptionError(
                f"axis {printable(axis.name)}: is {_shape(axis)}, but "
                f"{printable(signal.name)} has {wanted:,} there; give {wanted:,}{edges}"
            )


def _check_same(other: Planned, signal: Planned) -> None:
    if other.shape != signal.shape:
        raise OptionError(
            f"{printable(other.name)}: is {_shape(other)}, but "
            f"{printable(signal.name)} is {_shape(signal)}"
        )


def _by_name(
    given: Any, signal: Planned, known: Mapping[str, Planned], what: str
) -> dict[str, Any]:
    """Return what was given for names; what has no name is for the signal."""
    if given is None or (isinstance(given, str) and not given):
        return {}
    if not isinstance(given, Mapping):
        return {signal.name: given}
    for name in given:
        if name not in known:
            raise OptionError(
                f"{what}: there is no {name!r}{nearest(str(name), known)}"
            )
    return dict(given)


def _describe(
    known: Mapping[str, Planned], attribute: str, given: Mapping[str, str]
) -> None:
    for name, text in given.items():
        if known[name].link is not None:
            raise OptionError(
                f"{name}: is a link; its {attribute} are those of the dataset that it "
                "leads to"
            )
        known[name].attributes[attribute] = text


def _errors_of(of: Planned, values: Any, home: Home) -> Planned:
    found = _planned(f"{of.name}_errors", values, home)
    _check_same(found, of)
    return found


def _check_one_of(value: str, known: Sequence[str], what: str) -> None:
    if value not in known:
        raise OptionError(f"{what}: there is no {value!r}{nearest(str(value), known)}")


def _style(
    signal: Planned, axes: Sequence[Planned | None], scales: Mapping[str, str]
) -> dict[str, Any]:
    """Return the scales as silx reads them; nothing if none was given."""
    if not scales:
        return {}
    along = [scales.get(each.name, "linear") if each else "linear" for each in axes]
    style: dict[str, Any] = {"axes_scale_types": along} if along else {}
    return {**style, "signal_scale_type": scales.get(signal.name, "linear")}


def _shape(member: Planned) -> str:
    return extent(member.shape) or "a number"

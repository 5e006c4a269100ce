"""The way to the default plot of a NeXus file, told step by step.

https://manual.nexusformat.org/datarules.html#find-the-plottable-data
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

import h5py
from h5py import h5a, h5l, h5o

from beamio.errors import nearest
from beamio.formats.attributes import nx_class, one_text, text_attribute, texts
from beamio.formats.external import followed
from beamio.formats.plot_axes import Problem, axes_of, problems_of_axes
from beamio.view import extent

_STEPS = 16
"""Groups that are followed to the signal, at most."""
_SINGLE = ("NX_class", "default", "signal")
"""Attributes that are one text."""
_MANY = 1000
_DAMAGE = (KeyError, OSError, RuntimeError, ValueError)
"""What h5py raises for a member that can't be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was found in one place on the way."""

    path: str
    message: str
    remedy: str = ""
    is_broken: bool = False
    """Whether it keeps viewers from the plot."""


@dataclass(frozen=True, slots=True)
class PlotWay:
    """The way to what viewers plot."""

    steps: tuple[Step, ...]
    signal: Any | None
    """The dataset; None if the way does not lead to one."""
    group: Any | None = None
    """The NXdata that it is the signal of."""


def plot_way(group: Any) -> PlotWay:
    """Return the way from a group to the dataset that viewers plot of it.

    Parameters
    ----------
    group
        A group of HDF5 or of a `Tree`: a root, an NXentry, an NXdata.

    Notes
    -----
    The attribute ``default`` leads from group to group, ``signal`` of an NXdata to the
    dataset; in files of old, the dataset has an attribute ``signal`` of 1. Without
    ``default``, the only NXentry or NXdata is followed.

    Examples
    --------
    >>> from beamio.formats.tree import Branch, Tree
    >>> data = Branch.of({"counts": [1, 2]}, "NXdata", signal="counts")
    >>> entry = Branch.of({"plot": data}, "NXentry", default="plot")
    >>> for step in plot_way(Tree("f", Branch.of({"entry": entry}))).steps:
    ...     print(step.path, step.message)
    / has no default; entry is its only NXentry
    /entry default leads to plot
    /entry/plot the signal is counts: 2 int64
    """
    way = follow(group)
    if way.signal is None:
        return way
    axes = _of_axes(way.group, way.steps[-1].path, way.signal)
    return PlotWay((*way.steps, *axes), way.signal, way.group)


def follow(group: Any) -> PlotWay:
    """Return the way to what is plotted, without a look at its axes."""
    steps: list[Step] = []
    here, path = group, str(getattr(group, "name", "/") or "/")
    for _ in range(_STEPS):
        name, step = _next(here, path)
        steps.append(step)
        found = followed(here, name) if name else None
        if found is None:
            return PlotWay(tuple(steps), None)
        if not is_group(found):
            return PlotWay(tuple(steps), found, here)
        here, path = found, f"{path.rstrip('/')}/{name}"
    what, remedy = "the way does not end", "correct the attributes default"
    return PlotWay((*steps, Step(path, what, remedy, is_broken=True)), None)


def plot_problems(group: Any) -> Iterator[Problem]:
    """Yield what keeps viewers from the plot of this group, and what to do.

    Only the group itself is looked at, whether a way leads to it or not.

    Examples
    --------
    >>> from beamio.formats.tree import Branch, Tree
    >>> data = Branch.of({"counts": [1, 2]}, "NXdata", signal="count")
    >>> [what] = plot_problems(Tree("f", data))
    >>> print("; ".join(what))
    signal names 'count', which is not there; did you mean counts?; correct the ...
    """
    attrs = group.attrs
    given = [name for name in _SINGLE if name in attrs]
    for name in given:
        yield from _of_text(name, attrs[name])
    kind, signal = nx_class(group), one_text(attrs.get("signal"))
    default = one_text(attrs.get("default"))
    if default:
        yield from _of_default(group, default)
    if kind == "NXdata":
        yield from _of_data(group, signal)
    elif signal:
        what = f"is {kind}" if kind else "has no NX_class"
        yield (
            f"names a signal, but {what}; viewers see no plot in it",
            'set its attribute NX_class to "NXdata"',
        )


def is_group(item: Any) -> bool:
    """Tell a group from a dataset."""
    return not hasattr(item, "dtype")


def _next(group: Any, path: str) -> tuple[str, Step]:
    """Return the name to follow, empty at the end, and the step that tells of it."""
    kind = nx_class(group)
    for name in ("signal", "default"):
        target = text_attribute(group, name)
        if target:
            return target, _named(group, path, name, target)
    if kind == "NXdata":
        return _old_signal(group, path)
    classes = list(_classes(group))
    for wanted in ("NXentry", "NXdata"):
        found = [name for name, kind in classes if kind == wanted]
        if len(found) == 1:
            remedy = f'set its attribute default to "{found[0]}"'
            what = f"has no default; {found[0]} is its only {wanted}"
            return found[0], Step(path, what, remedy)
        if found:
            what = f"has no default, and {len(found)} of {wanted}"
            remedy = f'set its attribute default, for instance to "{found[0]}"'
            return "", Step(path, what, remedy, is_broken=True)
    what = "has no default, no NXentry and no NXdata"
    remedy = "add an NXdata, as beamio.nexus.write_data does"
    return "", Step(path, what, remedy, is_broken=True)


def _named(group: Any, path: str, attribute: str, target: str) -> Step:
    """Return the step that an attribute names."""
    found = followed(group, target)
    if found is None:
        what = f"{attribute} names {target!r}, which is not there"
        remedy = f"correct the attribute {attribute}"
        return Step(path, what + _nearest(target, group), remedy, is_broken=True)
    if is_group(found):
        return Step(path, f"{attribute} leads to {target}")
    return Step(path, f"the {attribute} is {target}: {_shown(found)}")


def _old_signal(group: Any, path: str) -> tuple[str, Step]:
    for name, item in _members(group):
        if _is_old_signal(item):
            what = f"the signal is {name}, as in old files: {_shown(item)}"
            remedy = f'set the attribute signal of the group to "{name}"'
            return name, Step(path, what, remedy)
    what = "is an NXdata that names no signal, so there is nothing to plot"
    remedy = "set its attribute signal to the name of a dataset in it"
    return "", Step(path, what, remedy, is_broken=True)


def _of_axes(group: Any, path: str, signal: Any) -> Iterator[Step]:
    """Yield what the axes of a signal are, and what is wrong with them."""
    names = axes_of(group)
    if names:
        yield Step(path, f"the axes are {', '.join(names)}")
    shape = tuple(signal.shape or ())
    for message, remedy in problems_of_axes(group, shape):
        yield Step(path, message, remedy, is_broken=True)


def _of_text(name: str, value: Any) -> Iterator[Problem]:
    if getattr(value, "shape", ()) != ():
        what = f"its attribute {name} is an array; some viewers do not find it"
        yield what, f"write {name} as a single text"
    elif not one_text(value):
        yield f"its attribute {name} is not a text", f"write {name} as a text"


def _of_default(group: Any, default: str) -> Iterator[Problem]:
    found = followed(group, default)
    if found is None:
        what = f"default names {default!r}, which is not there"
        yield what + _nearest(default, group), "correct the attribute default"
    elif not is_group(found):
        what = f"default names {default!r}, which is a dataset"
        yield what, "let it name a group: NXentry or NXdata"


def _of_data(group: Any, name: str) -> Iterator[Problem]:
    if not name:
        if not any(_is_old_signal(item) for _, item in _members(group)):
            what = "names no signal, so there is nothing to plot"
            yield what, "set its attribute signal to the name of a dataset in it"
        return
    signal = followed(group, name)
    if signal is None or is_group(signal):
        gone = "not there" if signal is None else "no dataset"
        what = f"signal names {name!r}, which is {gone}{_nearest(name, group)}"
        yield what, "correct the attribute signal"
        return
    yield from problems_of_axes(group, tuple(signal.shape or ()))
    for other in texts(group.attrs.get("auxiliary_signals")):
        found = followed(group, other)
        if found is None:
            what = f"auxiliary_signals names {other!r}, which is not there"
            yield what, "correct the attribute auxiliary_signals"
        elif getattr(found, "shape", None) != signal.shape:
            what = f"the auxiliary signal {other!r} has not the shape of {name!r}"
            yield what, "viewers draw both over the same axes"


def _is_old_signal(item: Any) -> bool:
    return not is_group(item) and str(item.attrs.get("signal", "")) == "1"


def _classes(group: Any) -> Iterator[tuple[str, str]]:
    """Yield the members that have an NX class: there may be 100,000 members."""
    if not isinstance(group, h5py.Group):
        yield from ((name, nx_class(item)) for name, item in _members(group))
        return
    links: list[tuple[bytes, int]] = []
    try:
        group.id.links.iterate(
            lambda name, about: links.append((name, about.type)), info=True
        )
    except _DAMAGE:  # which the group itself tells in words
        next(iter(group), None)
        raise
    for raw, kind in links:
        name = raw.decode("utf-8", "surrogateescape")
        item: Any = None
        if kind != h5l.TYPE_HARD:
            item = followed(group, name)
        else:
            with suppress(*_DAMAGE):
                found = h5o.open(group.id, raw)
                if h5a.exists(found, b"NX_class"):
                    item = followed(group, name)
        if hasattr(item, "attrs"):
            yield name, nx_class(item)


def _members(group: Any) -> Iterator[tuple[str, Any]]:
    for name in group:
        found = followed(group, name)
        if found is not None and hasattr(found, "attrs"):
            yield name, found


def _nearest(name: str, group: Any) -> str:
    """Return names like one; of a large group, only of its first members."""
    return nearest(name, map(str, islice(group, _MANY)))


def _shown(item: Any) -> str:
    shape = extent(tuple(item.shape or ()))
    return f"{shape} {item.dtype}".strip()

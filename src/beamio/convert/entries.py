"""What of a tree becomes which NXentry, and what viewers show of it."""

from collections.abc import Iterator
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.convert.text import link_name
from beamio.formats.tree import (
    ArrayValues,
    Branch,
    Leaf,
    SelectedValues,
    TreeDataset,
    Values,
)

_IMAGE = 2
"""Axes of an image."""


def entries_of(item: Any) -> dict[str, Any]:
    """Return the entries of a tree, of a group or a dataset of one, by name.

    Arrays that lie in no group are put in an entry that plots them.
    """
    if hasattr(item, "dtype"):
        name = link_name(item.name.rpartition("/")[2]) or "data"
        return {"entry": _of_arrays({name: Leaf(_values_of(item), dict(item.attrs))})}
    if item.name.strip("/"):
        name = item.name.rpartition("/")[2]
        return {name: plotted(item.parent.entry(name), name)}
    found: dict[str, Any] = {}
    arrays: dict[str, Leaf] = {}
    for name in item:
        entry = item.entry(name)
        if isinstance(entry, Leaf):
            arrays[name] = entry
        else:
            found[name] = plotted(entry, name)
    if arrays:
        name = "entry"
        while name in found:
            name += "_"
        found[name] = _of_arrays(arrays)
    return found


def _values_of(dataset: Any) -> Values:
    if isinstance(dataset, TreeDataset):
        return dataset.stored
    values = SelectedValues.of(dataset, ())
    return ArrayValues(np.asarray(dataset[()])) if values is None else values


def _of_arrays(arrays: dict[str, Leaf]) -> Branch:
    """Return an entry that plots the first of its largest arrays."""
    signal = max(arrays, key=lambda name: _size(arrays[name]))
    shape = arrays[signal].values.shape
    axes = ["."] * len(shape)
    others = [
        name
        for name, leaf in arrays.items()
        if name != signal and leaf.values.shape == shape
    ]
    about: dict[str, Any] = {"signal": link_name(signal)}
    if axes:
        about["axes"] = axes
    if others:
        about["auxiliary_signals"] = list(map(link_name, others[:100]))
    members = {
        name: _as_image(leaf) if name == signal else leaf
        for name, leaf in arrays.items()
    }
    data = Branch(members, {"NX_class": "NXdata", **about})
    return Branch({"data": data}, {"NX_class": "NXentry", "default": "data"})


def largest(entry: Any) -> tuple[tuple[int, ...], str]:
    """Return shape and type of the largest array of an entry."""
    if isinstance(entry, Leaf):
        return entry.values.shape, str(entry.values.dtype) if _size(entry) else ""
    if not isinstance(entry, Branch):
        return (), ""
    found = [largest(member) for member in entry.members.values()]
    return max(found, key=lambda one: prod(one[0]) if one[1] else 0, default=((), ""))


def _as_image(leaf: Leaf) -> Leaf:
    if len(leaf.values.shape) < _IMAGE or "interpretation" in leaf.attrs:
        return leaf
    return Leaf(leaf.values, {**leaf.attrs, "interpretation": "image"})


def _size(leaf: Leaf) -> int:
    return prod(leaf.values.shape) if leaf.values.dtype.kind in "iufcb" else 0


def plotted(entry: Any, name: str) -> Any:
    """Return an entry that viewers plot, if it has images or columns.

    Parameters
    ----------
    entry
        What lies at the top of a tree; what is no NXentry stays as it is.
    name
        Its name.
    """
    is_entry = isinstance(entry, Branch) and entry.attrs.get("NX_class") == "NXentry"
    if not is_entry or "default" in entry.attrs:
        return entry
    plot = _column_plot(entry, name) or _image_plot(entry, name)
    if plot is None:
        return entry
    title = "image" if "signal_is_image" in plot.attrs else "plot"
    attrs = {key: plot.attrs[key] for key in plot.attrs if key != "signal_is_image"}
    while title in entry.members:
        title += "_"
    members = {**entry.members, title: Branch(plot.members, attrs)}
    return Branch(members, {**entry.attrs, "default": title})


def _image_plot(entry: Branch, name: str) -> Branch | None:
    instrument = entry.members.get("instrument")
    if not isinstance(instrument, Branch):
        return None
    for detector, member in instrument.members.items():
        if isinstance(member, Branch) and isinstance(member.members.get("data"), Leaf):
            data = member.members["data"]
            if isinstance(data, Leaf) and len(data.values.shape) >= _IMAGE:
                path = f"/{name}/instrument/{detector}/data"
                about = {"signal": "data", "interpretation": "image"}
                return Branch(
                    {"data": h5py.SoftLink(path)},
                    {"NX_class": "NXdata", **about, "signal_is_image": True},
                )
    return None


def _column_plot(entry: Branch, name: str) -> Branch | None:
    """Return the plot of a scan: the last column over the first, as SPEC shows it."""
    measurement = entry.members.get("measurement")
    if not isinstance(measurement, Branch):
        return None
    columns = list(_columns(measurement))
    if not columns:
        return None
    first, last = columns[0], columns[-1]
    members = {
        link_name(column): h5py.SoftLink(f"/{name}/measurement/{column}")
        for column in (first, last)
    }
    about: dict[str, Any] = {"signal": link_name(last)}
    if first != last:
        about["axes"] = [link_name(first)]
    return Branch(members, {"NX_class": "NXdata", **about})


def _columns(measurement: Branch) -> Iterator[str]:
    for name, leaf in measurement.members.items():
        if isinstance(leaf, Leaf) and len(leaf.values.shape) == 1:
            yield name

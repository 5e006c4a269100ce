"""NXentry and NXdata: the chain that a viewer follows to the default plot."""

from collections.abc import Sequence
from typing import Any

from beamio.view import valid

_AUXILIARY = 1000
"""An attribute holds 64 kB, and no viewer lists more."""


def new_entry(file: Any, *, title: str) -> Any:
    """Return a new NXentry ``/entry`` that is the default of an `h5py.File`."""
    file.attrs["NX_class"] = "NXroot"
    file.attrs["default"] = "entry"
    entry = file.create_group("entry")
    entry.attrs["NX_class"] = "NXentry"
    entry["title"] = valid(title)
    return entry


def describe_data(
    group: Any,
    *,
    signal: str,
    axes: Sequence[str],
    auxiliary: Sequence[str] = (),
    title: str = "",
) -> None:
    """Make an NXdata of a group whose datasets are there, and its parent's default.

    Parameters
    ----------
    group
        An `h5py.Group` that holds `signal`, `auxiliary` and the axes.
    signal
        The dataset to plot.
    axes
        The dataset for each axis of `signal`; ``.`` where there is none.
    auxiliary
        Further datasets of the shape of `signal`; the first thousand are noted.
    title
        What to write above the plot.

    Notes
    -----
    https://manual.nexusformat.org/classes/base_classes/NXdata.html
    """
    group.attrs["NX_class"] = "NXdata"
    group.attrs["signal"] = signal
    group.attrs["axes"] = list(axes)
    for index, axis in enumerate(axes):
        if axis != ".":
            group.attrs[f"{axis}_indices"] = index
    if auxiliary:
        group.attrs["auxiliary_signals"] = list(auxiliary[:_AUXILIARY])
    if title:
        group["title"] = valid(title)
    group.parent.attrs["default"] = group.name.rpartition("/")[2]

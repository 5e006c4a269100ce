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


def describe_data(  # noqa: PLR0913 (what NXdata has)
    group: Any,
    *,
    signal: str,
    axes: Sequence[str],
    auxiliary: Sequence[str] = (),
    title: str = "",
    indices: Sequence[int] | None = None,
    default: bool = True,
) -> None:
    """Make an NXdata of a group whose datasets are there.

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
    indices
        For each axis the dimension of the signal; by default one after the other.
    default
        Make it the default of its parent.

    Notes
    -----
    https://manual.nexusformat.org/classes/base_classes/NXdata.html
    """
    group.attrs["NX_class"] = "NXdata"
    group.attrs["signal"] = signal
    if axes:
        group.attrs["axes"] = list(axes)
    for index, axis in zip(indices or range(len(axes)), axes, strict=True):
        if axis != ".":
            group.attrs[f"{axis}_indices"] = index
    if auxiliary:
        group.attrs["auxiliary_signals"] = list(auxiliary[:_AUXILIARY])
    if title:
        group["title"] = valid(title)
    if default:
        group.parent.attrs["default"] = group.name.rpartition("/")[2]


def make_default(group: Any) -> None:
    """Make a group the default plot of its file: each group above names the next."""
    while group.name != "/":
        group.parent.attrs["default"] = group.name.rpartition("/")[2]
        group = group.parent
    if "NX_class" not in group.attrs:
        group.attrs["NX_class"] = "NXroot"

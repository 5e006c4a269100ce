"""Write an NXdata that every viewer plots."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from beamio.errors import OptionError, OutputExistsError
from beamio.formats.hdf5 import appended_file, new_file
from beamio.model import DataUrl
from beamio.nexus.nxdata import describe_data, make_default
from beamio.nexus.nxdata_plan import DataPlan, Home, plan_data
from beamio.view import valid

_PLACE = "/entry/data"


def write_data(  # noqa: PLR0913 (what there is to say of a plot)
    target: Any,
    signal: Any,
    *,
    axes: Mapping[str, Any] | Sequence[Any] = (),
    name: str = "",
    errors: Any = None,
    auxiliary: Mapping[str, Any] | Sequence[Any] = (),
    title: str = "",
    units: str | Mapping[str, str] = "",
    labels: str | Mapping[str, str] = "",
    scale: str | Mapping[str, str] = "",
    interpretation: str = "",
    default: bool = True,
) -> str:
    """Write a signal, its axes and what belongs to them as an NXdata.

    All is checked before anything is written. A file by its name is changed as a whole
    or not at all.

    Parameters
    ----------
    target
        A group of an open HDF5 file, which becomes the NXdata; or ``file``, or
        ``file::/entry/plot``, where the groups that are not there are made, an NXentry
        first. Without a path it is ``/entry/data``.
    signal
        Values of any number of dimensions; or a dataset, which is not copied: of the
        same file it becomes a soft link, of another HDF5 file an external link.
    axes
        For each dimension of the signal, by name, its values: as many as the signal has
        there, or one more where they are edges; None where there are none. Or a
        sequence of datasets, of pairs of name and values, and of None. A signal of one
        dimension may have several axes: the coordinates of scattered points.
    name
        Of the signal; by default that of the dataset, or "data".
    errors
        Uncertainties of the signal, of its shape; or of signals and axes, by name.
    auxiliary
        Further signals of the same shape, by name.
    title
        What to write above the plot.
    units, labels, scale
        Of the signal, or of signals and axes, by name: units; what to write beside
        them; "log" or "linear". Quantities of Pint bring their units along.
    interpretation
        What the last dimensions are: "spectrum", "image", "rgb-image", "scalar" ...
    default
        Make it the default plot of its file: every group above names the next.

    Returns
    -------
    str
        The path of the NXdata in its file.

    Raises
    ------
    OptionError
        If something does not fit: shapes, types, names.
    OutputExistsError
        If there is something in the group already.
    OutputError
        If it could not be written.

    Notes
    -----
    https://manual.nexusformat.org/classes/base_classes/NXdata.html. Scales are written
    as silx reads them.

    Examples
    --------
    >>> import numpy as np
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> energy = np.linspace(7.0, 7.3, 4)
    >>> write_data(path, [1, 5, 9, 8], name="counts", axes={"energy": energy},
    ...            units={"energy": "keV"}, errors=[1, 2, 3, 3])
    '/entry/data'
    >>> import beamio
    >>> beamio.open(f"{path}::/entry/data").attrs["signal"]
    'counts'
    """
    with _home(target) as home:
        group = home.group
        plan = plan_data(
            home,
            signal,
            axes=axes,
            name=name,
            errors=errors,
            auxiliary=auxiliary,
            units=units,
            labels=labels,
            scale=scale,
            interpretation=interpretation,
        )
        _write(group, plan, title)
        if default:
            make_default(group)
        return str(group.name)


@contextmanager
def _home(target: Any) -> Iterator[Home]:
    """Give the group that becomes the NXdata."""
    if hasattr(target, "create_dataset"):
        if len(target):
            place = f"{target.file.filename}::{target.name}"
            first = next(iter(target))
            raise OutputExistsError(
                f"{place}: holds {first!r} already; give a group that is empty"
            )
        yield Home(target, os.fsdecode(target.file.filename))
        return
    text = os.fsdecode(target)
    parts = DataUrl.parse(text)
    if parts.selection is not None or not parts.file:
        raise OptionError(f"{text}: name a file, or a group in it: file::/entry/plot")
    path = _PLACE if parts.path in {None, "/"} else str(parts.path)
    exists = Path(parts.file).exists()
    with appended_file(parts.file) if exists else new_file(parts.file) as file:
        yield Home(_made(file, path, text), parts.file)


def _made(file: Any, path: str, place: str) -> Any:
    """Return a new group, with those above it that are not there."""
    above, names = file, path.strip("/").split("/")
    for depth, name in enumerate(names[:-1]):
        if name not in above:
            made = above.create_group(name)
            made.attrs["NX_class"] = "NXcollection" if depth else "NXentry"
        above = above[name]
        if not hasattr(above, "create_group"):
            raise OptionError(f"{place}: {above.name} is a dataset, not a group")
    if names[-1] in above:
        raise OutputExistsError(f"{place}: is there already; give another path")
    return above.create_group(names[-1])


def _write(group: Any, plan: DataPlan, title: str) -> None:
    for member in plan.members:
        if member.link is not None:
            group[member.name] = member.link
            _note_target(group, member.link)
        else:
            dataset = group.create_dataset(member.name, data=member.values)
            for attribute, text in member.attributes.items():
                dataset.attrs[attribute] = valid(text)
    describe_data(
        group,
        signal=plan.signal,
        axes=plan.axes,
        indices=plan.indices,
        auxiliary=plan.auxiliary,
        title=title,
        default=False,
    )
    if plan.interpretation:
        group.attrs["interpretation"] = plan.interpretation
    if plan.style:
        group.attrs["SILX_style"] = json.dumps(plan.style)


def _note_target(group: Any, link: Any) -> None:
    """Note on a dataset where it lies, as NeXus wants of what is linked to."""
    if isinstance(link, h5py.SoftLink):
        found = group.file[link.path]
        if "target" not in found.attrs:
            found.attrs["target"] = link.path

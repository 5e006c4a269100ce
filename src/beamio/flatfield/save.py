"""Write combined flats and darks as tomoscan and nabu have them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beamio.flatfield.combine import combine
from beamio.flatfield.model import FlatField
from beamio.flatfield.plan import FlatFieldPlan, reduced_files
from beamio.flatfield.positions import Series
from beamio.flatfield.reduced import COUNT_TIME, CURRENT, POSITION, ReducedImages
from beamio.formats.hdf5 import new_file
from beamio.model import Array
from beamio.nexus import write_process


def save_reduced(plan: FlatFieldPlan, field: FlatField) -> None:
    """Write the images that a plan combines, each kind into a file of its own.

    An image is named by the first frame of its series in an NXtomo, else by its
    position, rounded; the exact one is an attribute. Flats are at the beam current that
    is noted beside them.
    """
    files = reduced_files(plan.options.save_reduced, plan)
    flats = [reduced for reduced, _ in zip(field.flat.images, plan.flats, strict=True)]
    _write(plan, "flats", files["flats"], plan.flats, flats, field.reference_current)
    if plan.darks:
        darks = list(field.dark.images)
        _write(plan, "darks", files["darks"], plan.darks, darks, None)


def _write(
    plan: FlatFieldPlan,
    kind: str,
    path: str,
    series: Sequence[Series],
    images: Sequence[Array],
    current: float | None,
) -> None:
    tomography = plan.scan.tomography
    entry = "entry" if tomography is None else str(tomography.entry.name).strip("/")
    with new_file(path, overwrite=plan.options.overwrite) as file:
        group = file.create_group(f"{entry}/{kind}")
        for one, image in sorted(
            zip(series, images, strict=True), key=lambda pair: _number(pair[0], plan)
        ):
            dataset = group.create_dataset(str(_number(one, plan)), data=image)
            dataset.attrs["interpretation"] = "image"
            dataset.attrs[POSITION] = one.position
        ordered = sorted(series, key=lambda one: _number(one, plan))
        _write_notes(plan, group, ordered, current)
        group.parent.attrs["NX_class"] = "NXentry"
        write_process(
            group.parent,
            "reduction",
            parameters={"reduce": plan.options.reduce, "sigma": plan.options.sigma},
            sources={
                f"{kind}_{number}": {
                    "dataset": one.urls,
                    "files": sorted(
                        {f for frames, _ in one.members for f in frames.files}
                    ),
                }
                for number, one in enumerate(ordered)
            },
        )


def _number(series: Series, plan: FlatFieldPlan) -> int:
    """Return the place of the first frame of a series, else its position."""
    images, index = series.members[0]
    if isinstance(images, ReducedImages):
        return int(images.name(index))
    places = plan.frames_of(series)
    return round(series.position) if places is None else min(places)


def _write_notes(
    plan: FlatFieldPlan, group: Any, series: Sequence[Series], current: float | None
) -> None:
    """Write the current and the exposure time of each image, where they are known."""
    tomography = plan.scan.tomography
    currents = [current] * len(series) if current is not None else None
    times = None
    places = [plan.frames_of(one) for one in series]
    if tomography is not None and None not in places:
        scan = tomography.scan
        if currents is None and isinstance(scan.current, np.ndarray):
            currents = [_typical(scan.current, at, plan) for at in places]
        if scan.count_time is not None:
            each = np.broadcast_to(scan.count_time, scan.frames.shape[:1])
            times = [_typical(each, at, plan) for at in places]
        up_down, left_right = scan.is_flipped
        group["lr_flip"], group["ud_flip"] = left_right, up_down
    for name, values, unit in (
        (CURRENT, currents, "ampere"),
        (COUNT_TIME, times, "second"),
    ):
        if values is not None:
            group[name] = values
            group[name].attrs["units"] = unit


def _typical(values: Array, places: Any, plan: FlatFieldPlan) -> float:
    stack = np.asarray(values[places], np.float64)[:, None, None]
    return float(combine(stack, plan.options.reduce, sigma=plan.options.sigma).item())

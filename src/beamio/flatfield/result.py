"""The file that a correction writes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from beamio.flatfield.invalid import Invalid
from beamio.flatfield.plan import FlatFieldPlan
from beamio.flatfield.positions import Series
from beamio.formats.hdf5 import NewFile, creation_options, write_selection
from beamio.model import Array, chunk_shape
from beamio.nexus import describe_data, new_entry, write_process
from beamio.view import valid

_NOT_OF_THE_RESULT = {"overwrite", "preview", "threads"}


class ResultFile:
    """Fills a new HDF5 file with corrected frames, their mask, and their history."""

    def __init__(self, file: NewFile, plan: FlatFieldPlan) -> None:
        quantity = "absorption" if plan.options.log else "transmission"
        self._file = file
        self._plan = plan
        self._entry = new_entry(file, title=f"{quantity} of {plan.scan.raw.url}")
        self._group = self._entry.create_group("data")
        self._masks: Any = None
        self._names = list(_unique_names(plan))
        self._quantity = quantity
        self._filters = creation_options(plan.options.compression)
        self._stack = None
        if plan.options.layout == "stack":
            self._stack = self._create("data", plan.shape, plan.options.dtype)

    @property
    def path(self) -> str:
        """Where the result is in the file."""
        return str(self._group.name if self._stack is None else self._stack.name)

    def write(self, order: int, image: Array, mask: Array) -> None:
        """Write the corrected frame of that order, and its mask where it needs one."""
        name = self._names[order]
        if self._stack is not None:
            self._put(self._stack, (order,), image)
        else:
            self._put(self._create(name, image.shape, image.dtype), (), image)
        if mask.any():
            self._write_mask(order, mask)
        self._file.check()

    def _put(self, dataset: Any, place: tuple[int, ...], image: Array) -> None:
        threads = self._plan.options.threads
        if not write_selection(dataset, place, image, threads=threads):
            dataset[place] = image

    def finish(self, facts: Mapping[str, object]) -> None:
        """Write the axes, what makes the file plot itself, and its history."""
        plan = self._plan
        axes = [".", "."]
        if plan.region.shape != plan.scan.raw.shape[1:]:
            axes = ["row", "column"]
            for name, part in zip(
                axes, (plan.region.rows, plan.region.columns), strict=True
            ):
                self._group[name] = np.arange(part.start, part.stop)
        places = plan.positions.numbers[list(plan.chosen)]
        if self._stack is not None:
            axis = _axis_name(plan.positions.name)
            self._group[axis] = places
            self._group[axis].attrs["long_name"] = valid(plan.positions.name)
            if plan.positions.unit:
                self._group[axis].attrs["units"] = valid(plan.positions.unit)
            signal, others, axes = "data", [], [axis, *axes]
        else:
            signal, *others = self._names
            for name, place in zip(self._names, places, strict=True):
                self._group[name].attrs["position"] = place
        describe_data(self._group, signal=signal, axes=axes, auxiliary=others)
        write_process(
            self._entry,
            "flat_field",
            parameters={**_parameters(plan), **facts},
            sources=_sources(plan),
        )

    def _create(self, name: str, shape: tuple[int, ...], dtype: Any) -> Any:
        options = self._filters
        if options:
            chunks = chunk_shape(shape, np.dtype(dtype).itemsize, grouped=False)
            options = {**options, "chunks": chunks}
        dataset = self._group.create_dataset(name, shape, dtype, **options)
        dataset.attrs["interpretation"] = "image"
        # Of several signals, a viewer's menu shows this.
        of_frame = "" if self._plan.options.layout == "stack" else f" {name}"
        dataset.attrs["long_name"] = f"{self._quantity}{of_frame}"
        dataset.attrs["units"] = ""
        return dataset

    def _write_mask(self, order: int, mask: Array) -> None:
        if self._masks is None:
            self._masks = self._new_masks()
        if self._stack is not None:
            self._masks[order] = mask
            return
        options = {"compression": "gzip", "compression_opts": 1}
        name = self._names[order]
        _describe_mask(self._masks.create_dataset(name, data=mask, **options))

    def _new_masks(self) -> Any:
        if self._stack is None:
            masks = self._entry.create_group("mask")
            masks.attrs["NX_class"] = "NXcollection"
            return masks
        # A frame without invalid pixels costs nothing: its chunk is not stored.
        masks = self._group.create_dataset(
            "mask",
            self._plan.shape,
            np.uint8,
            chunks=(1, *self._plan.shape[1:]),
            compression="gzip",
            compression_opts=1,
            fillvalue=0,
        )
        _describe_mask(masks)
        return masks


def _describe_mask(mask: Any) -> None:
    mask.attrs["long_name"] = "why a pixel is invalid; 0 where it is valid"
    # As in the CF conventions for netCDF.
    mask.attrs["flag_masks"] = np.array([flag.value for flag in Invalid], np.uint8)
    mask.attrs["flag_meanings"] = " ".join(str(flag.name).lower() for flag in Invalid)


def _axis_name(measure: str) -> str:
    if measure in {"number", "index"}:
        return "frame"
    name = re.sub(r"\W", "_", measure)
    return f"{name}_" if name in {"data", "mask", "row", "column"} else name


def _unique_names(plan: FlatFieldPlan) -> Iterator[str]:
    """Yield the name of each chosen frame; the second of the same name is numbered."""
    seen = {"", ".", "row", "column"}  # names that are taken, or none
    for index in plan.chosen:
        name = valid(plan.scan.raw.name(index))
        while name in seen:
            name = f"{name}_{index}"
        seen.add(name)
        yield name


def _parameters(plan: FlatFieldPlan) -> dict[str, object]:
    """Return every option as HDF5 can hold it."""
    written: dict[str, object] = {}
    for field in fields(plan.options):
        if field.name in _NOT_OF_THE_RESULT:
            continue
        value = getattr(plan.options, field.name)
        if isinstance(value, tuple):
            value = list(value) or None
        written[field.name] = (
            value if isinstance(value, (int, float, list, type(None))) else str(value)
        )
    written["formula"] = "(raw - dark) / (flat - dark)"
    written["frames"] = np.asarray(plan.chosen)
    written["region"] = str(plan.region)
    return written


def _sources(plan: FlatFieldPlan) -> dict[str, dict[str, object]]:
    sources: dict[str, dict[str, object]] = {
        "raw": {"dataset": plan.scan.raw.url, "files": plan.scan.raw.files}
    }
    for name, series in (("flats", plan.flats), ("darks", plan.darks)):
        for number, one in enumerate(series):
            sources[f"{name}_{number}"] = _source(one)
    if plan.mask:
        sources["mask"] = {"dataset": plan.mask.url, "files": plan.mask.files}
    return sources


def _source(series: Series) -> dict[str, object]:
    files = {file: None for frames, _ in series.members for file in frames.files}
    return {
        "dataset": series.urls,
        "images": [frames.name(index) for frames, index in series.members],
        "position": series.position,
        "files": list(files),
    }

"""The file that a correction writes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from beamio.engine import in_order, usable_threads
from beamio.engine.native import FileRoom
from beamio.flatfield.frame import CorrectedFrames
from beamio.flatfield.geometry import (
    DETECTOR,
    Geometry,
    free_name,
    link_plot,
    required,
    shift_axes,
)
from beamio.flatfield.integers import IntegerScale, forget
from beamio.flatfield.invalid import Invalid
from beamio.flatfield.plan import FlatFieldPlan
from beamio.flatfield.positions import Series
from beamio.formats.hdf5 import (
    NewFile,
    chunk_encoder,
    creation_options,
    write_selection,
)
from beamio.model import Array, chunk_shape
from beamio.nexus import describe_data, new_entry, write_process
from beamio.view import valid

if TYPE_CHECKING:
    from beamio.engine._native import Encoder

_NOT_OF_THE_RESULT = {"overwrite", "preview", "save_reduced", "threads"}


class ResultFile:
    """Fills a new HDF5 file with corrected frames, their mask, and their history."""

    def __init__(self, file: NewFile, plan: FlatFieldPlan) -> None:
        quantity = "absorption" if plan.options.log else "transmission"
        self._file = file
        self._plan = plan
        self._entry, self._group = _new_groups(file, plan, quantity)
        self._masks: Any = None
        self._written = 0
        self._names = list(_unique_names(plan))
        self._quantity = quantity
        self._filters = creation_options(plan.options.compression)
        if plan.options.checksum:
            self._filters["fletcher32"] = True
        self._integers = plan.options.integers
        self.beyond = 0
        """Pixels beyond the limits of integers, so far."""
        self._stack: Any = None
        if plan.options.layout == "stack":
            self._stack = self._create("data", plan.shape, plan.options.dtype)

    @property
    def path(self) -> str:
        """Where the result is in the file."""
        return str(self._group.name if self._stack is None else self._stack.name)

    def filling(self) -> AbstractContextManager[None]:
        """Return what must surround the writing to `room`, see `NewFile.filling`."""
        return self._file.filling()

    def room(self, first: int, frames: int) -> FileRoom | None:
        """Return where frames from number `first` on go; None if they are encoded."""
        if self._filters or self._integers is not None:
            return None
        if self._stack is not None:
            return self._file.room_for(self._stack, first, frames)
        rooms = [
            self._file.room_for(self._image(order), 0, 1)
            for order in range(first, first + frames)
        ]
        offsets = [offset for room in rooms for offset in room.offsets]
        return FileRoom(rooms[0].descriptor, offsets)

    def encoder(self) -> "Encoder | None":
        """Return what encodes frames; None if they are not encoded, or by libhdf5."""
        if not self._filters or self._integers is not None:
            return None
        dataset = self._image(0) if self._stack is None else self._stack
        *_, columns = dataset.shape
        in_rows = dataset.chunks[-1] == columns and prod(dataset.chunks[:-2]) == 1
        return chunk_encoder(dataset) if in_rows else None

    def write(self, frames: CorrectedFrames) -> None:
        """Write the frames that follow those written, and the masks that they need.

        Their images may be in their room already.
        """
        first, self._written = self._written, self._written + len(frames.tallies)
        if frames.images is not None:
            self._put_images(first, frames.images)
        for order, chunks in enumerate(frames.chunks, first):
            self._put_chunks(order, chunks)
        for order, (mask, tally) in enumerate(
            zip(frames.masks, frames.tallies, strict=True), first
        ):
            if tally.pixels:
                self._put(*self._mask(order), mask[np.newaxis])
        self._file.check()

    def _image(self, order: int) -> Any:
        """Return the dataset of a frame that has one of its own."""
        name = self._names[order]
        if name not in self._group:
            return self._create(name, self._plan.shape[1:], self._plan.options.dtype)
        return self._group[name]

    def _put_images(self, first: int, images: Array) -> None:
        if self._integers is not None:
            images = self._stored(self._integers, images)
        if self._stack is not None:
            self._put(self._stack, first, images)
            return
        for order, image in enumerate(images, first):
            self._put(self._image(order), 0, image[np.newaxis])

    def _stored(self, scale: IntegerScale, images: Array) -> Array:
        """Return images as integers, and count what lies beyond their limits."""
        stored = np.empty(images.shape, self._plan.options.dtype)
        threads = usable_threads(self._plan.options.threads)
        found = in_order(scale.store, images, threads=threads)
        for image, (integers, beyond) in zip(stored, found, strict=True):
            image[...] = integers
            self.beyond += beyond
        return stored

    def _put_chunks(self, order: int, chunks: Sequence[Array]) -> None:
        dataset = self._image(order) if self._stack is None else self._stack
        place = () if self._stack is None else (order,)
        for number, chunk in enumerate(chunks):
            offset = (*place, number * dataset.chunks[-2], 0)
            dataset.id.write_direct_chunk(offset, chunk)

    def _put(self, dataset: Any, first: int, images: Array) -> None:
        """Write consecutive images into a stack, or an image."""
        if dataset.chunks is None:
            self._file.write_images(dataset, first, images)
            return
        place: tuple[slice, ...] = (slice(first, first + len(images)),)
        if dataset.ndim < images.ndim:
            images, place = images[0], ()
        threads = self._plan.options.threads
        if not write_selection(dataset, place, images, threads=threads):
            dataset[place] = images

    def finish(self, facts: Mapping[str, object]) -> None:
        """Write the axes, what makes the file plot itself, and its history."""
        plan = self._plan
        if plan.scan.tomography is not None:
            self._finish_tomography()
        else:
            self._finish_stack()
        if self._integers is not None:
            facts = {
                **facts,
                "scaling_factor": self._integers.factor,
                "offset": self._integers.offset,
                "beyond_limits": self.beyond,
            }
        write_process(
            self._entry,
            free_name(self._entry, "flat_field"),
            parameters={**_parameters(plan), **facts},
            sources=_sources(plan),
        )

    def _finish_tomography(self) -> None:
        plan = self._plan
        if plan.region.shape != plan.scan.raw.shape[1:]:
            shift_axes(self._group, plan.region)
        data = link_plot(self._entry, self._stack)
        forget(data, "data")
        if self._integers is not None:
            self._integers.write(data, "data")
        name = free_name(data, "frame")
        data[name] = _frames_of(plan)
        data[name].attrs["long_name"] = "place of each frame in the scan"

    def _finish_stack(self) -> None:
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
            if self._integers is not None:
                self._integers.write(self._group, "data")
        else:
            signal, *others = self._names
            for name, place in zip(self._names, places, strict=True):
                self._group[name].attrs["position"] = place
        describe_data(self._group, signal=signal, axes=axes, auxiliary=others)

    def _create(self, name: str, shape: tuple[int, ...], dtype: Any) -> Any:
        if self._filters:
            chunks = chunk_shape(shape, np.dtype(dtype).itemsize, grouped=False)
            dataset = self._group.create_dataset(
                name, shape, dtype, chunks=chunks, **self._filters
            )
        else:
            dataset = self._file.allocate(self._group, name, shape, dtype)
        dataset.attrs["interpretation"] = "image"
        # Of several signals, a viewer's menu shows this.
        of_frame = "" if self._plan.options.layout == "stack" else f" {name}"
        dataset.attrs["long_name"] = f"{self._quantity}{of_frame}"
        dataset.attrs["units"] = ""
        return dataset

    def _mask(self, order: int) -> tuple[Any, int]:
        """Return the dataset for the mask of a frame, and its place there."""
        image = self._plan.shape[1:]
        if self._stack is not None:
            # A frame without invalid pixels costs nothing: its chunk is not stored.
            if self._masks is None:
                group = self._group
                if self._plan.scan.tomography is not None:
                    group = required(self._entry, "data")
                name = free_name(group, "mask")
                self._masks = _new_mask(group, name, self._plan.shape)
            return self._masks, order
        if self._masks is None:
            self._masks = self._entry.create_group("mask")
            self._masks.attrs["NX_class"] = "NXcollection"
        return _new_mask(self._masks, self._names[order], image), 0


def _new_groups(file: NewFile, plan: FlatFieldPlan, quantity: str) -> tuple[Any, Any]:
    """Return the entry of a result, and the group for its frames."""
    title = f"{quantity} of {plan.scan.raw.url}"
    if plan.scan.tomography is None:
        entry = new_entry(file, title=title)
        return entry, entry.create_group("data")
    entry = Geometry(plan.scan.tomography, _frames_of(plan)).copy(file)
    if "title" not in entry:
        entry["title"] = valid(title)
    return entry, required(entry, DETECTOR)


def _frames_of(plan: FlatFieldPlan) -> Array:
    """Return the place of each frame of the result among all of an NXtomo."""
    tomography = plan.scan.tomography
    if tomography is None:
        return np.asarray(plan.chosen)
    return tomography.scan.projections.indices[list(plan.chosen)]


def _new_mask(group: Any, name: str, shape: tuple[int, ...]) -> Any:
    mask = group.create_dataset(
        name,
        shape,
        np.uint8,
        chunks=(1, *shape[1:]) if len(shape) == 3 else shape,  # noqa: PLR2004 (a stack)
        compression="gzip",
        compression_opts=1,
        fillvalue=0,
    )
    mask.attrs["long_name"] = "why a pixel is invalid; 0 where it is valid"
    # As in the CF conventions for netCDF.
    mask.attrs["flag_masks"] = np.array([flag.value for flag in Invalid], np.uint8)
    mask.attrs["flag_meanings"] = " ".join(str(flag.name).lower() for flag in Invalid)
    return mask


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
    if plan.scan.tomography is not None:
        sources["raw"]["frames"] = _frames_of(plan)
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

"""Images in HDF5: one stack, or a group with a dataset for each image."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import h5py
import numpy as np

from beamio.engine.native import Picks, Selected
from beamio.errors import MissingPathError, NotAnImageError, nearest
from beamio.formats.frames import check_same_shape, common_dtype
from beamio.formats.hdf5.bulk import check_chunks, find_source, read_selection
from beamio.formats.hdf5.coverage import Coverage
from beamio.formats.hdf5.dependencies import find_sources
from beamio.formats.hdf5.file import existing, place_of, unreadable_data
from beamio.formats.hdf5.known import Known
from beamio.model import Array, Region, check_pixels


def is_image(item: object) -> bool:
    """Tell whether an HDF5 object is an image or a stack of images of numbers."""
    if not isinstance(item, h5py.Dataset) or item.shape is None:
        return False
    dtype = _dtype(item)
    return (
        dtype is not None
        and dtype.kind in "iuf"
        and item.ndim in {2, 3}
        and min(item.shape) > 0
    )


class StackFrames:
    """The images of one dataset, shape (frames, rows, columns) or (rows, columns)."""

    def __init__(self, dataset: Any, *, boolean: bool = False) -> None:
        self.url = place_of(dataset)
        self.dtype = _checked_dtype(
            dataset, self.url, dimensions={2, 3}, boolean=boolean
        )
        sources = find_sources(dataset)
        self.files, self.unwritten = sources.files, sources.unwritten
        self._coverage = sources.coverage
        self.is_stack = dataset.ndim == 3  # noqa: PLR2004 (frames, rows, columns)
        self.shape: tuple[int, int, int] = (1, *dataset.shape)[-3:]
        self.stem = str(dataset.name).rpartition("/")[2]
        self._dataset = dataset
        self._known = Known()

    def name(self, frame: int) -> str:
        """Return the dataset's name for a single image, else the frame's index."""
        if not self.is_stack:
            return self.stem
        return f"{frame:0{max(4, len(str(self.shape[0] - 1)))}d}"

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        axes = (frame, region.rows, region.columns)[-self._dataset.ndim :]
        return _read(self._dataset, axes, out, self._known)

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, or None."""
        whole = find_source(self._dataset, stack, self._known)
        if whole is None:
            return None
        area = _picks_of(region)
        picks = [((i, 1, 1), *area)[-self._dataset.ndim :] for i in frames]
        return [replace(whole, picks=each) for each in picks]

    def gap(self, frame: int, region: Region) -> Array | None:
        """Return the pixels of an image that were never written, or None."""
        return _gap(self._coverage, frame, region)

    def origin(self, frame: int) -> tuple[Any, int | None]:
        """Return the dataset of an image, and its place there if it is a stack."""
        return self._dataset, frame if self.is_stack else None

    def attribute(self, name: str) -> Sequence[object]:
        """Return the values of an attribute, one for each image."""
        value = _attribute(self._dataset, name, self.url)
        return [value] if self.shape[0] == 1 else np.atleast_1d(value).tolist()


class GroupFrames:
    """The images that are datasets of one group, each of shape (rows, columns)."""

    def __init__(self, group: Any, names: Sequence[str]) -> None:
        self.url = place_of(group)
        self.stem = str(group.name).rpartition("/")[2]
        self._names = names
        self._group = group
        self._known = Known()
        images = [self._image(name) for name in names]
        first = images[0]
        for name, image in zip(names, images, strict=True):
            check_same_shape(image.shape, self._place(name), first.shape, names[0])
        sources = [find_sources(image) for image in images]
        files = dict.fromkeys(file for source in sources for file in source.files)
        self.files = [str(group.file.filename), *files]
        self.dtype = common_dtype(image.dtype for image in images)
        self.shape: tuple[int, int, int] = (len(names), *first.shape)
        self.unwritten = frozenset(
            index for index, source in enumerate(sources) if source.unwritten
        )
        self._coverages = [source.coverage for source in sources]
        self.is_stack = False

    def _place(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name}"

    def _image(self, name: str) -> Any:
        image = existing(self._group, name)
        _checked_dtype(image, self._place(name), dimensions={2})
        return image

    def name(self, frame: int) -> str:
        """Return the name of the dataset."""
        return self._names[frame]

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        name = self._names[frame]
        return _read(
            self._group[name],
            (region.rows, region.columns),
            out,
            self._known,
        )

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, or None."""
        found = []
        for frame in frames:
            image = self._group[self._names[frame]]
            source = find_source(image, stack, self._known)
            if source is None or image.dtype != self.dtype:
                return None
            found.append(replace(source, picks=_picks_of(region)))
        return found

    def gap(self, frame: int, region: Region) -> Array | None:
        """Return the pixels of an image that were never written, or None."""
        return _gap(self._coverages[frame], 0, region)

    def origin(self, frame: int) -> tuple[Any, int | None]:
        """Return the dataset of an image; there is one for each."""
        return self._image(self._names[frame]), None

    def attribute(self, name: str) -> Sequence[object]:
        """Return the value of an attribute of each dataset."""
        return [
            _attribute(self._group[image], name, f"{self.url.rstrip('/')}/{image}")
            for image in self._names
        ]


def _picks_of(region: Region) -> tuple[Picks, Picks]:
    rows, columns = region.shape
    return (region.rows.start, 1, rows), (region.columns.start, 1, columns)


def _read(
    dataset: Any, axes: tuple[int | slice, ...], out: Array | None, known: Known
) -> Array:
    # One thread, since several frames are read at once.
    found = read_selection(dataset, axes, out=out, threads=1, known=known)
    if found is not None:
        return found
    try:
        if out is None:
            data: Array = dataset[axes]
            return data
        dataset.read_direct(out, axes)
    except (OSError, RuntimeError) as error:
        check_chunks(dataset, axes)
        raise unreadable_data(dataset, place_of(dataset), error) from error
    return out


def _dtype(dataset: Any) -> np.dtype[Any] | None:
    """Return the type of a dataset; None for those that NumPy has not, such as time."""
    try:
        found: np.dtype[Any] = dataset.dtype
    except TypeError:
        return None
    return found


def _checked_dtype(
    item: Any, place: str, *, dimensions: set[int], boolean: bool = False
) -> np.dtype[Any]:
    """Return the type of the pixels of an HDF5 object that must hold images.

    Raises
    ------
    NotAnImageError
        If it is no dataset, its type is no number, or its dimensions are others.
    """
    if not isinstance(item, h5py.Dataset):
        raise NotAnImageError(
            f"{place}: is a {type(item).__name__.lower()}, not an image", place=place
        )
    dtype = _dtype(item)
    if dtype is None:
        raise NotAnImageError(
            f"{place}: is of an HDF5 type that is no number; name another dataset",
            place=place,
        )
    if not (boolean and dtype.kind == "b"):
        check_pixels(dtype, place)
    if item.shape is None or item.ndim not in dimensions or not item.size:
        or_stack = " or of a stack (frames, rows, columns)" if 3 in dimensions else ""  # noqa: PLR2004 (a stack)
        raise NotAnImageError(
            f"{place}: has the shape {item.shape}, not that of an image{or_stack}",
            place=place,
        )
    return dtype


def _gap(coverage: Coverage | None, frame: int, region: Region) -> Array | None:
    gap = None if coverage is None else coverage.gap(frame)
    if gap is None:
        return None
    part = gap[region.rows, region.columns]
    return part if part.any() else None


def _attribute(item: Any, name: str, place: str) -> Any:
    if name not in item.attrs:
        raise MissingPathError(
            f"{place}: has no attribute {name!r}{nearest(name, item.attrs)}",
            place=place,
        )
    return item.attrs[name]

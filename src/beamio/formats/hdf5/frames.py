"""Images in HDF5: one stack, or a group with a dataset for each image."""

from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np

from beamio.errors import MissingPathError, NotAnImageError, nearest
from beamio.formats.frames import check_pixels, check_same_shape, frame_number
from beamio.formats.hdf5.file import unreadable_data
from beamio.formats.hdf5.virtual import check_sources
from beamio.model import Array, Region


def is_image(item: object) -> bool:
    """Tell whether an HDF5 object is an image or a stack of images of numbers."""
    return (
        isinstance(item, h5py.Dataset)
        and item.ndim in {2, 3}
        and item.dtype.kind in "iuf"
        and min(item.shape) > 0
    )


class StackFrames:
    """The images of one dataset, shape (frames, rows, columns) or (rows, columns)."""

    def __init__(self, dataset: Any) -> None:
        self.url = f"{dataset.file.filename}::{dataset.name}"
        self.files = [str(dataset.file.filename)]
        self.dtype: np.dtype[Any] = dataset.dtype
        check_pixels(self.dtype, self.url)
        if dataset.ndim not in {2, 3} or min(dataset.shape) == 0:
            raise NotAnImageError(
                f"{self.url}: has the shape {dataset.shape}, not that of an image or "
                "of a stack (frames, rows, columns)",
                place=self.url,
            )
        check_sources(dataset)
        self._dataset = dataset
        self.shape: tuple[int, int, int] = (1, *dataset.shape)[-3:]
        self.numbered = (
            dataset.ndim == 2  # noqa: PLR2004 (a single image, named by its dataset)
            and frame_number(dataset.name) is not None
        )

    def name(self, frame: int) -> str:
        """Return the dataset's name for a single image, else the frame's index."""
        if self._dataset.ndim == 2:  # noqa: PLR2004 (rows, columns)
            return str(self._dataset.name).rpartition("/")[2]
        return f"{frame:0{max(4, len(str(self.shape[0] - 1)))}d}"

    def read(self, frame: int, region: Region) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        axes = (frame, region.rows, region.columns)[-self._dataset.ndim :]
        return _read(self._dataset, axes, self.url)

    def attribute(self, name: str) -> Sequence[object]:
        """Return the values of an attribute, one for each image."""
        value = _attribute(self._dataset, name, self.url)
        return [value] if self.shape[0] == 1 else np.atleast_1d(value).tolist()


class GroupFrames:
    """The images that are datasets of one group, each of shape (rows, columns)."""

    def __init__(self, group: Any, names: Sequence[str]) -> None:
        self.url = f"{group.file.filename}::{group.name}"
        self.files = [str(group.file.filename)]
        self._names = names
        self._group = group
        first = group[names[0]]
        self.dtype: np.dtype[Any] = first.dtype
        for name in names:
            image = group[name]
            place = f"{self.url.rstrip('/')}/{name}"
            if not isinstance(image, h5py.Dataset) or image.ndim != 2:  # noqa: PLR2004 (rows, columns)
                raise NotAnImageError(
                    f"{place}: is not an image (rows, columns)", place=place
                )
            check_pixels(image.dtype, place)
            check_same_shape(image.shape, place, first.shape, names[0])
            check_sources(image)
            self.dtype = np.promote_types(self.dtype, image.dtype)
        self.shape: tuple[int, int, int] = (len(names), *first.shape)
        self.numbered = all(frame_number(name) is not None for name in names)

    def name(self, frame: int) -> str:
        """Return the name of the dataset."""
        return self._names[frame]

    def read(self, frame: int, region: Region) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        name = self._names[frame]
        return _read(
            self._group[name],
            (region.rows, region.columns),
            f"{self.url.rstrip('/')}/{name}",
        )

    def attribute(self, name: str) -> Sequence[object]:
        """Return the value of an attribute of each dataset."""
        return [
            _attribute(self._group[image], name, f"{self.url.rstrip('/')}/{image}")
            for image in self._names
        ]


def _read(dataset: Any, axes: tuple[int | slice, ...], place: str) -> Array:
    try:
        data: Array = dataset[axes]
    except (OSError, RuntimeError) as error:
        raise unreadable_data(place, error) from error
    return data


def _attribute(item: Any, name: str, place: str) -> Any:
    if name not in item.attrs:
        raise MissingPathError(
            f"{place}: has no attribute {name!r}{nearest(name, item.attrs)}",
            place=place,
        )
    return item.attrs[name]

"""One frame of a dataset: which of its axes are shown, and where on the others."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.errors import NotAnImageError, OptionError
from beamio.model import Array, parse_selection
from beamio.picture.pixels import real
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import Box, OfFrame

_AXES = 2
_WHOLE = 256 << 20
"""Bytes of a frame that is read and kept as a whole, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A frame, of which parts are read as they are asked for."""

    dataset: Any
    at: tuple[int, ...]
    """The index along each axis; that of the shown ones tells nothing."""
    axes: tuple[int, int]
    """The axes that run down and to the right."""
    reading: Reading
    key: Hashable
    """What is another for another frame, or when the file changes; None for nothing."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        down, right = self.axes
        return self.dataset.shape[down], self.dataset.shape[right]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a pixel, as it is sent."""
        return real(np.empty(0, self.dataset.dtype)).dtype

    @property
    def invalid(self) -> int | None:
        """The value of pixels that mean nothing: saturated ones, and dead ones.

        None for floats, and for bytes: those are masks and pictures more often.
        """
        return invalid_of(self.dataset.dtype)

    @property
    def is_kept_whole(self) -> bool:
        """Whether all of it is read, and kept, when a part is asked for."""
        rows, columns = self.shape
        return rows * columns * self.dtype.itemsize <= _WHOLE

    def read(self, rows: slice = slice(None), columns: slice = slice(None)) -> Array:
        """Return a part of the frame, shape (rows, columns), real numbers."""
        if self.is_kept_whole:
            return self.reading.arrays.get(self.key, self._whole)[rows, columns]
        return self._part(rows, columns)

    def _whole(self) -> Array:
        return self._part(slice(None), slice(None))

    def _part(self, rows: slice, columns: slice) -> Array:
        index: list[int | slice] = list(self.at)
        index[self.axes[0]], index[self.axes[1]] = rows, columns
        values = real(np.asarray(self.dataset[tuple(index)]))
        if values.dtype.itemsize > 8:  # noqa: PLR2004 (the browser has no longer floats)
            values = values.astype(np.float64)
        return values.T if self.axes[0] > self.axes[1] else values


def plane_at(
    dataset: Any, asked: OfFrame, reading: Reading, mark: Hashable = None
) -> Plane:
    """Return the frame that is asked for.

    Raises
    ------
    NotAnImageError
        If the dataset is not of real numbers, or has less than two axes.
    OptionError
        If it has no such frame.
    """
    check_images(dataset, asked.path)
    at, axes = _placed(asked.slice, dataset.shape, asked.path)
    if asked.transposed:
        axes = axes[1], axes[0]
    fixed = tuple(n for axis, n in enumerate(at) if axis not in axes)
    key = None if mark is None else (mark, asked.path, axes, fixed)
    return Plane(dataset, at, axes, reading, key)


@contextmanager
def plane_of(reading: Reading, asked: OfFrame) -> Iterator[Plane]:
    """Give the frame that a question is about; raises as `plane_at` does."""
    mark = reading.mark(asked.file)
    with reading.item(asked.file, asked.path) as found:
        yield plane_at(found, asked, reading, mark)


def invalid_of(dtype: np.dtype[Any]) -> int | None:
    """Return the integer that stands for no value; None if there is none.

    Examples
    --------
    >>> invalid_of(np.dtype(">u2")), invalid_of(np.dtype("f4"))
    (65535, None)
    """
    if dtype.kind not in "iu" or dtype.itemsize == 1:
        return None
    return int(np.iinfo(dtype).max)


def check_images(dataset: Any, path: str) -> None:
    """Raise `NotAnImageError` unless a dataset has rows and columns of numbers."""
    shape = getattr(dataset, "shape", None)
    dtype = getattr(dataset, "dtype", None)
    if shape is None or dtype is None:
        raise NotAnImageError(f"{path}: is no dataset of numbers", place=path)
    if dtype.kind not in "biuf" or dtype.subdtype is not None:
        raise NotAnImageError(f"{path}: holds {dtype}, which has no shades", place=path)
    if len(shape) < _AXES or 0 in shape:
        raise NotAnImageError(f"{path}: has the shape {shape}, no images", place=path)


def cut(box: Box, shape: tuple[int, int], path: str) -> tuple[slice, slice]:
    """Return the rows and columns of a box inside of a frame.

    Raises
    ------
    OptionError
        If there are none.
    """
    rows = slice(box.top, min(box.bottom or shape[0], shape[0]))
    columns = slice(box.left, min(box.right or shape[1], shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        raise OptionError(
            f"{path}: there are no pixels in rows {box.top} to {box.bottom}, columns "
            f"{box.left} to {box.right} of {shape[0]} x {shape[1]}",
            place=path,
        )
    return rows, columns


def _placed(
    text: str, shape: tuple[int, ...], path: str
) -> tuple[tuple[int, ...], tuple[int, int]]:
    """Return the index along each axis, and the two axes that are shown."""
    items = list(parse_selection(text)) if text.strip() else []
    if ... in items:
        place = items.index(...)
        missing = len(shape) - len(items) + 1
        items[place : place + 1] = [slice(None)] * max(missing, 0)
    if len(items) > len(shape):
        raise OptionError(
            f"{path}: [{text}] has more axes than the dataset, {len(shape)}", place=path
        )
    items += [slice(None)] * (len(shape) - len(items))
    open_axes = [axis for axis, item in enumerate(items) if isinstance(item, slice)]
    if len(open_axes) < _AXES:
        open_axes = [len(shape) - 2, len(shape) - 1]
    axes = open_axes[-2], open_axes[-1]
    at = [
        _index(item, length, axis in axes, path)
        for axis, (item, length) in enumerate(zip(items, shape, strict=True))
    ]
    return tuple(at), axes


def _index(item: Any, length: int, is_shown: bool, path: str) -> int:
    if is_shown:
        return 0
    if isinstance(item, slice):
        return min(item.indices(length)[0], length - 1)
    number = int(item) + (length if item < 0 else 0)
    if not 0 <= number < length:
        raise OptionError(
            f"{path}: there is no frame {item}; there are {length:,}, 0 to "
            f"{length - 1}",
            place=path,
        )
    return number

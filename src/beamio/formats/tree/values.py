"""Values of an array that are read when they are asked for."""

import os
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np

from beamio.engine import usable_threads
from beamio.engine.native import Job, OpenFile, new_layout, new_result, read
from beamio.errors import DamagedFileError, UnreadableError
from beamio.formats.frames import check_complete
from beamio.formats.select import Selection, plain_selection
from beamio.model import Array


class Values(Protocol):
    """An array that lies somewhere, and of which parts can be read."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element, byte order included."""

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return an array of ``selection.shape``, `out` if that is given.

        Safe to call from many threads at once.

        Raises
        ------
        UnreadableError
            If the bytes are not all there, or do not decode.
        """


def read_all(values: Values, *, threads: int | None = None) -> Array:
    """Return all elements."""
    return values.read(whole(values.shape), threads=threads)


def whole(shape: tuple[int, ...]) -> Selection:
    """Return the selection of all elements."""
    return Selection(tuple((0, 1, n) for n in shape), (True,) * len(shape))


def slices(selection: Selection) -> tuple[int | slice, ...]:
    """Return a selection as NumPy takes it."""
    axes = zip(selection.picks, selection.kept, strict=True)
    return tuple(
        slice(start, start + count * step, step) if kept else start
        for (start, step, count), kept in axes
    )


def delivered(found: Array, out: Array | None) -> Array:
    """Return what was found, in `out` if that is given."""
    if out is None:
        return found
    out[...] = found
    return out


@dataclass(frozen=True, slots=True, eq=False)
class ArrayValues:
    """The values of an array in memory; of text, numbers or anything."""

    array: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        shape: tuple[int, ...] = self.array.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        return self.array.dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,  # noqa: ARG002 (as Values)
    ) -> Array:
        """Return a copy of a part."""
        part = self.array[(*slices(selection), ...)]
        return part.copy() if out is None else delivered(part, out)


@dataclass(frozen=True, slots=True, eq=False)
class PlainValues:
    """Values whose bytes lie in a row in a file, in C order.

    Raises
    ------
    DamagedFileError
        If the file is too short for them.
    UnreadableError
        If it can't be read.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "frame.raw"
    >>> _ = path.write_bytes(b"head" + np.arange(6, dtype=">u2").tobytes())
    >>> read_all(PlainValues(str(path), 4, (2, 3), np.dtype(">u2"))).tolist()
    [[0, 1, 2], [3, 4, 5]]
    """

    path: str
    offset: int
    """Place of the first byte."""
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __post_init__(self) -> None:
        # As plug-ins write it: "<u2" is a type as well, [3, 4] a shape.
        object.__setattr__(self, "dtype", np.dtype(self.dtype))
        object.__setattr__(self, "shape", tuple(self.shape))
        try:
            have = os.stat(self.path).st_size  # noqa: PTH116 (one call of many)
        except OSError as error:
            raise self._unreadable(error) from error
        check_complete(have - self.offset, self._nbytes, self.path)

    @property
    def _nbytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return a part, read by the engine."""
        values = out
        if out is None or out.dtype != self.dtype:
            values = new_result(selection.shape, self.dtype)
        if values is None or not values.size:
            return np.empty(selection.shape, self.dtype) if out is None else out
        try:
            with open(self.path, "rb") as file:  # noqa: PTH123 (one call of many)
                self._fill(values, selection, file, threads)
        except OSError as error:
            if isinstance(error, UnreadableError):
                raise
            raise self._unreadable(error) from error
        return values if out is None or out is values else delivered(values, out)

    def _unreadable(self, error: OSError) -> UnreadableError:
        return UnreadableError(
            f"{self.path}: the values can't be read ({error})", place=self.path
        )

    def _fill(
        self, values: Array, selection: Selection, file: Any, threads: int | None
    ) -> None:
        itemsize = self.dtype.itemsize
        layout = new_layout(
            self.shape or (1,),
            itemsize,
            fill=bytes(itemsize),
            extents=[(self._nbytes, 0, self.offset)],
        )
        if layout is None:
            values[...] = self._mapped(file)[(*slices(selection), ...)]
            return
        picks = selection.picks or ((0, 1, 1),)
        expanded = selection.expanded(values) if self.shape else values.reshape(1)
        source = OpenFile(file.fileno(), self.path)
        job = Job(layout, [source], picks, expanded, self.path)
        read([job], threads=usable_threads(threads))

    def _mapped(self, file: Any) -> Array:
        have = os.fstat(file.fileno()).st_size
        check_complete(have - self.offset, self._nbytes, self.path)
        try:
            return np.memmap(file, self.dtype, "r", self.offset, self.shape)
        except ValueError as error:
            raise DamagedFileError(
                f"{self.path}: the values can't be read ({error})", place=self.path
            ) from error


@dataclass(frozen=True, slots=True, eq=False)
class SelectedValues:
    """A part of a dataset, of HDF5 or of a tree, that is read when asked for.

    Examples
    --------
    >>> dataset = np.arange(20).reshape(4, 5)
    >>> part = SelectedValues.of(dataset, (slice(1, 4, 2), 2))
    >>> part.shape, read_all(part).tolist()
    ((2,), [7, 17])
    """

    dataset: Any
    selection: Selection

    @classmethod
    def of(cls, dataset: Any, args: Any) -> "SelectedValues | None":
        """Return what ``dataset[args]`` selects; None if that is no plain selection."""
        selection = plain_selection(args, dataset.shape)
        return None if selection is None else cls(dataset, selection)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis that is left."""
        return self.selection.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        dtype: np.dtype[Any] = self.dataset.dtype
        return dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return a part of the part."""
        args = slices(self.selection.within(selection))
        if not hasattr(self.dataset, "read"):
            return delivered(np.asarray(self.dataset[args]), out)
        found = self.dataset.read(args, out=out, threads=threads)
        return np.asarray(found) if out is None else out

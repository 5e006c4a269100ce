"""A tree written into a group of an HDF5 file, and compared with it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import h5py
import numpy as np

from beamio.convert.digest import Digest
from beamio.convert.options import ConvertOptions
from beamio.convert.text import as_text, is_text, link_name, storable
from beamio.engine import check_space, usable_threads
from beamio.errors import OptionError, OutputError, UnreadableError
from beamio.formats.hdf5 import NewFile, creation_options
from beamio.formats.hdf5.filling import Done, Filling, same_bits
from beamio.formats.hdf5.tolerance import within
from beamio.formats.pixels import ValuePixels
from beamio.formats.tree import Branch, Leaf, Values
from beamio.formats.tree.values import read_all
from beamio.model import NO_COMPRESSION, Array, chunk_shape

_SMALL = 4096
"""Bytes up to which a dataset is stored as it is."""
_PIXELS = 1 << 20
"""Bytes from which on an array is passed on by the engine."""
_EVERY = 32
"""Of so many rows one is kept for a look with another reader."""
_LOOKED_AT = 64 << 20
"""Bytes of a frame of which rows are kept, at most."""
_ATTRIBUTE = 64_000
"""Bytes of an attribute, at most, in files that all versions of HDF5 read."""


@dataclass(slots=True, kw_only=True)
class Copied:
    """What was written of one entry."""

    datasets: int = 0
    frames: int = 0
    nbytes: int = 0
    """Bytes of the values."""
    digest: Digest
    """Of the datasets that are compared when the file is complete."""
    notes: list[str] = field(default_factory=list)
    some: list[tuple[str, int, Array]] = field(default_factory=list)
    """Frames of the others, by path and number, that libhdf5 is to read again."""


class TreeCopier:
    """Writes branches into groups.

    Parameters
    ----------
    file
        The file that is written.
    options
        Filter, chunks, threads, and whether to compare.
    done
        Called as frames arrive.
    moved
        Where the source's paths are in the output: a path in front of each.
    """

    def __init__(
        self, file: NewFile, options: ConvertOptions, done: Done, moved: "Moved"
    ) -> None:
        self._file = file
        self._options = options
        self._done = done
        self._moved = moved
        self._threads = usable_threads(options.threads)
        self.copied = Copied(digest=Digest(moved.target))

    def copy_members(self, members: Mapping[str, Any], group: Any) -> None:
        """Write what a branch holds into a group of the output."""
        for name in members:
            self.copy(members[name], group, link_name(name))

    def copy(self, entry: Any, group: Any, name: str) -> None:
        """Write a branch, a leaf or a link under a name of a group.

        Raises
        ------
        UnreadableError
            If something can't be read.
        OutputError
            If HDF5 can't hold it.
        """
        if isinstance(entry, h5py.SoftLink):
            group[name] = h5py.SoftLink(self._moved.path(entry.path))
        elif isinstance(entry, h5py.ExternalLink):
            group[name] = entry
        elif isinstance(entry, Branch):
            made = group.create_group(name)
            self.copy_attributes(entry.attrs, made)
            self.copy_members(entry.members, made)
        elif isinstance(entry, Leaf):
            made = self._copy_values(entry.values, group, name)
            if entry.attrs.get("interpretation") == "image" and made.ndim > 1:
                self.copied.frames += prod(made.shape[:-2])
            self.copy_attributes(entry.attrs, made)

    def copy_attributes(self, attrs: Mapping[str, Any], made: Any) -> None:
        """Write the attributes of a group or dataset."""
        for name in attrs:
            value = storable(attrs[name])
            if value.nbytes > _ATTRIBUTE:
                place = f"{self._file.place}::{made.name}"
                raise OutputError(
                    f"{place}: the attribute {name!r} has {value.nbytes:,} bytes, more "
                    "than an attribute of HDF5 holds",
                    place=place,
                )
            if value.shape == () and is_text(value.dtype):
                made.attrs[as_text(name)] = as_text(value[()])
            else:
                made.attrs[as_text(name)] = value

    def _copy_values(self, values: Values, group: Any, name: str) -> Any:
        self.copied.datasets += 1
        shape, dtype = values.shape, values.dtype
        nbytes = prod(shape) * dtype.itemsize
        self.copied.nbytes += nbytes
        is_plain = dtype.kind in "iufcb" and bool(shape)
        if not is_plain or nbytes < _PIXELS:
            return self._copy_small(values, group, name)
        pixels = ValuePixels(values, _place(values, group, name))
        dataset = self._create(group, name, shape, pixels.dtype)
        filling = Filling(
            self._file,
            dataset,
            verify=self._options.verify,
            threads=self._threads,
            done=self._done,
            compare=within(self._options.compression)
            if self._options.compression.is_lossy
            else same_bits,
        )
        filling.fill(pixels)
        self.copied.digest.passed.add(dataset.name)
        if self._options.verify and filling.is_exact:
            self._keep_some(dataset, pixels)
        if self._options.verify and not filling.is_compared:
            self.copied.notes.append(
                f"{dataset.name}: not compared, since the filter does not say by how "
                "much it may change a value"
            )
        return dataset

    def _copy_small(self, values: Values, group: Any, name: str) -> Any:
        """Write what fits in memory."""
        array = storable(read_all(values))
        try:
            made = self._create_small(group, name, array)
        except (TypeError, ValueError) as error:
            place = f"{self._file.place}::{group.name}/{name}"
            raise OutputError(
                f"{place}: HDF5 has no type for {values.dtype} ({error})", place=place
            ) from error
        self._file.check()
        if self._options.verify:
            self.copied.digest.add(made.name, array)
        return made

    def _keep_some(self, dataset: Any, pixels: ValuePixels) -> None:
        """Keep rows of the first and the last frame, for a look with another reader."""
        if prod(pixels.shape[1:]) * pixels.dtype.itemsize > _LOOKED_AT:
            return
        for frame in sorted({0, pixels.shape[0] - 1}):
            values = np.empty((1, *pixels.shape[1:]), pixels.dtype)
            pixels.read(range(frame, frame + 1), values, threads=1)
            self.copied.some.append((dataset.name, frame, values[0, ::_EVERY].copy()))

    def _create_small(self, group: Any, name: str, array: Array) -> Any:
        if array.nbytes < _SMALL or not array.shape or is_text(array.dtype):
            return group.create_dataset(name, data=array)
        made = self._create(group, name, array.shape, array.dtype)
        made[...] = array
        return made

    def _create(
        self, group: Any, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> Any:
        compression = self._options.compression
        if len(shape) < 2 and self._options.compression.is_lossy:  # noqa: PLR2004 (rows, columns)
            compression = NO_COMPRESSION  # positions and times are no pixels
        chunks = self._options.chunks
        fits = chunks is not None and len(chunks) == len(shape)
        if compression == NO_COMPRESSION and not fits:
            nbytes = prod(shape) * dtype.itemsize
            if nbytes > _PIXELS:
                check_space(self._file.place, nbytes)
            if shape:
                return self._file.allocate(group, name, shape, dtype)
            return group.create_dataset(name, shape, dtype)
        if chunks is None or not fits:
            grouped = compression.is_grouped
            chunks = chunk_shape(shape, dtype.itemsize, grouped=grouped)
        chunks = tuple(map(min, chunks, (max(1, length) for length in shape)))
        try:
            compression.check(dtype, chunks)
        except OptionError as error:
            if len(shape) < 2:  # noqa: PLR2004 (as above)
                return group.create_dataset(name, shape, dtype)
            place = f"{group.name}/{name}"
            raise OptionError(f"{place}: {error}", place=place) from error
        options = creation_options(compression)
        return group.create_dataset(name, shape, dtype, chunks=chunks, **options)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the paths of a source are in the output.

    Examples
    --------
    >>> Moved("/scan_0", "/first").path("/scan_0/instrument/detector_0/data")
    '/first/instrument/detector_0/data'
    >>> Moved("/", "/a/b").path("/scan_0"), Moved("/", "/").path("../data")
    ('/a/b/scan_0', '../data')
    """

    source: str
    """A path in the source."""
    target: str
    """The same in the output."""

    def path(self, path: str) -> str:
        """Return a path of the source as it is in the output; a relative one stays."""
        if not path.startswith("/"):
            return path
        inside = path.removeprefix(self.source.rstrip("/"))
        named = "/".join(map(link_name, filter(None, inside.split("/"))))
        return f"{self.target.rstrip('/')}/{named}"


def compare(written: Any, copied: Copied) -> None:
    """Compare what was written of an entry with what was read.

    Raises
    ------
    OutputError
        If it differs.
    """
    same = copied.digest.matches(written)
    for path, frame, rows in copied.some:
        dataset = written[path]
        place = np.unravel_index(frame, dataset.shape[:-2]) if dataset.ndim > 2 else ()  # noqa: PLR2004 (rows, columns)
        found = dataset[tuple(map(int, place))][::_EVERY]
        same = same and found.tobytes() == rows.tobytes()
    if not same:
        path = copied.digest.path
        raise OutputError(
            f"{path}: reads differently from what was written, so it was not kept; "
            "run it again, and check the disk and the memory if it stays so",
            place=path,
        )


def _place(values: Values, group: Any, name: str) -> str:
    path: str = getattr(values, "path", "")
    return path or f"{group.name.rstrip('/')}/{name}"


def unreadable(place: str, error: Exception) -> UnreadableError:
    """Return the error to show when a reader raised what it does not promise."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return UnreadableError(f"{place}: can't be read ({reason})", place=place)

"""Create an HDF5 file that appears only when it is complete."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import h5py

from beamio.engine import completed_file
from beamio.engine.native import FileRoom, UnwrittenError, start_writing
from beamio.engine.output import as_output_error
from beamio.errors import OptionError
from beamio.model import Array, Compression

_LARGE = 1 << 20
"""Bytes that the disk is told to write before the file is synced."""


class Part(io.FileIO):
    """The bytes of a new file; libhdf5 never learns that they could not be written.

    After a failed write libhdf5 tries again whenever it closes something, hides
    the error there, and ends the process in a segmentation fault at exit.
    """

    failure: OSError | None = None
    """Why bytes are missing."""
    watch: Callable[[int], None] | None = None
    """Told how many bytes were written; what it raises ends the call of libhdf5."""

    def write(self, data: Any, /) -> int:
        """Write all of `data`, or none from the first failure on."""
        length = self._write_all(
            data, lambda rest, _: super(Part, self).write(rest) or 0
        )
        if length >= _LARGE and self.failure is None:
            start_writing(self.fileno(), self.tell() - length, length)
        if self.watch is not None:
            watch, self.watch = self.watch, None
            watch(length)
            self.watch = watch
        return length

    def write_at(self, data: Any, offset: int) -> None:
        """Write all of `data` at an offset, unless something has failed."""
        number = self.fileno()
        length = self._write_all(
            data, lambda rest, done: os.pwrite(number, rest, offset + done)
        )
        start_writing(number, offset, length)

    def _write_all(self, data: Any, write: Callable[[memoryview, int], int]) -> int:
        """Call `write` with what is left and how much is done; return the length."""
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view) and self.failure is None:
            try:
                done += write(view[done:], done)
            except OSError as error:
                self.failure = error
        return len(view)

    def truncate(self, size: int | None = None, /) -> int:
        """Set the file's length."""
        if self.failure is None:
            try:
                return super().truncate(size)
            except OSError as error:
                self.failure = error
        return size or 0


class NewFile(h5py.File):  # type: ignore[misc] # h5py has no types
    """An `h5py.File` that is being written under a name that is not yet its own."""

    def __init__(
        self, part: Part, like: h5py.File | None = None, *, track_order: bool = False
    ) -> None:
        if like is None:
            super().__init__(part, "w", track_order=track_order)
        else:
            super().__init__(_created_like(like, part))
        self._part = part

    def allocate(
        self, group: h5py.Group, name: str, shape: tuple[int, ...], dtype: Any
    ) -> Any:
        """Return a new contiguous dataset, which libhdf5 does not fill."""
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        properties.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        return group.create_dataset(name, shape, dtype, dcpl=properties)

    def room_for(self, dataset: Any, first: int, images: int) -> FileRoom:
        """Return where a dataset from `allocate` has its place for images.

        What writes there does so within `filling`, without libhdf5 and its lock.
        """
        offset = dataset.id.get_offset()
        length = prod(dataset.shape[-2:]) * dataset.dtype.itemsize
        offsets = [offset + (first + i) * length for i in range(images)]
        return FileRoom(self._part.fileno(), offsets)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Note that the file is incomplete where the block can't write to it."""
        try:
            yield
        except UnwrittenError as error:
            self._part.failure = error
            raise

    def write_images(self, dataset: Any, first: int, images: Array) -> None:
        """Write images to where a dataset from `allocate` has its place for them."""
        (start,) = self.room_for(dataset, first, 1).offsets
        self._part.write_at(images, start)

    @contextmanager
    def watched(self, watch: Callable[[int], None]) -> Iterator[None]:
        """Call `watch` with the length of whatever libhdf5 writes in this block.

        It may raise to end a call that takes long; the file is abandoned then.
        """
        self._part.watch = watch
        try:
            yield
        finally:
            self._part.watch = None

    def check(self) -> None:
        """Raise the `OSError` that keeps the file from being complete, if any."""
        if self._part.failure is not None:
            raise self._part.failure


@contextmanager
def new_file(
    path: str | Path,
    *,
    overwrite: bool = False,
    like: h5py.File | None = None,
    track_order: bool = False,
    verify: Callable[[Path], None] | None = None,
) -> Iterator[NewFile]:
    """Give a `NewFile` to fill; it gets the name `path` when the block ends well.

    Parameters
    ----------
    path, overwrite
        As `completed_file` takes them.
    like
        An open file whose format, user block and root group's properties it is to
        have.
    track_order
        Whether the root group keeps the order of its members.
    verify
        Called with the file that is complete and closed, before it gets its name.

    Raises
    ------
    OutputError
        As `completed_file`; `DiskFullError` if the disk fills up.
    """
    with completed_file(path, overwrite=overwrite) as name:
        with Part(name, "w+") as part:
            file = NewFile(part, like, track_order=track_order)
            try:
                yield file
            except BaseException as error:
                failure = part.failure
                part.failure = failure or OSError("abandoned")
                if failure is not None and isinstance(error, Exception):
                    raise as_output_error(failure, path) from error
                raise
            finally:
                file.close()
            file.check()
        if verify is not None:
            verify(name)


def _created_like(like: h5py.File, part: Part) -> Any:
    """Return a new file of the format of another, with its user block."""
    creation = like.id.get_create_plist()
    root = h5py.h5g.open(like.id, b"/").get_create_plist()
    creation.set_link_creation_order(root.get_link_creation_order())
    creation.set_attr_creation_order(root.get_attr_creation_order())
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_fclose_degree(h5py.h5f.CLOSE_STRONG)
    access.set_fileobj_driver(h5py.h5fd.fileobj_driver, part)
    # Whoever can read the one shall be able to read the other.
    version = creation.get_version()[0]
    low = {0: h5py.h5f.LIBVER_EARLIEST, 1: h5py.h5f.LIBVER_EARLIEST}
    low[2] = h5py.h5f.LIBVER_V18
    access.set_libver_bounds(
        low.get(version, h5py.h5f.LIBVER_V110), h5py.h5f.LIBVER_LATEST
    )
    name = repr(part).encode("ascii", "replace")
    made = h5py.h5f.create(name, h5py.h5f.ACC_TRUNC, creation, access)
    length = creation.get_userblock()
    if length:
        with Path(like.filename).open("rb") as file:
            part.write_at(file.read(length), 0)
    return made


def creation_options(compression: Compression) -> dict[str, Any]:
    """Return what `h5py.Group.create_dataset` needs for a compression by name."""
    name, level = compression.name, compression.level
    if name == "none":
        return {}
    if name in {"lzf", "gzip"}:
        effort = 4 if level is None and name == "gzip" else level
        return {"compression": name, "compression_opts": effort, "shuffle": True}
    options = dict(compression.options)
    if level is not None:
        options["blocksize" if name == "bzip2" else "clevel"] = level
    return {
        "compression": _plugin(name, options),
        "shuffle": name in {"lz4", "zstd", "bzip2"},
    }


def _plugin(name: str, options: dict[str, Any]) -> Any:
    """Return hdf5plugin's object for a filter by our name."""
    import hdf5plugin

    family, _, coded = name.partition("-")
    codec: Any = coded or "none"
    if family == "bitshuffle":
        return hdf5plugin.Bitshuffle(cname=codec, **options)
    if "shuffle" in options:
        kinds = {"none": 0, "byte": 1, "bit": 2, "delta": 3}
        keyword = "filters" if name == "blosc2" else "shuffle"
        options[keyword] = kinds[options.pop("shuffle")]
    try:
        (plugin,) = hdf5plugin.get_filters(name)
    except ValueError:
        raise OptionError(
            f"hdf5plugin {hdf5plugin.version} has no {name}; a newer one may"
        ) from None
    return plugin(**options)

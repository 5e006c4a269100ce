"""Create an HDF5 file that appears only when it is complete."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import h5py

from beamio.engine import completed_file
from beamio.engine.native import FileRoom, UnwrittenError
from beamio.errors import OptionError
from beamio.formats.hdf5.part import Part, filled
from beamio.model import Array, Compression


class NewFile(h5py.File):  # type: ignore[misc] # h5py has no types
    """An `h5py.File` that is being written under a name that is not yet its own."""

    place = ""
    """What messages call it: the name that it gets."""

    def __init__(
        self,
        part: Part,
        like: h5py.File | None = None,
        *,
        mode: str = "w",
        track_order: bool | None = None,
    ) -> None:
        if like is None:
            super().__init__(part, mode, track_order=track_order)
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

    @property
    def descriptor(self) -> int:
        """The system's number for the file."""
        return self._part.fileno()

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

    def write_chunk(
        self, dataset: Any, place: tuple[int, ...], data: memoryview
    ) -> None:
        """Write an encoded chunk, which no filter has skipped, at its first element.

        Raises
        ------
        OSError
            If the file can't be written.
        """
        with self._part.values(data):
            dataset.id.write_direct_chunk(place, data)
        self.check()

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
            with filled(part, file, path):
                yield file
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

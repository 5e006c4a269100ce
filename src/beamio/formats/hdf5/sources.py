"""The sources of a virtual dataset: found where libhdf5 looks, opened, remembered."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import h5py
import numpy as np
from h5py._objects import phil  # libhdf5's lock; there is no public name for it

from beamio.engine.native import OpenFile, Picks
from beamio.errors import DamagedFileError, MissingFileError, MissingPathError
from beamio.formats.hdf5.file import open_file
from beamio.formats.hdf5.links import find_place
from beamio.formats.hdf5.state import FileState, state_of
from beamio.formats.hdf5.storage import Storage, storage_of

if TYPE_CHECKING:
    from beamio.engine._native import Layout


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A dataset in one file, and the state of the file in which this holds."""

    layout: "Layout"
    chunks: int
    """Chunks that the layout has room for."""
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    file: str
    place: str
    """What messages call it, ``file::/path``."""
    state: FileState

    @classmethod
    def of(cls, dataset: Any, layout: "Layout", state: FileState) -> Self:
        """Return what is known of an open dataset."""
        storage, shape = storage_of(dataset), dataset.shape
        return cls(
            layout,
            prod(storage.grid(shape)),
            shape,
            storage.dtype,
            storage.file,
            storage.place,
            state,
        )

    def opened(self, stack: ExitStack) -> OpenFile | None:
        """Return its file, open for as long as `stack`; None if it has changed."""
        try:
            descriptor = os.open(self.file, os.O_RDONLY)
        except OSError:  # who looks for it again says why
            return None
        stack.callback(os.close, descriptor)
        if state_of(descriptor) != self.state:
            return None
        return OpenFile(descriptor, self.file)


@contextmanager
def opened_source(dataset: Any, name: str, path: str) -> Iterator[Any]:
    """Give the `h5py.Dataset` that a virtual dataset takes data from.

    Raises
    ------
    MissingFileError, MissingPathError
        If it is not there.
    """
    storage = storage_of(dataset)
    found = _found(storage, name)
    own = name == "." or found.samefile(storage.file)
    root = nullcontext(h5py.h5i.get_file_id(dataset.id)) if own else _opened(found)
    with root as file:
        source = _dataset(file, path)
        if source is None:
            raise MissingPathError(
                f"{storage.place}: takes data from {found}::{path}, which is not there",
                place=storage.place,
            )
        try:
            yield h5py.Dataset(source, readonly=True)  # whose shape is asked once
        finally:
            source._close()  # noqa: SLF001 (at once, whoever still holds it)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Give the identifier of an open file, as `open_file`, but sooner."""
    try:
        file = h5py.h5f.open(bytes(path), h5py.h5f.ACC_RDONLY, _without_lock())
    except OSError:  # who is patient, and says why
        with open_file(str(path)) as opened:
            yield opened.id
        return
    try:
        yield file
    finally:
        file._close()  # noqa: SLF001 (`close` looks at all of h5py's objects, too)


def open_unlocked(path: Path) -> Any:
    """Return the identifier of an open file, as long as objects in it are used.

    Raises
    ------
    OSError
        If it can't be opened, as h5py says.
    """
    try:
        return h5py.h5f.open(bytes(path), h5py.h5f.ACC_RDONLY, _without_lock())
    except OSError:
        swmr = h5py.h5f.ACC_RDONLY | h5py.h5f.ACC_SWMR_READ
        return h5py.h5f.open(bytes(path), swmr, _without_lock())


@cache
def _without_lock() -> Any:
    """Return how h5py opens a file, without a lock."""
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_EARLIEST, h5py.h5f.LIBVER_LATEST)
    access.set_file_locking(False, ignore_when_disabled=False)
    return access


def _dataset(file: Any, path: str) -> Any | None:
    """Return the identifier of a dataset; None if there is none."""
    try:
        found = h5py.h5o.open(file, path.encode("utf-8", "surrogateescape"))
    except (KeyError, RuntimeError, OSError):  # a cycle of links, a damaged target
        return None
    return found if isinstance(found, h5py.h5d.DatasetID) else None


def source_shape(dataset: Any, name: str, path: str) -> tuple[int, ...] | None:
    """Return the shape of a source; None if it is missing."""
    try:
        with opened_source(dataset, name, path) as source:
            shape: tuple[int, ...] | None = source.shape
    except (MissingFileError, MissingPathError):
        return None
    return shape


def _found(storage: Storage, name: str) -> Path:
    """Return the path of a file that a virtual dataset names."""
    if name == ".":
        return Path(storage.file)
    prefix = storage.virtual_prefix
    found, first = find_place(storage.file, name, "HDF5_VDS_PREFIX", prefix)
    if found is not None and found.is_file():
        return found
    raise MissingFileError(
        f"{storage.place}: takes data from {name}, which is not there "
        f"(looked for {first}); bring it back, or run this where it is",
        place=storage.place,
    )


def mapped_to_itself(storage: Storage) -> DamagedFileError:
    """Return the error to show when a virtual dataset is one of its own sources."""
    return DamagedFileError(
        f"{storage.place}: takes data from itself; correct its mappings",
        place=storage.place,
    )


def check_picks(
    dataset: Any, picks: Sequence[Picks], shape: tuple[int, ...], place: str
) -> None:
    """Make sure that a source is as long as what a virtual dataset takes of it.

    Raises
    ------
    DamagedFileError
        If it is too short; libhdf5 gives zeros.
    """
    ends = zip(picks, shape, strict=True)
    if any(start + step * (count - 1) >= end for (start, step, count), end in ends):
        here = storage_of(dataset).place
        raise DamagedFileError(
            f"{here}: takes data from {place}, which has only the shape {shape}; "
            "its writer may have stopped early: read less of it",
            place=here,
        )


def written_here(storage: Storage) -> set[tuple[int, int]]:
    """Return device and inode of the files that this process has open for writing.

    What was written to them may not have reached the disk. The file of `storage` is
    one that is open.
    """
    found: set[tuple[int, int]] = set()
    if storage.is_steady and h5py.h5f.get_obj_count(types=h5py.h5f.OBJ_FILE) == 1:
        return found
    with phil:  # nobody closes one in between
        for file in h5py.h5f.get_obj_ids(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE):
            if not file.get_intent() & h5py.h5f.ACC_RDWR:
                continue
            if file.get_access_plist().get_driver() == h5py.h5fd.SEC2:
                state = state_of(file.get_vfd_handle())
                found.add((state.device, state.inode))
    return found

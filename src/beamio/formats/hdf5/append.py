"""Add to an HDF5 file, all or nothing."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from beamio.engine.output import as_output_error
from beamio.errors import BusyFileError
from beamio.formats.hdf5.create import NewFile
from beamio.formats.hdf5.locks import described, holders
from beamio.formats.hdf5.opening import opened
from beamio.formats.hdf5.part import Part

_PAGE = 4096


class AppendedPart(Part):
    """The bytes of a file to which something is added.

    What the file holds is not touched: bytes that shall change are kept in memory
    until `commit` writes them all, when what was added behind them is on the disk.
    Those are the few of libhdf5's own structures; values lie behind the old end, or
    in space that nothing uses.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, "r+")
        self._end = os.fstat(self.fileno()).st_size
        self._length: int | None = None
        self._pages: dict[int, bytearray] = {}
        self._values = (0, 0)

    @contextmanager
    def values(self, data: memoryview) -> Iterator[None]:
        """Say that libhdf5 writes `data`, which are values, in this block."""
        self._values = _extent(data)
        try:
            yield
        finally:
            self._values = (0, 0)

    def write(self, data: Any, /) -> int:
        """Write what lies behind the old end; keep the rest."""
        view = memoryview(data).cast("B")
        start = self.tell()
        kept = max(0, min(len(view), self._end - start))
        if kept and len(view) and _extent(view) == self._values:
            kept = 0  # the space is free
        if kept:
            self._keep(start, view[:kept])
            self.seek(start + kept)
        if kept < len(view):
            super().write(view[kept:])
        return len(view)

    def _keep(self, start: int, view: memoryview) -> None:
        done = 0
        while done < len(view):
            number, within = divmod(start + done, _PAGE)
            length = min(_PAGE - within, len(view) - done)
            page = self._pages.get(number)
            if page is None:
                found = os.pread(self.fileno(), _PAGE, number * _PAGE)
                page = self._pages[number] = bytearray(found.ljust(_PAGE, b"\0"))
            page[within : within + length] = view[done : done + length]
            done += length

    def readinto(self, buffer: Any, /) -> int:
        """Read, with what is kept in the place of what is there."""
        view = memoryview(buffer).cast("B")
        start = self.tell()
        length = super().readinto(view) or 0
        stop = max(start, min(start + length, self._end))
        for number in range(start // _PAGE, -(-stop // _PAGE)):
            page = self._pages.get(number)
            if page is not None:
                first, last = (
                    max(start, number * _PAGE),
                    min(stop, (number + 1) * _PAGE),
                )
                part = page[first - number * _PAGE : last - number * _PAGE]
                view[first - start : last - start] = part
        return length

    def truncate(self, size: int | None = None, /) -> int:
        """Set the length that the file gets in the end."""
        size = self.tell() if size is None else size
        self._length = size
        return super().truncate(size) if size >= self._end else size

    def commit(self) -> None:
        """Write what was kept, when all that was added is on the disk."""
        number = self.fileno()
        os.fsync(number)
        for page, data in sorted(self._pages.items()):
            start = page * _PAGE
            self.write_at(data[: max(0, self._end - start)], start)
        if self.failure is not None:
            raise self.failure
        if self._length is not None:
            os.ftruncate(number, self._length)
        os.fsync(number)

    def withdraw(self) -> None:
        """Give the file its old length."""
        with suppress(OSError):
            os.ftruncate(self.fileno(), self._end)


def _extent(view: memoryview) -> tuple[int, int]:
    array = np.frombuffer(view, np.uint8)
    return int(array.__array_interface__["data"][0]), array.nbytes


@contextmanager
def appended_file(
    path: str | Path, *, verify: Callable[[Any], None] | None = None
) -> Iterator[NewFile]:
    """Give an HDF5 file to add to; it is changed when the block ends well, else not.

    Parameters
    ----------
    path
        The file.
    verify
        Called with the file as it will be, before it is changed; what it raises keeps
        it as it is.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError, UnreadableError
        If it can't be opened.
    BusyFileError
        If another program has it open with a lock.
    OutputError
        If it can't be written; `DiskFullError` if the disk fills up.

    Notes
    -----
    While this runs, the bytes that the file had stay as they are; a killed process
    leaves some more behind them, which no reader sees and the next writer removes.
    At the end the changed bytes of libhdf5's structures, some kB, are written at once.
    """
    name = str(path)
    opened(_opened_once, name)  # says why where it can't be read
    try:
        part = AppendedPart(name)
    except OSError as error:
        raise as_output_error(error, path) from error
    with part:
        _lock(part, name)
        try:
            file = _file(part, name)
            file.place = name
            try:
                yield file
            except BaseException:
                part.failure = part.failure or OSError("abandoned")
                raise
            finally:
                file.close()
            file.check()
            if verify is not None:
                with NewFile(part, mode="r") as written:
                    verify(written)
            part.commit()
        except BaseException as error:
            failure = part.failure
            part.withdraw()
            reason = failure if failure is not None and failure.errno else error
            if isinstance(reason, OSError) and isinstance(error, Exception):
                shown = as_output_error(reason, path)
                if shown is not error:
                    raise shown from error
            raise


def _opened_once(name: str, *args: Any, **options: Any) -> None:
    import h5py

    h5py.File(name, *args, **options).close()


def _file(part: AppendedPart, name: str) -> NewFile:
    try:
        return NewFile(part, mode="r+")
    except OSError as error:
        if "already open" in str(error):
            raise BusyFileError(
                f"{name}: is marked as being written; wait for its writer, or if it "
                "was killed, run h5clear -s --increment=0 on a copy",
                place=name,
            ) from error
        raise


def _lock(part: AppendedPart, name: str) -> None:
    """Lock the file as libhdf5 would."""
    if os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() in {"FALSE", "0"}:
        return
    try:
        fcntl.flock(part.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BusyFileError(
            f"{name}: is open in another program{described(holders(name))}; "
            "it was not touched. Wait for it to finish, or give another name",
            place=name,
        ) from error
    except OSError:  # a file system without locks
        return

"""The bytes of an HDF5 file that is being written."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from beamio.engine.native import start_writing
from beamio.engine.output import as_output_error

_LARGE = 4 << 20
"""Bytes after which the disk is told to write what there is, before it must."""


class Part(io.FileIO):
    """The bytes of a new file; libhdf5 never learns that they could not be written.

    After a failed write libhdf5 tries again whenever it closes something, hides
    the error there, and ends the process in a segmentation fault at exit.
    """

    failure: OSError | None = None
    """Why bytes are missing."""
    watch: Callable[[int], None] | None = None
    """Told how many bytes were written; what it raises ends the call of libhdf5."""
    _waiting = 0

    @contextmanager
    def values(self, data: memoryview) -> Iterator[None]:  # noqa: ARG002 (for `AppendedPart`)
        """Say that libhdf5 writes `data`, which are values, in this block."""
        yield

    def write(self, data: Any, /) -> int:
        """Write all of `data`, or none from the first failure on."""
        length = self._write_all(
            data, lambda rest, _: super(Part, self).write(rest) or 0
        )
        self._waiting += length
        if self._waiting >= _LARGE and self.failure is None:
            start_writing(self.fileno(), 0, 0)  # all of it
            self._waiting = 0
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


@contextmanager
def filled(part: Part, file: Any, path: str | Path) -> Iterator[None]:
    """Close `file`, whose bytes go to `part`, at the end of the block in any case.

    Parameters
    ----------
    path
        What the file will be called, for messages.

    Raises
    ------
    OutputError
        If the block failed because bytes could not be written.
    """
    try:
        yield
    except BaseException as error:
        failure = part.failure
        part.failure = failure or OSError("abandoned")
        if failure is not None and isinstance(error, Exception):
            raise as_output_error(failure, path) from error
        raise
    finally:
        file.close()

"""Create an HDF5 file that appears only when it is complete."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from beamio.engine import completed_file
from beamio.engine.output import as_output_error
from beamio.model import Compression


class _Part(io.FileIO):
    """The bytes of a new file; libhdf5 never learns that they could not be written.

    After a failed write libhdf5 tries again whenever it closes something, hides
    the error there, and ends the process in a segmentation fault at exit.
    """

    failure: OSError | None = None
    """Why bytes are missing."""

    def write(self, data: Any, /) -> int:
        """Write all of `data`, or none from the first failure on."""
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view) and self.failure is None:
            try:
                done += super().write(view[done:]) or 0
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

    def __init__(self, part: _Part) -> None:
        super().__init__(part, "w")
        self._part = part

    def check(self) -> None:
        """Raise the `OSError` that keeps the file from being complete, if any."""
        if self._part.failure is not None:
            raise self._part.failure


@contextmanager
def new_file(path: str | Path, *, overwrite: bool = False) -> Iterator[NewFile]:
    """Give a `NewFile` to fill; it gets the name `path` when the block ends well.

    Raises
    ------
    OutputError
        As `completed_file`; `DiskFullError` if the disk fills up.
    """
    with (
        completed_file(path, overwrite=overwrite) as name,
        _Part(name, "w+") as part,
    ):
        file = NewFile(part)
        try:
            yield file
        except BaseException as error:
            failure, part.failure = part.failure, part.failure or OSError("abandoned")
            if failure is not None and isinstance(error, Exception):
                raise as_output_error(failure, path) from error
            raise
        finally:
            file.close()
        file.check()


def creation_options(compression: Compression) -> dict[str, Any]:
    """Return what `h5py.Group.create_dataset` needs for a compression by name."""
    name, level = compression.name, compression.level
    match name:
        case "none":
            return {}
        case "lzf":
            return {"compression": "lzf", "shuffle": True}
        case "gzip":
            effort = 4 if level is None else level
            return {"compression": "gzip", "compression_opts": effort, "shuffle": True}
    import hdf5plugin

    options: dict[str, Any] = {} if level is None else {"clevel": level}
    if name.startswith("bitshuffle"):
        codec: Any = name.removeprefix("bitshuffle").lstrip("-") or "none"
        return {"compression": hdf5plugin.Bitshuffle(cname=codec, **options)}
    plugins = {
        "lz4": hdf5plugin.LZ4,
        "zstd": hdf5plugin.Zstd,
        "blosc": hdf5plugin.Blosc,
        "blosc2": hdf5plugin.Blosc2,
    }
    own_shuffle = name.startswith("blosc")
    return {"compression": plugins[name](**options), "shuffle": not own_shuffle}

"""Create an HDF5 file that appears only when it is complete."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from beamio.engine import completed_file
from beamio.engine.output import as_output_error
from beamio.model import Compression


@contextmanager
def new_file(path: str | Path, *, overwrite: bool = False) -> Iterator[Any]:
    """Give an `h5py.File` to fill; it gets the name `path` when the block ends well.

    Raises
    ------
    OutputError
        As `completed_file`; `DiskFullError` if the disk fills up.
    """
    with completed_file(path, overwrite=overwrite) as part:
        file = h5py.File(part, "w")
        try:
            yield file
            file.flush()
        except BaseException as error:
            _abandon(file)
            if isinstance(error, (OSError, RuntimeError)):
                raise as_output_error(error, path) from error
            raise
        file.close()


def _abandon(file: Any) -> None:
    """Close a file whose bytes no longer matter.

    After a failed write libhdf5 keeps trying to write what it holds, when the
    file is closed and again at exit, and the process ends in a segmentation
    fault. Let it write into the null device.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    try:
        os.dup2(nowhere, file.id.get_vfd_handle())
    finally:
        os.close(nowhere)
    file.close()


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

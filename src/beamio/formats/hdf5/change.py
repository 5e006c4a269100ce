"""Change an HDF5 file that nobody else sees, without being hurt by a full disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from beamio.engine.output import as_output_error
from beamio.formats.hdf5.opening import opened
from beamio.formats.hdf5.part import Part, filled


@contextmanager
def changing(part: Path, path: Path) -> Iterator[Any]:
    """Give the file `part`, open for changes; it is abandoned if they fail.

    Parameters
    ----------
    part
        A copy of a file, under a name that nobody else knows.
    path
        The file's name, for messages.

    Raises
    ------
    OutputError
        If it could not be written; `DiskFullError` if the disk is full.
    """
    opened(h5py.File, part, "r").close()  # says what is wrong with it, if it is
    with Part(part, "r+") as raw:
        file = h5py.File(raw, "r+")
        with filled(raw, file, path):
            yield file
        if raw.failure is not None:
            raise as_output_error(raw.failure, path) from raw.failure

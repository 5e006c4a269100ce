"""Where the bytes of a dataset with external raw files lie."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beamio.errors import DamagedFileError, MissingFileError
from beamio.formats.confinement import check_allowed
from beamio.formats.hdf5.file import place_of


@dataclass(frozen=True, slots=True)
class RawPart:
    """The bytes of a dataset that lie in an external raw file."""

    path: str
    offset: int
    length: int


def raw_parts(dataset: Any) -> list[RawPart]:
    """Return where the bytes of a dataset with external raw files lie, in order.

    Raises
    ------
    MissingFileError, DamagedFileError
        If a file is not there, or too short.
    """
    place = place_of(dataset)
    wanted, parts = dataset.nbytes, []
    start = raw_start(dataset.id.get_access_plist(), dataset.file.filename)
    for name, offset, size in dataset.external:
        if wanted <= 0:
            break
        file = start / name
        check_allowed(file.absolute(), place)
        if not file.is_file():
            raise MissingFileError(
                f"{place}: takes data from {name}, which is not there "
                f"(looked for {file.absolute()}); run this in the folder that has it",
                place=place,
            )
        part = min(size, wanted)
        have = max(0, file.stat().st_size - offset)
        if have < part:
            raise DamagedFileError(
                f"{place}: its raw file {file} is cut short: {have:,} of {part:,} "
                "bytes are there; copy the file again",
                place=place,
            )
        parts.append(RawPart(str(file), offset, part))
        wanted -= part
    return parts


def raw_start(access: Any, parent: str) -> Path:
    """Return where libhdf5 looks for the raw files that an HDF5 file names.

    It is the current folder, wherever that file is, unless something else was set.
    """
    prefix = os.environ.get("HDF5_EXTFILE_PREFIX", "")
    prefix = prefix or os.fsdecode(access.get_efile_prefix())
    return Path(prefix.replace("${ORIGIN}", str(Path(parent).parent.absolute())))

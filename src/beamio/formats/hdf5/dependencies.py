"""What a dataset depends on outside its own bytes.

libhdf5 reads fill values, without a word, where a source of a virtual dataset
is missing or an external raw file is too short. A read must be truthful, so
beamio looks first.
"""

from pathlib import Path
from typing import Any

from beamio.errors import DamagedFileError, MissingFileError


def check_sources(dataset: Any) -> None:
    """Make sure that every file that an `h5py.Dataset` takes data from is there.

    Raises
    ------
    MissingFileError
        If a virtual source or an external raw file does not exist.
    DamagedFileError
        If an external raw file is too short.
    """
    folder = Path(dataset.file.filename).parent
    place = f"{dataset.file.filename}::{dataset.name}"
    if dataset.is_virtual:
        for source in {mapping.file_name for mapping in dataset.virtual_sources()}:
            # A printf pattern stands for as many files as there are.
            if source != "." and "%" not in source:
                _find(source, folder, place)
    for name, offset, size in dataset.external or ():
        file = _find(name, folder, place)
        have = file.stat().st_size - offset
        wanted = min(size, dataset.nbytes)
        if have < wanted:
            raise DamagedFileError(
                f"{place}: its raw file {file} is cut short: "
                f"{max(have, 0):,} of {wanted:,} bytes are there",
                place=place,
            )


def _find(name: str, folder: Path, place: str) -> Path:
    file = folder / name
    if not file.is_file():
        raise MissingFileError(
            f"{place}: takes data from {name}, which is not there "
            f"(looked for {file}); bring it back, or run this where it is",
            place=place,
        )
    return file

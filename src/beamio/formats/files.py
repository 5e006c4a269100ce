"""The files of one job: each is opened once, and all are closed at the end."""

import os
from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from beamio.errors import (
    DamagedFileError,
    MissingFileError,
    MissingPathError,
    UnreadableError,
    nearest,
)
from beamio.view import natural_order

if TYPE_CHECKING:
    from beamio.formats.frames import Frames


class OpenFiles:
    """Opens each HDF5 file once, and closes all of them on exit."""

    def __init__(self) -> None:
        self._hdf5: dict[str, Any] = {}

    def hdf5(self, path: str) -> Any:
        """Return the open `h5py.File` of that name."""
        from beamio.formats.hdf5 import open_file

        if path not in self._hdf5:
            self._hdf5[path] = open_file(path)
        return self._hdf5[path]

    def item(self, path: str, inside: str) -> Any:
        """Return what lies under `inside` in an HDF5 file.

        Raises
        ------
        MissingPathError
            If there is nothing, or only a link that leads nowhere.
        """
        from beamio.formats.hdf5 import existing, member, names

        file = self.hdf5(path)
        found = file if inside == "/" else member(file, inside)
        if found is not None:
            return found
        above, _, name = inside.rpartition("/")
        group = file if not above else member(file, above)
        known = names(group) if hasattr(group, "keys") else []
        if name in known:
            return existing(group, name)
        raise MissingPathError(
            f"{path}: there is no {inside}{nearest(name, known)}",
            place=f"{path}::{inside}",
        )

    @property
    def opened(self) -> list[str]:
        """Every HDF5 file that was opened."""
        return list(self._hdf5)

    def images(self, files: Sequence[str]) -> "Frames":
        """Return the images of files that are not HDF5."""
        from beamio.formats.images import ImageFrames

        return ImageFrames(files)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        while self._hdf5:
            self._hdf5.popitem()[1].close()


def is_hdf5(path: str) -> bool:
    """Tell whether a file is HDF5, whatever its name.

    Raises
    ------
    MissingFileError
        If there is no such file; the message names those like it.
    DamagedFileError
        If it is empty.
    """
    import h5py

    file = Path(path)
    if not file.exists():
        folder = file.parent
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        names = [other.name for other in found]
        raise MissingFileError(
            f"{path}: there is no such file{nearest(file.name, names)}", place=path
        )
    if not os.access(path, os.R_OK):
        raise UnreadableError(f"{path}: no permission to read it", place=path)
    if file.stat().st_size == 0:
        raise DamagedFileError(f"{path}: is empty (0 bytes)", place=path)
    return bool(h5py.is_hdf5(path))


def expand(names: Sequence[str]) -> list[str]:
    """Return the files that names, globs and folders stand for, counted as people do.

    Each file comes once.

    Raises
    ------
    MissingFileError
        If a glob or a folder holds no file.
    """
    files: list[str] = []
    for name in names:
        if Path(name).is_dir():
            found = [str(file) for file in Path(name).iterdir() if file.is_file()]
            found = [file for file in found if not Path(file).name.startswith(".")]
        elif has_magic(name) and not Path(name).exists():
            found = glob(name)  # noqa: PTH207 (an absolute pattern is welcome)
        else:
            found = [name]
        if not found:
            raise MissingFileError(f"{name}: holds no file", place=name)
        files += found
    return sorted(dict.fromkeys(files), key=natural_order)

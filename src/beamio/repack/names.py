"""Names of other files in a file, so that they lead to the same from its copy."""

import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from beamio.formats.hdf5.links import places

FindInside = Callable[[str], str | None]
"""Gives the path in the copy of what a path in the source leads to, if it is copied."""


class Naming(Enum):
    """How the names of other files are written in a copy."""

    AS_WRITTEN = "as written"
    MOVED = "moved"
    """Relative names lead to the same from the other folder, absolute ones stay."""
    RELATIVE = "relative"
    """All are relative to the folder of the copy."""


class FileNames:
    """Rewrites names that are looked for from the folder of the file they are in.

    A name that leads nowhere stays as it is.

    Parameters
    ----------
    source, target
        The file, and its copy.
    naming
        How names are written.
    inside
        Where objects of the source are in a copy that does not hold all; by default
        the copy holds all of the file, under the same paths.
    """

    def __init__(
        self,
        source: str,
        target: str,
        naming: Naming = Naming.MOVED,
        inside: FindInside | None = None,
    ) -> None:
        self._source = Path(source)
        self._target = Path(target)
        self._naming = naming
        self._inside = inside

    def of_link(self, name: str) -> str:
        """Return the file name of an external link."""
        own = self._target.name if self._inside is None else None
        return self._moved(name, "HDF5_EXT_PREFIX", own=own)

    def of_source(self, name: str, path: str) -> tuple[str, str]:
        """Return file name and path of a source of a virtual dataset."""
        if self._inside is None:
            own = "." if name == "." else self._moved(name, "HDF5_VDS_PREFIX", own=".")
            return own, path
        found = self._found(name, "HDF5_VDS_PREFIX")
        if name == "." or self._is_own(found):
            there = self._inside(path)
            if there is not None:
                return ".", there
            if name == ".":  # which stays behind
                return self._relative(self._source), path
        return self._moved(name, "HDF5_VDS_PREFIX", own=None), path

    def of_raw(self, name: str) -> str:
        """Return the name of a raw file; one is looked for from the current folder."""
        if self._naming is not Naming.RELATIVE or not Path(name).is_file():
            return name
        return self._relative(Path(name))

    @property
    def own(self) -> str:
        """The name of the source itself, from the folder of the copy."""
        return self._relative(self._source)

    @property
    def moves_raw(self) -> bool:
        """Whether the names of raw files may change."""
        return self._naming is Naming.RELATIVE

    def breaks(self, name: str, variable: str) -> bool:
        """Tell whether a name as it is written leads elsewhere from the copy's folder.

        Parameters
        ----------
        name
            Of a file, as it is written in the source.
        variable
            The environment variable with folders to look in first.
        """
        found = self._found(name, variable)
        if found is None or self._naming is not Naming.AS_WRITTEN:
            return False
        tried = places(str(self._target.absolute()), name, variable)
        # libhdf5 looks in the current folder as well, which is another each time.
        there = next((f for f in tried if f.is_absolute() and f.is_file()), None)
        return there is None or not there.samefile(found)

    def _found(self, name: str, variable: str) -> Path | None:
        tried = places(str(self._source), name, variable)
        return next((file for file in tried if file.exists()), None)

    def _is_own(self, found: Path | None) -> bool:
        return found is not None and found.samefile(self._source)

    def _relative(self, path: Path) -> str:
        return os.path.relpath(path.resolve(), self._target.absolute().parent.resolve())

    def _moved(self, name: str, variable: str, *, own: str | None) -> str:
        found = self._found(name, variable)
        if own is not None and self._is_own(found):
            return own
        if self._naming is Naming.AS_WRITTEN:
            return name
        folder, new = self._source.absolute().parent, self._target.absolute().parent
        if "%" in name and (self._naming is Naming.RELATIVE or not _is_absolute(name)):
            pattern = folder / name
            moved = self._relative(pattern.parent)
            return os.path.join(moved.replace("%", "%%"), pattern.name)  # noqa: PTH118 (a pattern)
        if self._naming is Naming.MOVED and (
            _is_absolute(name) or folder.resolve() == new.resolve()
        ):
            return name
        return name if found is None else self._relative(found)


def _is_absolute(name: str) -> bool:
    return Path(name).is_absolute()

"""Names of other files in a file, so that they lead to the same from its copy."""

import os
from pathlib import Path

from beamio.formats.hdf5.links import places


class FileNames:
    """Rewrites names that are looked for from the folder of the file they are in.

    A name that leads nowhere stays as it is.

    Parameters
    ----------
    source, target
        The file, and its copy.
    """

    def __init__(self, source: str, target: str) -> None:
        self._source = Path(source)
        self._target = Path(target)

    def of_link(self, name: str) -> str:
        """Return the file name of an external link."""
        return self._moved(name, "HDF5_EXT_PREFIX", own=self._target.name)

    def of_source(self, name: str) -> str:
        """Return the file name of a source of a virtual dataset."""
        if name == ".":
            return name
        return self._moved(name, "HDF5_VDS_PREFIX", own=".")

    def _moved(self, name: str, variable: str, *, own: str) -> str:
        found = next(
            (f for f in places(str(self._source), name, variable) if f.exists()), None
        )
        if found is not None and found.samefile(self._source):
            return own
        folder, new = self._source.absolute().parent, self._target.absolute().parent
        if Path(name).is_absolute() or folder.resolve() == new.resolve():
            return name
        if "%" in name:
            moved = os.path.relpath(folder.resolve(), new.resolve())
            return os.path.join(moved.replace("%", "%%"), name)  # noqa: PTH118 (a pattern)
        if found is None:
            return name
        return os.path.relpath(found.resolve(), new.resolve())

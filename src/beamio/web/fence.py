"""Which files may be looked at: those under the folders that were named, no others."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from beamio.errors import BeamioError, MissingFileError, OutsideError, nearest
from beamio.formats.confinement import outside
from beamio.formats.series import files_of, is_series


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or a file that was named when the server was started."""

    name: str
    """What the browser calls it; no two roots have the same."""
    path: str
    """Absolute, as it was named: a symbolic link is kept."""
    is_folder: bool

    @property
    def folder(self) -> str:
        """Where files may lie that a file leads to: beside it, if one was named."""
        return self.path if self.is_folder else os.path.dirname(self.path)  # noqa: PTH120 (any bytes)


@dataclass(frozen=True, slots=True)
class Fence:
    """Tells files inside from files outside.

    Attributes
    ----------
    roots
        What was named.
    follow_outside
        Whether links, virtual sources and raw files may lead out of them.
    """

    roots: tuple[Root, ...]
    follow_outside: bool = False

    @classmethod
    def around(cls, names: Iterable[str], *, follow_outside: bool = False) -> "Fence":
        """Return the fence around folders and files.

        Raises
        ------
        MissingFileError
            If there is no such folder or file.

        Examples
        --------
        >>> folder = getfixture("tmp_path")
        >>> fence = Fence.around([str(folder)])
        >>> fence.roots[0].name == folder.name
        True
        """
        roots: list[Root] = []
        for name in names:
            path = os.path.abspath(name)  # noqa: PTH100 (keeps symbolic links)
            if not os.path.exists(path) and not _is_pattern(path):  # noqa: PTH110 (any bytes)
                raise MissingFileError(
                    f"{name}: there is no such file or folder{_like(path)}", place=name
                )
            if any(root.path == path for root in roots):
                continue
            taken = {root.name for root in roots}
            roots.append(Root(_free(path, taken), path, Path(path).is_dir()))
        return cls(tuple(roots), follow_outside)

    def path(self, file: str) -> str:
        """Return where a file lies that the browser calls ``root/folder/name``.

        Raises
        ------
        OutsideError
            If it lies outside.
        MissingFileError
            If there is no root of that name.
        """
        if "\0" in file:
            raise MissingFileError("no file has a null byte in its name", place=file)
        name, _, below = file.strip("/").partition("/")
        root = next((root for root in self.roots if root.name == name), None)
        if root is None:
            known = [root.name for root in self.roots]
            raise MissingFileError(
                f"{name}: nothing of this name was opened{nearest(name, known)}",
                place=file,
            )
        steps = [step for step in below.split("/") if step not in {"", "."}]
        if not steps:
            return root.path if self.follow_outside else self._real(root.path, file)
        if ".." in steps or not root.is_folder:
            raise OutsideError(f"{file}: leads out of {root.name}", place=file)
        path = os.path.join(root.path, *steps)  # noqa: PTH118 (any bytes)
        return path if self.follow_outside else self._real(path, file)

    def _real(self, path: str, place: str) -> str:
        """Return where a file lies: what is a link now may be another one later."""
        real = os.path.realpath(path)
        self.check(real, place)
        return real

    def check(self, path: str, place: str) -> None:
        """Make sure that a file lies inside, wherever symbolic links lead.

        Raises
        ------
        OutsideError
            If it lies outside, and may not.
        """
        if not self.follow_outside and not self.holds(path):
            raise outside(path, place)

    def holds(self, path: str) -> bool:
        """Tell whether a file lies inside, wherever symbolic links lead."""
        real = os.path.realpath(path)
        return any(
            real == inside or real.startswith(inside.rstrip("/") + "/")
            for inside in (_real_folder(root.folder) for root in self.roots)
        )

    def name(self, path: str) -> str | None:
        """Return what the browser calls a file; None for one outside."""
        path = os.path.abspath(path)  # noqa: PTH100 (keeps symbolic links)
        for root in self.roots:
            if path == root.path:
                return root.name
            if root.is_folder and path.startswith(root.path.rstrip("/") + "/"):
                return f"{root.name}/{path[len(root.path.rstrip('/')) + 1 :]}"
        return None


@cache
def _real_folder(folder: str) -> str:
    """Return where a root lies; it stays there when a link to it is changed."""
    return os.path.realpath(folder)


def _is_pattern(path: str) -> bool:
    """Tell whether a name stands for files that are there."""
    try:
        return is_series(path) and bool(files_of(path))
    except BeamioError:
        return False


def _free(path: str, taken: set[str]) -> str:
    """Return a name for a root that no other has.

    Examples
    --------
    >>> _free("/data/scan", {"scan"})
    'scan (2)'
    """
    name = os.path.basename(path) or "files"  # noqa: PTH119 (any bytes)
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _like(path: str) -> str:
    folder = Path(path).parent
    names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    return nearest(Path(path).name, names)

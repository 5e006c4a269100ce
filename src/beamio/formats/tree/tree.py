"""A file that is not HDF5, with the manners of an h5py.File."""

from collections.abc import Callable
from typing import Any, Self

from beamio.errors import MissingPathError, nearest
from beamio.formats.tree.branch import Branch, Leaf
from beamio.formats.tree.dataset import TreeDataset
from beamio.formats.tree.group import TreeGroup, joined

_LINKS = 32
"""Soft links that are followed on one way, at most."""


class Tree(TreeGroup):
    """A file that is not HDF5, with the manners of an `h5py.File` opened to be read.

    Parameters
    ----------
    filename
        What messages call it.
    root
        What it holds.
    close
        Called once, when it is closed.

    Examples
    --------
    >>> tree = Tree("scan.xyz", Branch.of({"entry": {"energy": 12.4}}))
    >>> tree["entry/energy"][()]
    np.float64(12.4)
    """

    mode = "r"
    swmr_mode = False

    def __init__(
        self, filename: str, root: Branch, *, close: Callable[[], None] | None = None
    ) -> None:
        super().__init__("/", None, root)
        self._file = self
        self._close = close
        self.filename = filename
        """The file, or the pattern of names, that it shows."""
        self.is_open = True
        """Whether it was not closed yet."""

    def find(self, path: str) -> Any:
        """Return what lies under a path from the root; links are followed.

        Raises
        ------
        MissingPathError
            If there is nothing, or a link leads nowhere.
        ValueError
            If the file is closed.
        """
        self.check_open()
        place: list[str] = []
        found: TreeGroup | TreeDataset = self
        rest = _parts(path)
        followed = 0
        while rest:
            name = rest.pop()
            entry = found.entry(name) if isinstance(found, TreeGroup) else None
            inside = "/" + "/".join(place)
            if isinstance(entry, Branch | Leaf):
                place.append(name)
                found = self._made(joined(inside, name), entry)
                continue
            followed += 1
            if entry is None or followed > _LINKS or hasattr(entry, "filename"):
                raise self._missing(path, place, name, found)
            rest += _parts(joined(inside, entry.path))
            place, found = [], self
        return found

    def _made(self, name: str, entry: Branch | Leaf) -> TreeGroup | TreeDataset:
        if isinstance(entry, Branch):
            return TreeGroup(name, self, entry)
        return TreeDataset(name, self, entry)

    def check_open(self) -> None:
        """Raise `ValueError` if the file is closed."""
        if not self.is_open:
            raise ValueError(f"{self.filename}: was closed")

    def _missing(
        self, path: str, above: list[str], name: str, found: Any
    ) -> MissingPathError:
        where = f"{self.filename}::/{'/'.join(above)}"
        known = list(found) if isinstance(found, TreeGroup) else []
        if name in known:
            reason = f"{where.rstrip('/')}/{name}: is a link that leads nowhere"
        elif isinstance(found, TreeDataset):
            reason = f"{where}: is a dataset, so there is no {name} in it"
        else:
            reason = f"{where}: there is no {name}{nearest(name, known)}"
        return MissingPathError(reason, place=f"{self.filename}::{path}")

    def close(self) -> None:
        """Close the file; what was read stays."""
        if self.is_open and self._close is not None:
            self._close()
        self.is_open = False

    def flush(self) -> None:
        """Do nothing: there is nothing to write."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f'<tree of "{self.filename}" (mode r)>'


def _parts(path: str) -> list[str]:
    """Return the names of a path, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in {"", "."}]

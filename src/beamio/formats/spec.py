"""SPEC files: scans as silx shows them, each made when it is asked for."""

from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

import numpy as np

from beamio.errors import BeamioError, DamagedFileError
from beamio.formats.select import Selection
from beamio.formats.silx_nodes import array_values, entry_of
from beamio.formats.tree import Branch, Entry, LazyMembers, Tree, Values
from beamio.formats.tree.values import delivered
from beamio.model import Array


def open_spec(path: str) -> Tree:
    """Return the scans of a SPEC file, ``94.1`` the first of number 94.

    Raises
    ------
    DamagedFileError
        If silx can't read it.
    """
    from silx.io.commonh5 import File
    from silx.io.specfile import SpecFile

    try:
        spec = SpecFile(path)
        names = list(spec.keys())
    except Exception as error:  # silx raises anything
        raise _damaged(path, error) from error
    if not names:
        raise DamagedFileError(f"{path}: is a SPEC file without a scan", place=path)
    home = File(path)
    makers = {name: partial(_scan, path, home, spec, name) for name in names}
    return Tree(
        path, Branch(LazyMembers(makers), {"NX_class": "NXroot"}), close=spec.close
    )


def _damaged(place: str, error: Exception) -> DamagedFileError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return DamagedFileError(
        f"{place}: the SPEC file can't be read ({reason}); compare with the original",
        place=place,
    )


def _scan(path: str, home: Any, spec: Any, name: str) -> Entry:
    """Return a scan; its columns are read, its spectra not yet."""
    from silx.io.spech5 import ScanGroup

    place = f"{path}::/{name}"
    try:
        group = ScanGroup(name, parent=home, scan=spec[name])
        home.add_node(group)
        values = partial(_values, lock=Lock())
        found = entry_of(home, name, values)
    except BeamioError:
        raise
    except Exception as error:  # as above
        raise _damaged(place, error) from error
    return found


def _values(node: Any, *, lock: Any) -> Values:
    from silx.io.spech5 import McaDataDataset

    return (
        Spectra(node, lock) if isinstance(node, McaDataDataset) else array_values(node)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """The spectra of a multi-channel analyser, shape (points, channels)."""

    node: Any
    """The dataset of silx."""
    lock: Any
    """Held while silx reads: it remembers the scan that it read last."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Points and channels."""
        return tuple(map(int, self.node.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a count."""
        dtype: np.dtype[Any] = self.node.dtype
        return dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,  # noqa: ARG002 (as Values)
    ) -> Array:
        """Return a part; only the spectra in it are read."""
        (start, step, count), (channel, by, channels) = selection.picks
        found = np.empty((count, channels), self.dtype)
        with self.lock:
            for index in range(count):
                spectrum = self.node[start + index * step]
                found[index] = spectrum[channel : channel + channels * by : by]
        kept = tuple(slice(None) if keep else 0 for keep in selection.kept)
        return delivered(found[kept], out)

"""What is known of where bytes lie, for as long as files stay as they are."""

from typing import TYPE_CHECKING

from beamio.formats.hdf5.state import FileState, steady_state
from beamio.formats.hdf5.storage import Storage

if TYPE_CHECKING:
    from beamio.engine._native import Layout
    from beamio.formats.hdf5.mosaic import Mosaic
    from beamio.formats.hdf5.sources import Source

Key = tuple[int, int]
"""What names a dataset: its file as libhdf5 numbers it, and its address there."""

_ROOM = 1 << 22
"""Chunks of which the places are kept, of all sources together: some 120 MB."""
_SOURCE = 32
"""Chunks that take as much memory as what else is known of a source."""


class Known:
    """What is known of the datasets of files that are only read.

    It is forgotten when a file changes: who writes outside SWMR mode may move chunks.
    """

    def __init__(self) -> None:
        self.layouts: dict[Key, Layout] = {}
        self.mosaics: dict[tuple[Key, tuple[int, ...]], Mosaic] = {}
        self.sources: dict[tuple[str, ...], Source] = {}
        """By the file and the prefix of the virtual dataset, and their own names."""
        self.asked: dict[Key, int] = {}
        """How many chunks were asked for, of datasets without a layout."""
        self._taken = 0
        self._first: dict[int, FileState] = {}
        self._seen: dict[Key, FileState] = {}

    def look(self, storage: Storage) -> None:
        """Forget a dataset if its file has changed since it was looked at."""
        state = steady_state(storage)
        if state is None:
            return
        self._first.setdefault(storage.key[0], state)
        if self._seen.setdefault(storage.key, state) != state:
            self._seen[storage.key] = state
            self.layouts.pop(storage.key, None)
            for key in [key for key in self.mosaics if key[0] == storage.key]:
                del self.mosaics[key]

    def keep(self, name: tuple[str, ...], source: "Source") -> None:
        """Keep what is known of a source; all else is forgotten where it is too much.

        Who reads more sources than there is room for, in a loop, comes back to each
        too late, whichever was forgotten.
        """
        needed = source.chunks + _SOURCE
        if self._taken + needed > _ROOM:
            self.sources.clear()
            self._taken = 0
        self.sources[name] = source
        self._taken += needed

    def was_changed(self, storage: Storage) -> bool:
        """Tell whether the file of a dataset has changed since it was first read.

        libhdf5 keeps what it has read of the structure of a file while it is open.
        """
        first = self._first.get(storage.key[0])
        return first is not None and first != steady_state(storage)

    def asked_for(self, key: Key, chunks: int) -> int:
        """Return how many chunks of a dataset were asked for, these among them."""
        self.asked[key] = self.asked.get(key, 0) + chunks
        return self.asked[key]

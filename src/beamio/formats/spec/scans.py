"""The scans of a SPEC file as silx reads them."""

import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from beamio.formats.spec.index import ScanPlace
from beamio.formats.spec.text import ScanText, checked, damaged, file_header

_KEPT = 4
"""Scans that stay open in silx."""


class Scans:
    """The scans of a file; those used last stay open."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = Lock()
        """Held while silx reads: it remembers things from one call to the next."""
        self._open: OrderedDict[str, tuple[Any, ScanText]] = OrderedDict()

    def where(self, place: ScanPlace) -> str:
        """Return what messages call a scan."""
        return f"{self.path}::/{place.name}"

    def get(self, place: ScanPlace) -> tuple[Any, ScanText]:
        """Return the scan of silx, and its text; the lock must be held."""
        found = self._open.pop(place.name, None) or self._read(place)
        self._open[place.name] = found
        while len(self._open) > _KEPT:
            self._open.popitem(last=False)
        return found

    def _read(self, place: ScanPlace) -> tuple[Any, ScanText]:
        from silx.io.specfile import SpecFile

        where = self.where(place)
        header = file_header(self._bytes(place.header, where), where)
        text = checked(self._bytes(place.block, where), where)
        content = header + text.bytes()
        if b" " not in text.bytes()[3:49]:  # silx would look for it without an end
            raise damaged(where, "the line #S has no space in it")
        with _named(content) as name:
            scan = SpecFile(name)[0]
        if len(scan.mca):
            # silx goes on where it was, even if that was in another file whose memory
            # this one has now, unless it is sent back to the first spectrum.
            _ = scan.mca[0]
        return scan, text

    def _bytes(self, place: tuple[int, int], where: str) -> bytes:
        start, stop = place
        with Path(self.path).open("rb") as file:
            file.seek(start)
            found = file.read(stop - start)
        if len(found) != stop - start:
            raise damaged(where, "the file was cut short since it was opened")
        return found

    def close(self) -> None:
        """Forget the scans."""
        self._open.clear()


@contextmanager
def _named(content: bytes) -> Iterator[str]:
    """Give a file of some content a name, which silx wants, for a moment."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("scan"), "wb") as file:
            file.write(content)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
    else:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            yield file.name

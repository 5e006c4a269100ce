"""The process that looks at files, and may die of one: ``python -m`` of this module.

libhdf5 and others may crash, or not come to an end, where a file is damaged. It reads
what to look at from standard input, a line of JSON for each file, and writes what it
finds as lines of JSON.
"""

import json
import os
import resource
import signal
import sys
from typing import IO, Any

from beamio.check.notes import BROKEN, Notes, after_place
from beamio.formats.files import is_hdf5
from beamio.formats.series import is_there
from beamio.model import DataUrl


def main() -> None:
    """Look at files until there are no more."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    _bound_memory()
    for line in sys.stdin:
        _Answer(out, **json.loads(line)).give()


def _bound_memory() -> None:
    """Let an absurd length in a file be an error, not the end of all memory."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * page
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


class _Answer:
    """Looks at one file."""

    def __init__(
        self,
        out: IO[str],
        *,
        url: str,
        deep: bool,
        threads: int | None,
        patience: float,
    ) -> None:
        self._out = out
        self._url = url
        self._options: dict[str, Any] = {"deep": deep, "threads": threads}
        self._patience = patience

    def give(self) -> None:
        """Write all that is found, and that this is all."""
        notes = Notes(self._tell)
        kind, readable = "", False
        try:
            kind, readable = self._look(notes)
        except (*BROKEN, MemoryError, RecursionError) as error:
            notes.error("unreadable", "", after_place(error, self._url))
        self._tell("summary", [kind, readable, dict(notes.looked_at)])

    def _look(self, notes: Notes) -> tuple[str, bool]:
        notes.at("")
        parts = DataUrl.parse(self._url, is_file=is_there)
        if os.path.isfile(parts.file) and is_hdf5(parts.file):  # noqa: PTH113 (any bytes)
            from beamio.check.hdf5 import Examination

            examination = Examination(parts.file, notes, **self._options)
            return "HDF5", examination.run(parts.path or "/")
        from beamio.check.others import examine_other

        return "", examine_other(self._url, notes, **self._options)

    def _tell(self, name: str, fact: Any) -> None:
        # The signal ends this process where libhdf5 works on and on without a word.
        signal.setitimer(signal.ITIMER_PROF, self._patience)
        self._out.write(json.dumps([name, fact]) + "\n")
        self._out.flush()
        if name == "summary":
            signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    main()

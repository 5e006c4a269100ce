"""The process that looks at files, and may die of one: ``python -m`` of this module."""

import os
from typing import Any

from beamio.check.notes import BROKEN, Notes, after_place
from beamio.engine.answering import Tell, answer_jobs
from beamio.formats.files import is_hdf5
from beamio.formats.series import is_there
from beamio.model import DataUrl


def look(tell: Tell, *, url: str, **options: Any) -> list[Any]:
    """Tell all that is found in a file; return what it is and what was looked at."""
    notes = Notes(tell)
    kind, readable = "", False
    try:
        kind, readable = _look(url, notes, options)
    except (*BROKEN, MemoryError, RecursionError) as error:
        notes.error("unreadable", "", after_place(error, url))
    return [kind, readable, dict(notes.looked_at)]


def _look(url: str, notes: Notes, options: dict[str, Any]) -> tuple[str, bool]:
    notes.at("")
    parts = DataUrl.parse(url, is_file=is_there)
    if os.path.isfile(parts.file) and is_hdf5(parts.file):  # noqa: PTH113 (any bytes)
        from beamio.check.hdf5 import Examination

        examination = Examination(parts.file, notes, **options)
        return "HDF5", examination.run(parts.path or "/")
    from beamio.check.others import examine_other

    return "", examine_other(url, notes, **options)


if __name__ == "__main__":
    answer_jobs(look)

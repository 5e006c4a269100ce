"""What folders hold."""

import os
from dataclasses import asdict, dataclass
from typing import Any

from beamio.contents.page import Around
from beamio.errors import MissingFileError
from beamio.formats.series import image_kinds, is_series
from beamio.view import natural_order
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.reading import Reading
from beamio.web.questions.contents import FolderAsked


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder."""

    name: str
    file: str
    """What other questions call it."""
    is_folder: bool
    size: int | None = None
    modified: float | None = None
    """Seconds since 1970."""
    problem: str = ""
    """Why it can't be looked at."""


def folder(reading: Reading, asked: FolderAsked) -> Answer:
    """Return what a folder holds, folders first; the roots if none is named."""
    found = _inside(reading, asked.folder) if asked.folder else _roots(reading)
    wanted = asked.filter.casefold()
    kept = [each for each in found if wanted in each.name.casefold()]
    part = slice(asked.offset, asked.offset + asked.limit)
    if asked.at:
        part = Around(asked.at, asked.limit).slice(each.name for each in kept)
    return as_json(
        {
            "total": len(kept),
            "offset": part.start,
            "entries": [asdict(each) for each in kept[part]],
            "stacks": _stacks(asked.folder, found) if asked.folder else [],
        }
    )


def _stacks(folder: str, entries: list[Entry]) -> list[dict[str, Any]]:
    """Return what a folder's images can be opened as: one stack of each kind."""
    names = [each.name for each in entries if not each.is_folder and not each.problem]
    kinds = image_kinds(names)
    return [
        {
            "file": folder if len(kinds) == 1 else f"{folder}/*.{kind}",
            "kind": kind,
            "images": len(of),
        }
        for kind, of in kinds.items()
        if len(of) > 1
    ]


def _roots(reading: Reading) -> list[Entry]:
    found = [
        _entry(reading, root.path, root.name)
        for root in reading.fence.roots
        if root.name not in reading.held
    ]
    held = [Entry(name, name, is_folder=False) for name in reading.held]
    return held + [each for each in found if each is not None]


def _inside(reading: Reading, name: str) -> list[Entry]:
    path = reading.fence.path(name)
    try:
        names = os.listdir(path)  # noqa: PTH208 (any bytes)
    except NotADirectoryError:
        raise MissingFileError(f"{name}: is no folder", place=name) from None
    except FileNotFoundError:
        raise MissingFileError(f"{name}: there is no such folder", place=name) from None
    entries = [
        _entry(reading, f"{path.rstrip('/')}/{each}", f"{name.strip('/')}/{each}")
        for each in names
        if not each.startswith(".")
    ]
    known = [each for each in entries if each is not None]
    return sorted(
        known, key=lambda each: (not each.is_folder, natural_order(each.name))
    )


def _entry(reading: Reading, path: str, file: str) -> Entry | None:
    name = file.rpartition("/")[2]
    if not (reading.fence.follow_outside or reading.fence.holds(path)):
        why = "leads out of what was opened"
        return Entry(name, file, is_folder=False, problem=why)
    try:
        found = os.stat(path)  # noqa: PTH116 (any bytes)
    except OSError:
        why = "" if is_series(path) else "leads nowhere"
        return Entry(name, file, is_folder=False, problem=why)
    is_folder = os.path.isdir(path)  # noqa: PTH112 (any bytes)
    if not is_folder and not os.path.isfile(path):  # noqa: PTH113 (any bytes)
        return None
    return Entry(
        name,
        file,
        is_folder,
        None if is_folder else found.st_size,
        found.st_mtime,
    )

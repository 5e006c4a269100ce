"""Where a text is found."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from beamio.contents import contents, find
from beamio.errors import BeamioError, UnknownFormatError
from beamio.model import Item
from beamio.view import natural_order
from beamio.web.answers.reading import Reading
from beamio.web.questions.search import SearchAsked

_MOST = 1000
"""Hits that are told."""
_FILES = 10_000
"""Files that are looked at."""
_OFTEN = 5000
"""Names after which it is told how far the search has come."""

Event = dict[str, Any]


def search(reading: Reading, asked: SearchAsked) -> Iterator[Event]:
    """Yield hits, those of names and classes first, and how far it has come."""
    found = islice(_files(reading, asked.files), _FILES)
    files = sorted(found, key=lambda file: _size(reading, file))
    ways = (_named, _holding) if asked.values else (_named,)
    told: set[tuple[str, str]] = set()
    for way in ways:
        for file in files:
            for event in _in(reading, file, way, asked.text):
                place = (file, event.get("path", ""))  # one problem of a file
                if "looked" in event:
                    yield event
                elif place not in told:
                    told.add(place)
                    yield {"hit": {"file": file, **event}} if "path" in event else event
                if len(told) >= _MOST:
                    yield {"more": True}
                    return


def _in(reading: Reading, file: str, way: Any, text: str) -> Iterator[Event]:
    """Yield what is found in a file; what can't be looked at is told, and passed."""
    problems: list[BeamioError | OSError] = []
    held = reading.held.get(file)
    try:
        source = reading.fence.path(file) if held is None else held
        yield from way(source, text, problems)
    except (BeamioError, OSError) as error:
        problems.append(error)
    for problem in problems:
        if not isinstance(problem, UnknownFormatError):
            yield {"problem": str(problem)}


def _named(source: Any, text: str, _: list[Any]) -> Iterator[Event]:
    """Yield objects with the text in their name or their NX class."""
    wanted = text.casefold()
    for count, item in enumerate(contents(source, recursive=True), 1):
        if count % _OFTEN == 0:
            yield {"looked": count}
        if item.same_as:
            continue
        if item.depth and wanted in item.name.casefold():
            yield _hit(item, "name")
        elif wanted in item.nx_class.casefold():
            yield _hit(item, "class")


def _holding(source: Any, text: str, problems: list[Any]) -> Iterator[Event]:
    """Yield objects with the text in attributes, or in their values of text."""
    if isinstance(source, str):  # what somebody holds is searched by name alone
        for found in find(source, text=text, report=problems.append):
            yield _hit(found.item, "text")


def _hit(item: Item, of: str) -> Event:
    return {"name": item.name, "found_in": of, **item.facts()}


def _files(reading: Reading, names: Iterable[str]) -> Iterator[str]:
    """Yield files, and those in folders and below."""
    for name in names:
        path = "" if name in reading.held else reading.fence.path(name)
        if not os.path.isdir(path):  # noqa: PTH112 (any bytes)
            yield name
            continue
        for above, folders, files in os.walk(path):
            folders[:] = sorted(filter(_is_shown, folders), key=natural_order)
            for file in sorted(filter(_is_shown, files), key=natural_order):
                below = os.path.relpath(os.path.join(above, file), path)  # noqa: PTH118 (any bytes)
                if reading.may_open(os.path.join(above, file)):  # noqa: PTH118 (any bytes)
                    yield f"{name.rstrip('/')}/{below}"


def _size(reading: Reading, file: str) -> int:
    """Return the bytes of a file: small ones tell their hits soon."""
    try:
        return os.stat(reading.fence.path(file)).st_size  # noqa: PTH116 (any bytes)
    except (BeamioError, OSError):
        return 0


def _is_shown(name: str) -> bool:
    return not name.startswith(".")

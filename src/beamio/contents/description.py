"""What a file is as a whole: its format, its size, how it will be read."""

import heapq
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beamio.contents.walk import contents
from beamio.contents.way import way_to
from beamio.errors import BeamioError
from beamio.formats.files import is_hdf5
from beamio.formats.opening import open as open_url
from beamio.formats.series import is_there
from beamio.model import DataUrl, Item, Kind, Outside, Way

_LARGEST = 5
"""Datasets that are named."""
_FORMATS = {
    "open_npy": "NumPy array",
    "open_npz": "NumPy archive",
    "open_spec": "SPEC",
    "open_fio": "FIO",
}


@dataclass(frozen=True, slots=True)
class HDF5Facts:
    """What only an HDF5 file has."""

    superblock: int
    """Version of the superblock."""
    user_block: int
    """Bytes before it."""
    free: int
    """Bytes inside the file that nothing uses, as far as the file tells."""


@dataclass(frozen=True, slots=True)
class Large:
    """A dataset, and how it will be read."""

    item: Item
    nbytes: int
    way: Way
    why: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a file is as a whole."""

    url: str
    format: str
    size: int
    """Bytes of the file."""
    hdf5: HDF5Facts | None
    counts: dict[str, int]
    """How many of each kind."""
    ways: dict[tuple[Way, str], tuple[int, int]]
    """For each way to read, and why: how many datasets, and their bytes, decoded."""
    largest: list[Large]
    outside: list[Outside]
    """Files and datasets elsewhere that it depends on."""
    problems: list[str] = field(default_factory=list)
    """Places that can't be read, or lead nowhere."""


def describe(url: str | os.PathLike[str]) -> Description:
    """Return what a file, or what lies under a path in it, is as a whole.

    Raises
    ------
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it can't be opened.
    MissingPathError
        If it holds nothing under the path.
    """
    text = os.fsdecode(url)
    name = DataUrl.parse(text, is_file=is_there).file
    is_file = Path(name).is_file()
    hdf5 = is_file and is_hdf5(name)
    survey = _Survey()
    with open_url(name) as file:
        for item in contents(text, recursive=True, details=True):
            survey.note(item, file)
        facts = _hdf5_facts(file) if hdf5 else None
    return Description(
        text,
        "HDF5" if hdf5 else _format(name),
        Path(name).stat().st_size if is_file else 0,
        facts,
        dict(survey.counts),
        {way: (number, survey.nbytes[way]) for way, number in survey.ways.items()},
        [large for *_, large in sorted(survey.largest, reverse=True)],
        list(survey.outside),
        survey.problems,
    )


def _hdf5_facts(file: Any) -> HDF5Facts:
    properties = file.id.get_create_plist()
    return HDF5Facts(
        properties.get_version()[0],
        properties.get_userblock(),
        int(file.id.get_freespace()),
    )


def _format(name: str) -> str:
    if not Path(name).is_file():
        return "series of images"
    from beamio.formats.kinds import reader_of

    reader = getattr(reader_of(name), "__name__", "")
    return _FORMATS.get(reader, f"{Path(name).suffix.lstrip('.').upper()} image")


class _Survey:
    """What is counted while a file is walked through."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.ways: Counter[tuple[Way, str]] = Counter()
        self.nbytes: Counter[tuple[Way, str]] = Counter()
        self.largest: list[tuple[int, int, Large]] = []
        self.outside: dict[Outside, None] = {}
        self.problems: list[str] = []

    def note(self, item: Item, file: Any) -> None:
        """Count an item of an open file."""
        self.counts[str(item.kind)] += 1
        for problem in _problems(item):
            self.problems.append(f"{item.path}: {problem}")
        if item.link is not None and item.link.file:
            named = Outside("linked file", item.link.file, str(item.link.cause or ""))
            self.outside[named] = None
        for outside in item.outside:
            if outside.kind != "virtual source" or "::" in outside.name:
                self.outside[outside] = None  # others are in this file
        if item.kind is Kind.DATASET and not item.same_as:
            self._note_dataset(item, file)

    def _note_dataset(self, item: Item, file: Any) -> None:
        nbytes = item.storage.nbytes if item.storage else 0
        way, why = Way.NONE, "can't be opened"
        with suppress(BeamioError, OSError, KeyError, RuntimeError, ValueError):
            way, why = way_to(file[item.path])
        self.ways[way, why] += 1
        self.nbytes[way, why] += nbytes
        entry = (nbytes, -sum(self.counts.values()), Large(item, nbytes, way, why))
        if len(self.largest) < _LARGEST:
            heapq.heappush(self.largest, entry)
        else:
            heapq.heappushpop(self.largest, entry)


def _problems(item: Item) -> Iterator[str]:
    if item.problem:
        yield f"can't be read ({item.problem})"
    if item.link is not None and item.link.cause is not None:
        yield f"leads nowhere: {item.link.cause} ({item.link.reason})"
    for outside in item.outside:
        if outside.reason:
            yield f"{outside.name}: {outside.reason}"

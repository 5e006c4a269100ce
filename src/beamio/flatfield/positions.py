"""Where in the scan each image was taken, and other numbers noted for each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import h5py
import numpy as np

from beamio.errors import DamagedFileError, MissingPathError, PositionError
from beamio.flatfield.find import Scan, locate
from beamio.formats import Frames, OpenFiles, frame_number
from beamio.formats.files import is_hdf5
from beamio.formats.frames import ChosenFrames
from beamio.model import Array

Member = tuple[Frames, int]
"""One image: the images that it is one of, and its place there."""

_BY_NAME = {None, "number", "index"}
_LISTED = re.compile(r"\s*[-+.\d][-+.\deE]*\s*(,\s*[-+.\d][-+.\deE]*\s*)*")


@dataclass(frozen=True, slots=True)
class Values:
    """One number for each image, and what it is."""

    numbers: Array
    """float64."""
    name: str
    """``number``, ``index``, or the name of a quantity."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Images of one kind that are combined into one."""

    members: tuple[Member, ...]
    position: float
    """The mean of the members' positions."""
    orders: tuple[int, ...]
    """The place of each member among all flats, or all darks."""

    @property
    def name(self) -> str:
        """The name of the first member, or of the stack that it is in."""
        frames, index = self.members[0]
        return frames.stem if frames.is_stack else frames.name(index)


@dataclass(frozen=True, slots=True)
class Placement:
    """How flats, or darks, are to be placed."""

    source: str | None
    """Where their positions come from, as in `FlatFieldOptions`."""
    shared: str | None
    """Where those of the raw frames come from, if the user said so."""
    raw: Values
    """The positions of the raw frames."""
    option: str
    """The option that would say where positions come from, for messages."""


def raw_positions(scan: Scan, source: str | None, files: OpenFiles) -> Values:
    """Return the positions of all raw frames of a scan.

    Parameters
    ----------
    source
        Where positions come from, as in `FlatFieldOptions`; by default the number
        in each image's name where all have one, else the index.

    Raises
    ------
    PositionError
        If a position is missing, or not a finite number.
    """
    frames = scan.raw.shape[0]
    if source not in _BY_NAME:
        try:
            values = noted_values([scan.raw], str(source), scan, files)
        except MissingPathError as error:
            raise PositionError(str(error), place=error.place) from error
        return Values(
            _spread(_finite(values, scan.raw.url), list(range(frames)), scan.raw.url),
            values.name,
            values.unit,
        )
    if source != "index" and not scan.raw.is_stack:
        numbers = [frame_number(scan.raw.name(i)) for i in range(frames)]
        if None not in numbers:
            return Values(np.asarray(numbers, np.float64), "number")
        if source == "number":
            name = scan.raw.name(numbers.index(None))
            raise PositionError(
                f"{scan.raw.url}: there is no number in the name {name!r}; "
                "give other positions with --position",
                place=scan.raw.url,
            )
    return Values(np.arange(frames, dtype=np.float64), "index")


def place_series(
    images: Sequence[Frames], how: Placement, scan: Scan, files: OpenFiles
) -> list[Series]:
    """Return flats, or darks, in series, each at its position.

    Images that their names or the user place are a series where they share a
    position. Images that a measured quantity places are a series as long as no
    raw frame lies between them: it sits at the mean of its members.

    Raises
    ------
    PositionError
        If a position is missing, or not a finite number, and it matters.
    """
    members = _members(images)
    units = list(_units(images))
    source = how.source or how.shared
    measured = source not in _BY_NAME and not _LISTED.fullmatch(str(source))
    try:
        numbers = _positions(images, units, how, scan, files)
    except (MissingPathError, PositionError) as error:
        if how.source is not None or len(set(units)) > 1:
            raise PositionError(
                f"{error}; give the positions with {how.option}", place=error.place
            ) from error
        numbers = np.zeros(len(members))  # used for every frame, wherever it lies
    return [
        Series(
            tuple(members[i] for i in group),
            float(np.mean(numbers[group])),
            tuple(group),
        )
        for group in _groups(numbers, how.raw.numbers if measured else None)
    ]


def _positions(
    images: Sequence[Frames],
    units: Sequence[int],
    how: Placement,
    scan: Scan,
    files: OpenFiles,
) -> Array:
    """Return the position of each image."""
    source, place = how.source or how.shared, images[0].url
    if source in _BY_NAME:
        return _named_positions(images)
    if how.source is None and not str(source).startswith("@"):
        raise PositionError(
            f"{place}: nothing says at which {how.raw.name} it lies", place=place
        )
    values = _finite(noted_values(images, str(source), scan, files), place)
    return _spread(values, units, place)


def noted_values(
    images: Sequence[Frames], source: str, scan: Scan, files: OpenFiles
) -> Values:
    """Return what `source` notes for images: ``@name``, a place, or numbers.

    Raises
    ------
    MissingPathError
        If there is no such note.
    PositionError
        If a value is not a number.
    """
    if _LISTED.fullmatch(source):
        numbers = [_number(part, source) for part in source.split(",")]
        return Values(np.asarray(numbers), "position")
    if source.startswith("@"):
        name = source[1:]
        if not name:
            raise PositionError("@ needs a name, such as @time")
        noted = [
            _number(value, f"{frames.url}: {name} of image {i}")
            for frames in images
            for i, value in enumerate(frames.attribute(name))
        ]
        return Values(np.asarray(noted), name)
    url = locate(source, scan.home, files)
    if url.path is None or not is_hdf5(url.file):
        raise PositionError(
            f"{source}: is not a dataset in an HDF5 file; write FILE::/path, "
            "@NAME for an attribute, or numbers",
            place=source,
        )
    dataset = files.item(url.file, url.path)
    if (
        not isinstance(dataset, h5py.Dataset)
        or dataset.shape is None
        or dataset.ndim > 1
    ):
        raise PositionError(
            f"{url}: is not a list with one value for each image", place=str(url)
        )
    try:
        stored = np.atleast_1d(dataset[()])[url.frames or slice(None)]
    except (OSError, RuntimeError) as error:
        raise DamagedFileError(f"{url}: can't be read", place=str(url)) from error
    numbers = [_number(value, f"{url}: value {i}") for i, value in enumerate(stored)]
    unit = dataset.attrs.get("units", "")
    return Values(np.asarray(numbers), url.path.rpartition("/")[2], _text(unit) or "")


def _finite(values: Values, place: str) -> Values:
    wrong = np.flatnonzero(~np.isfinite(values.numbers))
    if wrong.size:
        raise PositionError(
            f"{place}: {values.name} of image {wrong[0]} is "
            f"{values.numbers[wrong[0]]}, not a position",
            place=place,
        )
    return values


def _members(images: Sequence[Frames]) -> list[Member]:
    return [(frames, i) for frames in images for i in range(frames.shape[0])]


def _units(images: Sequence[Frames]) -> Iterator[int]:
    """Yield, for each image, the number of what it shares a name with."""
    unit = 0
    for frames in images:
        for _ in range(frames.shape[0]):
            yield unit
            unit += not frames.is_stack
        unit += frames.is_stack


def _spread(values: Values, units: Sequence[int], place: str) -> Array:
    """Return one number for each image from one for each image or unit."""
    numbers = values.numbers
    if len(numbers) == len(units):
        return numbers
    if len(numbers) == len(set(units)):
        return np.asarray(numbers[list(units)])
    raise PositionError(
        f"{place}: {len(units)} images, but {values.name} has {len(numbers)} values",
        place=place,
    )


def _named_positions(images: Sequence[Frames]) -> Array:
    """Return the numbers in the names; zero for all if there are none."""
    members = _members(images)
    numbers = [_named_position(frames, index) for frames, index in members]
    if not any(number is not None for number in numbers):
        return np.zeros(len(members))
    if None in numbers:
        frames, index = members[numbers.index(None)]
        raise PositionError(
            f"{frames.url}: there is no number in the name {frames.name(index)!r}, "
            "while other images have one",
            place=frames.url,
        )
    return np.asarray(numbers, np.float64)


def _named_position(frames: Frames, index: int) -> float | None:
    if not frames.is_stack:
        return frame_number(frames.name(index))
    if isinstance(frames, ChosenFrames):  # a part of a stack, where that part lies
        return float(np.mean(frames.indices))
    return frame_number(frames.stem)


def _groups(numbers: Array, raw: Array | None) -> list[list[int]]:
    """Return the images that form a series, in order of position.

    Neighbours do if they have the same position or, where the positions `raw` of
    the frames are given, if no frame lies between them.
    """
    groups: list[list[int]] = []
    ordered = None if raw is None else np.sort(raw)
    last = np.nan
    for i in np.argsort(numbers, kind="stable"):
        here = numbers[i]
        together = last == here
        if ordered is not None and groups and not together:
            first_after = np.searchsorted(ordered, last, side="right")
            first_from = np.searchsorted(ordered, here, side="left")
            together = bool(first_after >= first_from)
        if together:
            groups[-1].append(int(i))
        else:
            groups.append([int(i)])
        last = here
    return groups


def _number(value: object, place: str) -> float:
    text = _text(value)
    try:
        if isinstance(value, complex):
            raise PositionError(f"{place} is {value}, not a real number")
        if text is None:
            return float(value)  # type: ignore[arg-type] # what else float takes
        return float(text)
    except (TypeError, ValueError):
        pass
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        raise PositionError(f"{place} is {text or value!r}, not a number") from None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else None

"""Where in the scan each image was taken, and other numbers noted for each."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import h5py
import numpy as np

from beamio.errors import DamagedFileError, MissingPathError, PositionError
from beamio.flatfield.find import Scan, locate
from beamio.flatfield.reduced import ReducedImages
from beamio.flatfield.tomography import TomographyImages
from beamio.formats import Frames, OpenFiles, frame_number
from beamio.formats.files import is_hdf5
from beamio.formats.frames import ChosenFrames
from beamio.model import Array

Member = tuple[Frames, int]
"""One image: the images that it is one of, and its place there."""

_BY_NAME = {None, "number", "index"}


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
    counted: bool = False
    """Whether the numbers in the members' names only count them."""

    @property
    def name(self) -> str:
        """The name of the first member, or of the stack that it is in."""
        frames, index = self.members[0]
        return frames.stem if frames.is_stack else frames.name(index)

    @property
    def urls(self) -> list[str]:
        """Where the members are, each place once."""
        return list(dict.fromkeys(frames.url for frames, _ in self.members))


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

    @property
    def chosen(self) -> str | None:
        """Where positions come from: the user's word, or that for the raw frames.

        How raw frames are counted does not say how flats are.
        """
        return self.source or (None if self.shared in _BY_NAME else self.shared)


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

    The series of an NXtomo are told by its image keys: flats with no projection
    between them. Images that their names or the user place are a series where they
    share a position. Where numbers in names only count images (0, 1, 2 and so on), all
    are one series before the scan. Images that a measured quantity places are a series
    as long as no raw frame lies between them: it sits at the mean of its members.

    Raises
    ------
    PositionError
        If a position is missing, or not a finite number, and it matters.
    """
    members = _members(images)
    units = list(_units(images))
    source = how.chosen
    of_scan = _tomography_images(images)
    measured = source not in _BY_NAME and _listed(str(source)) is None
    try:
        numbers = _positions(images, units, how, scan, files)
    except (MissingPathError, PositionError) as error:
        if how.source is not None or len(set(units)) > 1:
            raise PositionError(
                f"{error}; give the positions with {how.option}", place=error.place
            ) from error
        numbers = np.zeros(len(members))  # used for every frame, wherever it lies
    counted = False
    if of_scan or all(isinstance(part, ReducedImages) for part in images):
        groups = _joined_units(numbers, units)
    else:
        named = how.source is None and source in _BY_NAME
        counted = named and are_counted(numbers, how.raw.numbers)
        if counted:
            numbers = np.full(len(members), how.raw.numbers.min())
        groups = _groups(numbers, how.raw.numbers if measured else None)
    return [
        Series(
            tuple(members[i] for i in group),
            float(np.mean(numbers[group])),
            tuple(group),
            counted,
        )
        for group in groups
    ]


def are_counted(numbers: Array, places: Array) -> bool:
    """Tell whether numbers in names count images, and say nothing of their place.

    They do where they are 0, 1, 2 and so on, or 1, 2, 3, and end before those of the
    projections, which lie at `places`.

    Examples
    --------
    >>> places = np.arange(500)
    >>> are_counted(np.arange(10), places), are_counted(np.array([0, 500]), places)
    (True, False)
    """
    found = np.unique(numbers)
    return bool(
        len(found) > 1
        and found[0] in {0, 1}
        and (np.diff(found) == 1).all()
        and found[-1] < places.max()
    )


def _positions(
    images: Sequence[Frames],
    units: Sequence[int],
    how: Placement,
    scan: Scan,
    files: OpenFiles,
) -> Array:
    """Return the position of each image."""
    source, place = how.chosen, images[0].url
    if source == "index":
        return np.asarray(list(_indices(images)), np.float64)
    if source in _BY_NAME:
        return _named_positions(images, required=how.source == "number")
    is_noted = str(source).startswith("@") or _tomography_images(images)
    if how.source is None and not is_noted:
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
    listed = _listed(source)
    if listed is not None:
        return Values(np.asarray(listed), "position")
    if source.startswith("@"):
        name = source[1:]
        if not name:
            raise PositionError("@ needs a name, such as @time")
        noted = [
            _number(value, f"{frames.url}: {name} of image {i}")
            for frames in images
            for i, value in enumerate(frames.attribute(name))
        ]
        of_scan = _tomography_images(images)
        unit = of_scan[0].tomography.noted(name)[1] if of_scan else ""
        return Values(np.asarray(noted), name, unit)
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
    except (
        OSError,
        RuntimeError,
        TypeError,
    ) as error:  # TypeError: a type of no number
        raise DamagedFileError(
            f"{url}: can't be read ({error})", place=str(url)
        ) from error
    numbers = [_number(value, f"{url}: value {i}") for i, value in enumerate(stored)]
    of_scan = _tomography_images(images)
    if of_scan and len(numbers) == of_scan[0].whole.shape[0]:
        numbers = [numbers[i] for part in of_scan for i in part.indices]
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


def _indices(images: Sequence[Frames]) -> Iterator[int]:
    """Yield the place of each image in its stack, else among all images."""
    order = 0
    for frames in images:
        if isinstance(frames, ChosenFrames):
            yield from frames.indices
        elif frames.is_stack:
            yield from range(frames.shape[0])
        else:
            yield from range(order, order + frames.shape[0])
        order += frames.shape[0]


def _listed(source: str) -> list[float] | None:
    """Return numbers or times that are written out, or None if it is something else."""
    try:
        return [_number(part.strip(), source) for part in source.split(",")]
    except PositionError:
        return None


def _named_positions(images: Sequence[Frames], *, required: bool) -> Array:
    """Return the numbers in the names; zero for all if none has one and need not."""
    members = _members(images)
    numbers = [_named_position(frames, index) for frames, index in members]
    if not required and all(number is None for number in numbers):
        return np.zeros(len(members))
    if None in numbers:
        frames, index = members[numbers.index(None)]
        raise PositionError(
            f"{frames.url}: there is no number in the name {frames.name(index)!r}",
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


def _tomography_images(images: Sequence[Frames]) -> list[TomographyImages]:
    """Return images as those of one NXtomo; none if some are not."""
    found = [part for part in images if isinstance(part, TomographyImages)]
    return found if len(found) == len(images) else []


def _joined_units(numbers: Array, units: Sequence[int]) -> list[list[int]]:
    """Return the images of each unit, in order of position; alike ones are joined."""
    members: dict[int, list[int]] = {}
    for i, unit in enumerate(units):
        members.setdefault(unit, []).append(i)
    groups: dict[float, list[int]] = {}
    for group in members.values():
        groups.setdefault(float(np.mean(numbers[group])), []).extend(group)
    return [groups[position] for position in sorted(groups)]


def _number(value: Any, place: str) -> float:
    """Return a number, or the seconds since 1970 of a time; UTC if it names no zone."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    text = _text(value)
    if not np.iscomplexobj(value):
        with suppress(TypeError, ValueError):
            return float(value if text is None else text)
    with suppress(ValueError):
        time = datetime.fromisoformat(str(text))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    raise PositionError(f"{place} is {text or value!r}, not a number")


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else None

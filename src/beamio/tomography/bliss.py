"""Scans of BLISS, ESRF's control system: entries ``1.1``, ``2.1``, one a step."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from beamio.errors import MissingImagesError, OptionError, nearest
from beamio.formats import OpenFiles
from beamio.formats.frames import file_stem
from beamio.formats.hdf5 import StackFrames, is_image, member, names
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.nexus.text import attribute, text
from beamio.tomography.beside import fact_of
from beamio.tomography.facts import Fact, Facts
from beamio.tomography.found import Found
from beamio.tomography.headers import ANGLES
from beamio.view import count

_NUMBER = re.compile(r"\d+\.\d+")
_STACK = 3
_TITLES = (
    (ImageKey.DARK, ("dark",)),
    (ImageKey.FLAT, ("flat", "ref")),
    (ImageKey.PROJECTION, ("projection", "ascan rot", "ascan diffrz 0 180")),
    (ImageKey.ALIGNMENT, ("static", "ascan diffrz 180 0", "return ref", "align")),
)
"""How the titles of steps begin."""
_SEQUENCES = ("tomo:", "sequence_of_scans", "multitomo", "backandforth", "pcotomo")
"""How the titles of what holds steps begin."""

_FACTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("energy", ("technique/scan/energy",), "keV"),
    ("distance", ("technique/scan/sample_detector_distance",), "mm"),
    ("x_pixel_size", ("technique/optic/sample_pixel_size",), "µm"),
    ("y_pixel_size", ("technique/optic/sample_pixel_size",), "µm"),
    (
        "detector_x_pixel_size",
        (
            "technique/optic/optics_pixel_size",
            "technique/scan/detector_pixel_size",
            "technique/detector/{detector}/pixel_size",
            "technique/detector/pixel_size",
        ),
        "µm",
    ),
    (
        "detector_y_pixel_size",
        (
            "technique/optic/optics_pixel_size",
            "technique/scan/detector_pixel_size",
            "technique/detector/{detector}/pixel_size",
            "technique/detector/pixel_size",
        ),
        "µm",
    ),
    ("field_of_view", ("technique/scan/field_of_view",), ""),
    ("sample_name", ("sample/name", "technique/scan/sample_name"), ""),
    ("instrument_name", ("instrument/title", "instrument/name"), ""),
    ("source_name", ("instrument/machine/name",), ""),
    ("source_type", ("instrument/machine/type",), ""),
    ("source_probe", ("instrument/machine/probe",), ""),
)
"""Facts, where they lie in an entry, and the unit where none is noted."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An entry with frames of one kind."""

    entry: Any
    key: ImageKey
    frames: StackFrames
    detector: str

    @property
    def count(self) -> int:
        """How many frames there are."""
        return self.frames.shape[0]


def is_bliss(root: Any) -> bool:
    """Tell whether a file was written by BLISS."""
    return any(_is_entry(root, name) for name in names(root))


def find_bliss(
    name: str, path: str | None, detector: str | None, files: OpenFiles
) -> Found:
    """Return a scan in a file of BLISS.

    Parameters
    ----------
    name
        The file.
    path
        An entry of the scan, such as ``/1.1``, where the file holds several scans.
    detector
        The detector, where there are several.

    Raises
    ------
    MissingImagesError
        If no entry holds projections, or the file holds several scans.
    """
    root = files.hdf5(name)
    scans = list(_scans(root))
    wanted = None if path in {None, "/"} else str(path).strip("/")
    chosen = [
        (first, steps)
        for first, entries in scans
        if (steps := list(_steps(entries, detector, name)))
        and (wanted is None or wanted in {first, *(e.name.strip("/") for e in entries)})
        and any(step.key is ImageKey.PROJECTION for step in steps)
    ]
    if not chosen:
        titles = ", ".join(f"{e.name} {_title(e)!r}" for _, es in scans for e in es[:4])
        raise MissingImagesError(
            f"{name}: no entry holds projections; its entries are {titles}",
            place=name,
        )
    if len(chosen) > 1:
        firsts = ", ".join(f"/{first}" for first, _ in chosen)
        raise MissingImagesError(
            f"{name}: holds {count(len(chosen), 'scan')}: {firsts}; choose one, as "
            f"{name}::/{chosen[0][0]}",
            place=name,
        )
    first, steps = chosen[0]
    return _found(root, first, steps, file_stem(name))


def _is_entry(root: Any, name: str) -> bool:
    if not _NUMBER.fullmatch(name):
        return False
    return isinstance(member(root, name), h5py.Group)


def _scans(root: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the entries of each scan, with the name of the first."""
    entries = [name for name in names(root) if _is_entry(root, name)]
    first = ""
    current: list[Any] = []
    for name in sorted(entries, key=lambda text: tuple(map(int, text.split(".")))):
        entry = member(root, name)
        if _is_sequence(entry) and current:
            yield first, current
            current = []
        first = first if current else name
        current.append(entry)
    if current:
        yield first, current


def _title(entry: Any) -> str:
    item = member(entry, "title")
    return text(item[()]) if isinstance(item, h5py.Dataset) else ""


def _is_sequence(entry: Any) -> bool:
    if member(entry, "technique/image_key") is not None:
        return False
    category = member(entry, "technique/scan_category") is not None
    return category or _title(entry).lower().startswith(_SEQUENCES)


def _key(entry: Any) -> ImageKey | None:
    """Return what the frames of an entry are, as it says or its title does."""
    item = member(entry, "technique/image_key")
    if isinstance(item, h5py.Dataset) and item.size == 1:
        number = int(np.ravel(item[()])[0])
        return ImageKey(number) if number in list(ImageKey) else None
    title = _title(entry).lower()
    for key, starts in _TITLES:
        if title.startswith(starts):
            return key
    return None


def _steps(entries: Sequence[Any], detector: str | None, name: str) -> Iterator[Step]:
    for entry in entries:
        key = None if _is_sequence(entry) else _key(entry)
        if key is None:
            continue
        cameras = dict(_cameras(entry))
        if not cameras:
            continue
        called = detector or _configured(entry, cameras)
        if called is None and len(cameras) == 1:
            called = next(iter(cameras))
        if called not in cameras:
            told = nearest(detector or "", cameras)
            raise OptionError(
                f"{name}::{entry.name}: has {count(len(cameras), 'detector')}; choose "
                f"one with --detector{told}",
                place=name,
            )
        yield Step(entry, key, StackFrames(cameras[called]), called)


def _cameras(entry: Any) -> Iterator[tuple[str, Any]]:
    """Yield the detectors of an entry that have images."""
    instrument = member(entry, "instrument")
    for name in names(instrument) if isinstance(instrument, h5py.Group) else []:
        group = member(instrument, name)
        if attribute(group, "NX_class") != "NXdetector":
            continue
        for inside in ("data", "image"):
            item = member(group, inside)
            if is_image(item) and item.ndim == _STACK:  # type: ignore[union-attr] # it is a dataset
                yield name, item
                break


def _configured(entry: Any, cameras: dict[str, Any]) -> str | None:
    """Return the detector that the entry says it is about."""
    item = member(entry, "technique/tomoconfig/detector")
    if not isinstance(item, h5py.Dataset):
        return None
    known = [text(value) for value in np.ravel(item[()])]
    return next((name for name in known if name in cameras), None)


def _found(root: Any, first: str, steps: Sequence[Step], stem: str) -> Found:
    members = [(step.frames, i) for step in steps for i in range(step.count)]
    keys = np.array([step.key for step in steps for _ in range(step.count)], np.int8)
    facts: Facts = {}
    above = member(root, first)
    for entry in (above, *(step.entry for step in steps)):
        for name, fact in _entry_facts(entry, steps[0].detector):
            facts.setdefault(name, fact)
    facts.update(_each(steps))
    for name, entry in (("start_time", above), ("end_time", steps[-1].entry)):
        time = fact_of(member(entry, name), name, "")
        if time is not None:
            facts[name] = time
    title = fact_of(member(above, "title"), "title", "")
    if title is not None:
        facts["title"] = title
    return Found(
        layout="BLISS",
        name=stem,
        members=members,
        keys=keys,
        places=np.arange(len(keys), dtype=np.float64),
        facts=facts,
    )


def _entry_facts(entry: Any, detector: str) -> Iterator[tuple[str, Fact]]:
    for name, paths, unit in _FACTS:
        for path in paths:
            fact = fact_of(member(entry, path.format(detector=detector)), name, unit)
            if fact is not None:
                yield name, fact
                break


def _each(steps: Sequence[Step]) -> Iterator[tuple[str, Fact]]:
    """Yield what differs from frame to frame."""
    rotations = [_rotation(step) for step in steps]
    if all(fact is not None for fact in rotations):
        yield "rotation_angle", _joined(rotations, steps)
    for axis in "xyz":
        name = f"{axis}_translation"
        moves = [_motor(step, _configured_axes(step, name), name) for step in steps]
        if all(fact is not None for fact in moves):
            yield name, _joined(moves, steps)
    currents = [_motor(step, ("current",), "current", "mA") for step in steps]
    if all(fact is not None for fact in currents):
        yield "current", _joined(currents, steps)
    times = [_exposure(step) for step in steps]
    if all(fact is not None for fact in times):
        yield "count_time", _joined(times, steps)


def _joined(facts: Sequence[Fact | None], steps: Sequence[Step]) -> Fact:
    known = [fact for fact in facts if fact is not None]
    values = [
        np.broadcast_to(fact.value, (step.count,))
        for fact, step in zip(known, steps, strict=True)
    ]
    longest = max(known, key=lambda fact: np.size(fact.value))
    return Fact(np.concatenate(values), longest.source)


def _rotation(step: Step) -> Fact | None:
    named = _configured_axes(step, "rotation")
    return _motor(step, (*named, *ANGLES), "rotation_angle", "degree")


def _configured_axes(step: Step, name: str) -> tuple[str, ...]:
    item = member(step.entry, f"technique/tomoconfig/{name}")
    if not isinstance(item, h5py.Dataset):
        return ()
    return tuple(filter(None, (text(value) for value in np.ravel(item[()]))))


def _motor(
    step: Step, called: Sequence[str], name: str, unit: str = "mm"
) -> Fact | None:
    """Return where a motor was, or what a counter told, for each frame of a step."""
    for motor in called:
        for path in (
            f"measurement/{motor}",
            f"instrument/{motor}/value",
            f"instrument/{motor}/data",
            f"instrument/positioners/{motor}",
            f"instrument/machine/{motor}",
        ):
            fact = fact_of(member(step.entry, path), name, unit)
            if fact is None:
                continue
            size = np.size(fact.value)
            if size == 1:
                return Fact(float(np.ravel(fact.value)[0]), fact.source)
            # A motor that is read at both ends of each exposure has one more.
            if size in {step.count, step.count + 1}:
                return Fact(fact.value[: step.count], fact.source)
            written = _written(step)
            if size in {len(written), len(written) + 1}:  # the scan was stopped
                spread = np.full(step.count, np.nan)
                spread[written] = fact.value[: len(written)]
                return Fact(spread, fact.source)
    return None


def _written(step: Step) -> list[int]:
    """Return the frames of a step that were written."""
    return [i for i in range(step.count) if i not in step.frames.unwritten]


def _exposure(step: Step) -> Fact | None:
    parameters = f"instrument/{step.detector}/acq_parameters/acq_expo_time"
    for path, unit in ((parameters, "s"), ("technique/scan/exposure_time", "ms")):
        fact = fact_of(member(step.entry, path), "count_time", unit)
        if fact is not None and np.size(fact.value) == 1:
            return fact
    return None

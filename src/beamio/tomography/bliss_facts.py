"""What a file of BLISS tells of a scan, and of each of its frames."""

from collections.abc import Iterator, Sequence
from typing import Any

import h5py
import numpy as np

from beamio.formats.hdf5 import member
from beamio.nexus.text import text
from beamio.tomography.beside import fact_of
from beamio.tomography.bliss_steps import Step
from beamio.tomography.facts import Fact
from beamio.tomography.headers import ANGLES

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


MOVES = {
    "x_translation": "translation_y",
    "y_translation": "translation_z",
    "z_translation": "translation_x",
}
"""What BLISS calls the axis of a translation. At the ESRF x is along the beam, y to the
left of it and z up; in NeXus z is along the beam, x to the left of it and y up."""


def facts_of_entry(entry: Any, detector: str) -> Iterator[tuple[str, Fact]]:
    """Yield what an entry tells of the scan as a whole."""
    for name, paths, unit in _FACTS:
        for path in paths:
            fact = fact_of(member(entry, path.format(detector=detector)), name, unit)
            if fact is not None:
                yield name, _of_axis(fact, name)
                break


def _of_axis(fact: Fact, name: str) -> Fact:
    """Return the length of a pixel along x or y, of which BLISS notes both, x first."""
    sizes = np.ravel(fact.value) if name.endswith("pixel_size") else ()
    if len(sizes) != 2:  # noqa: PLR2004 (x and y)
        return fact
    return Fact(float(sizes[1 if "y_" in name else 0]), fact.source)


def facts_of_each(steps: Sequence[Step]) -> Iterator[tuple[str, Fact]]:
    """Yield what differs from frame to frame."""
    rotations = [_rotation(step) for step in steps]
    if all(fact is not None for fact in rotations):
        yield "rotation_angle", _joined(rotations, steps)
    for name, configured in MOVES.items():
        moves = [_move(step, name, configured) for step in steps]
        if all(fact is not None for fact in moves):
            yield name, _joined(moves, steps)
    currents = [_motor(step, ("current",), "current", "mA") for step in steps]
    if all(fact is not None for fact in currents):
        yield "current", _joined(currents, steps)
    times = [_exposure(step) for step in steps]
    if all(fact is not None for fact in times):
        yield "count_time", _joined(times, steps)


def height_of(step: Step) -> float | None:
    """Return how high the sample is in a step, in metres; None if nothing tells."""
    fact = _move(step, "y_translation", MOVES["y_translation"])
    heights = np.atleast_1d(() if fact is None else fact.value)
    known = heights[np.isfinite(heights)]  # of frames that were taken
    return float(np.mean(known)) if len(known) else None


def _move(step: Step, name: str, configured: str) -> Fact | None:
    return _motor(step, _configured_axes(step, configured), name)


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
    """Return the motors that the step, or its scan, says are an axis."""
    for entry in (step.entry, step.above):
        item = member(entry, f"technique/tomoconfig/{name}")
        if isinstance(item, h5py.Dataset):
            return tuple(filter(None, (text(value) for value in np.ravel(item[()]))))
    return ()


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

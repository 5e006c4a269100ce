"""The scans in a file of BLISS: sequences of steps, or one height of such a sequence.

A z-series is a sequence at several heights of the sample, each of which is a scan by
itself. Flats and darks may have been taken at the first and the last height only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from beamio.nexus.nxtomo.keys import ImageKey
from beamio.tomography.bliss_facts import height_of
from beamio.tomography.bliss_steps import Step, scans_in, steps_of, title_of
from beamio.tomography.facts import shown

_Z_SERIES = "tomo:zseries"
_SAME = 1e-6
"""Heights closer than this, in metres, are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class BlissScan:
    """Steps that make one scan."""

    name: str
    """The entry by which it is chosen, such as ``1.1``."""
    first: str
    """The first entry of its sequence."""
    names: frozenset[str]
    """All entries that stand for it, if for no other scan as well."""
    steps: tuple[Step, ...]
    height: float | None = None
    """Of the sample, in metres, where there are several."""

    @property
    def label(self) -> str:
        """What messages call it."""
        if self.height is None:
            return f"/{self.name}"
        return f"/{self.name} (at {shown('y_translation', self.height)})"

    @property
    def projections(self) -> list[Step]:
        """The steps with projections."""
        return [step for step in self.steps if step.key is ImageKey.PROJECTION]


def bliss_scans(root: Any, detector: str | None, file: str) -> list[BlissScan]:
    """Return the scans in a file that hold projections.

    Raises
    ------
    OptionError
        If a scan has several detectors and none was chosen, or none of that name.
    """
    found: list[BlissScan] = []
    in_series: list[Step] = []
    for entries in scans_in(root):
        steps = tuple(steps_of(entries, detector, file))
        first = next(iter(entries))
        scan = BlissScan(first, first, frozenset(entries), steps)
        if title_of(entries[first]).lower().startswith(_Z_SERIES):
            in_series += steps
            found += _heights(scan)
        else:
            found.append(scan)
    return [
        replace(scan, steps=_with_references(scan, in_series))
        for scan in found
        if scan.projections
    ]


def _heights(scan: BlissScan) -> Iterator[BlissScan]:
    """Yield the scans of a z-series: one, or one for each height."""
    known = {id(step): height_of(step) for step in scan.steps}
    heights: list[float] = []
    for step in scan.projections:
        height = known[id(step)]
        if height is None:  # who knows what belongs together names it
            yield from _each(scan)
            return
        if not any(abs(height - other) < _SAME for other in heights):
            heights.append(height)
    if len(heights) < 2:  # noqa: PLR2004 (one height is no series)
        yield scan
        return
    for height in heights:
        steps = tuple(
            step
            for step in scan.steps
            if (at := known[id(step)]) is not None and abs(at - height) < _SAME
        )
        own = frozenset(step.name for step in steps)
        one = BlissScan(scan.first, scan.first, own | {scan.first}, steps, height)
        yield replace(one, name=one.projections[0].name)


def _each(scan: BlissScan) -> Iterator[BlissScan]:
    """Yield the projections of each entry of a scan as one."""
    for step in scan.projections:
        names = frozenset({scan.first, step.name})
        yield BlissScan(step.name, scan.first, names, (step,))


def _with_references(scan: BlissScan, series: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps of a scan, with flats and darks of a z-series that it lacks.

    Darks are the nearest before it, else after it; flats those before and after it.
    """
    places = [i for i, step in enumerate(series) if step in scan.steps]
    if not places:
        return scan.steps
    chosen = set(places)
    for key in (ImageKey.DARK, ImageKey.FLAT):
        if any(series[i].key is key for i in places):
            continue
        before = [i for i in range(places[0]) if series[i].key is key][-1:]
        later = range(places[-1] + 1, len(series))
        after = [i for i in later if series[i].key is key][:1]
        both = before + after
        chosen.update(both if key is ImageKey.FLAT else both[:1])
    return tuple(series[i] for i in sorted(chosen))

"""What goes into an NXtomo, decided before it is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from beamio.errors import MissingImagesError, MissingMetadataError
from beamio.nexus import NXtomo
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.tomography.facts import MEASURED, UNITS, Fact, Facts
from beamio.tomography.found import Found
from beamio.tomography.options import BuildOptions

RECOMMENDED = {
    "energy": "--energy 20keV",
    "x_pixel_size": "--pixel-size 0.65um",
    "distance": "--distance 0.5m",
    "count_time": "--exposure 0.1s",
    "current": "--current 200mA",
    "source_name": "--source ESRF",
}
"""What a reconstruction asks for, and how to tell it."""


@dataclass(frozen=True, slots=True, eq=False)
class BuildPlan:
    """A scan that was found, with all that is known of it."""

    found: Found
    facts: Facts
    output: str
    options: BuildOptions
    left_out: int = 0
    """Frames that were never written."""

    @property
    def missing(self) -> dict[str, str]:
        """What is not known, and how to tell it."""
        return {
            name: option
            for name, option in RECOMMENDED.items()
            if name not in self.facts
        }

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows, columns."""
        return self.found.frames.shape

    def scan(self) -> NXtomo:
        """Return the scan to be written.

        Raises
        ------
        BeamioError
            If what is known contradicts itself.
        """
        values: dict[str, Any] = {n: fact.value for n, fact in self.facts.items()}
        return NXtomo(
            frames=self.found.frames,
            image_key_control=self.found.keys,
            **values,
            **self.found.further,
        )


def all_facts(found: Found, told: Facts) -> Facts:
    """Return what was found and what was told, which comes first.

    Raises
    ------
    MissingMetadataError
        If the rotation angles are not known.
    """
    facts = {**found.facts, **told}
    facts.setdefault("sample_name", Fact(found.name, "the name of the source"))
    facts.setdefault("title", Fact(found.name, "the name of the source"))
    angles = facts.get("rotation_angle")
    if angles is None:
        where = found.members[0][0].url
        raise MissingMetadataError(
            f"{where}: nothing tells the rotation angles; give --angles 0:180, or a "
            "file with one for each projection",
            place=where,
        )
    facts.update(_spread(found, facts))
    for name in MEASURED & facts.keys():
        if np.size(facts[name].value) not in {1, len(found.keys)}:
            del facts[name]
    return {name: facts[name] for name in UNITS if name in facts}


def written_only(found: Found, facts: Facts) -> tuple[Found, Facts]:
    """Return a scan without the frames that were never written.

    Raises
    ------
    MissingImagesError
        If no projection is left.
    """
    frames = found.frames
    kept = [i for i in range(frames.shape[0]) if i not in frames.unwritten]

    def chosen(value: Any) -> Any:
        return value[kept] if np.shape(value) == (frames.shape[0],) else value

    left = replace(
        found,
        members=[found.members[i] for i in kept],
        keys=found.keys[kept],
        places=found.places[kept],
        further={name: chosen(value) for name, value in found.further.items()},
    )
    if not (left.keys == ImageKey.PROJECTION).any():
        raise MissingImagesError(
            f"{frames.url}: no projection was ever written", place=frames.url
        )
    return left, {n: Fact(chosen(f.value), f.source) for n, f in facts.items()}


def _spread(found: Found, facts: Facts) -> Iterator[tuple[str, Fact]]:
    """Yield what is told of each projection, for each frame."""
    projections = int((found.keys == 0).sum())
    frames = len(found.keys)
    for name, fact in facts.items():
        if isinstance(fact.value, str):
            continue
        size = np.size(fact.value)
        if size == 1 and name == "rotation_angle":
            yield name, Fact(np.broadcast_to(fact.value, (frames,)), fact.source)
        elif size == projections and size not in {1, frames} and name not in MEASURED:
            yield name, Fact(found.spread(np.asarray(fact.value)), fact.source)

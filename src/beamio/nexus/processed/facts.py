"""What an NXtomoproc tells of a volume besides its values."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h5py

from beamio.errors import BeamioError, OptionError
from beamio.formats.hdf5 import member
from beamio.nexus.nxtomo.nxtomo import NXtomo
from beamio.nexus.processed.volume import Volume
from beamio.nexus.text import text
from beamio.nexus.units import quantity

_PROBES = ("neutron", "x-ray", "electron")
_SIDES = 3
"""Lengths of a voxel: along z, y and x."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeFacts:
    """What is known of a volume; what is empty is looked for."""

    raw: str = ""
    """The scan that it was made from, ``file`` or ``file::/entry``."""
    program: str = ""
    """Which made it."""
    version: str = ""
    """Of the program."""
    date: str = ""
    """When it was made, in ISO 8601."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """What else the result depends on."""
    voxel_size: tuple[float, float, float] | None = None
    """In metres, along z, y and x; axes count voxels if it isn't known."""
    units: str = ""
    """Of the values, such as "1/m"."""
    transform: str = ""
    """What became of the values after they were made."""
    scaling: float = 1.0
    """The quantity is the value times this ..."""
    offset: float = 0.0
    """... plus this."""
    title: str = ""
    sample_name: str = ""
    instrument_name: str = ""
    source_name: str = ""
    source_type: str = ""
    source_probe: str = ""

    def __post_init__(self) -> None:
        if self.source_probe and self.source_probe not in _PROBES:
            raise OptionError(
                f"the probe is one of {', '.join(_PROBES)}, not {self.source_probe!r}"
            )
        if self.date:
            try:
                datetime.fromisoformat(self.date)
            except ValueError:
                raise OptionError(
                    f"{self.date!r} is no date in ISO 8601, such as 2026-01-31T12:00:00"
                ) from None

    @property
    def unknown(self) -> tuple[str, ...]:
        """What NXtomoproc asks for, and nobody told."""
        asked = "sample_name", "source_name", "source_type", "source_probe"
        return tuple(
            name for name in (*asked, "raw", "version") if not getattr(self, name)
        )

    @classmethod
    def parse(cls, *, voxel_size: Any = None, **known: Any) -> "VolumeFacts":
        """Return facts of which the voxel size is text with a unit, one or three.

        Examples
        --------
        >>> VolumeFacts.parse(voxel_size="0.5um,2um,2um").voxel_size
        (5e-07, 2e-06, 2e-06)
        """
        if voxel_size is None:
            return cls(**known)
        parts = voxel_size.split(",") if isinstance(voxel_size, str) else voxel_size
        sides = list(parts) if isinstance(parts, (list, tuple)) else [parts]
        if len(sides) not in {1, _SIDES}:
            raise OptionError(
                f"a voxel has one size, or three along z, y and x: {voxel_size!r}"
            )
        lengths = [quantity(side, "m", "voxel size") for side in sides]
        if min(lengths) <= 0:
            raise OptionError(f"a voxel has a size more than 0, not {voxel_size!r}")
        z, y, x = lengths * (_SIDES // len(lengths))
        return cls(voxel_size=(z, y, x), **known)


def completed(facts: VolumeFacts, volume: Volume) -> VolumeFacts:
    """Return facts with what the volume's file and the scan tell in addition.

    Raises
    ------
    OptionError
        If nothing tells which program made the volume.
    UnreadableError
        If there is no such scan.
    """
    known = _of_scan(facts.raw) if facts.raw else {}
    known |= _of_process(volume.item)
    if volume.files:
        changed = Path(volume.files[0]).stat().st_mtime
        date = datetime.fromtimestamp(changed, UTC).astimezone()
        known.setdefault("date", date.isoformat(timespec="seconds"))
        known.setdefault("title", Path(volume.files[0]).stem)
    else:
        now = datetime.now(UTC).astimezone()
        known["date"] = now.isoformat(timespec="seconds")
    found = {name: text for name, text in known.items() if text}
    found = {name: value for name, value in found.items() if not getattr(facts, name)}
    complete = replace(facts, **found)
    if not complete.program:
        raise OptionError(
            f"{volume.place}: nothing tells which program made the volume; say so with "
            "--program NAME",
            place=volume.place,
        )
    return complete


def _of_scan(raw: str) -> dict[str, Any]:
    """Return what an NXtomo tells; of other files there must be one, no more."""
    try:
        with NXtomo.read(raw) as scan:
            return {
                name: getattr(scan, name)
                for name in ("title", "sample_name", "instrument_name", "source_name")
            } | {"source_type": scan.source_type, "source_probe": _probe(scan)}
    except BeamioError:
        if not os.path.lexists(raw.partition("::")[0]):
            raise
        return {}


def _probe(scan: NXtomo) -> str:
    return scan.source_probe if scan.source_probe in _PROBES else ""


def _of_process(item: Any) -> dict[str, Any]:
    """Return which program made a dataset, if an NXprocess is near it."""
    group = None if item is None else item.parent
    while group is not None:
        for near in (group, *(member(group, name) for name in group)):
            program = member(near, "program") if isinstance(near, h5py.Group) else None
            if isinstance(program, h5py.Dataset) and program.shape == ():
                found = {name: member(near, name) for name in ("version", "date")}
                return {"program": text(program[()])} | {
                    name: text(value[()])
                    for name, value in found.items()
                    if isinstance(value, h5py.Dataset) and value.shape == ()
                }
        group = None if group.name == "/" else group.parent
    return {}

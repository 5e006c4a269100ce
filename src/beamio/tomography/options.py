"""Every choice in the making of an NXtomo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from beamio.errors import OptionError, nearest
from beamio.model import NO_COMPRESSION, Compression
from beamio.tomography.facts import UNITS

SHORT: Mapping[str, tuple[str, ...]] = {
    "angles": ("rotation_angle",),
    "energy": ("energy",),
    "pixel_size": ("x_pixel_size", "y_pixel_size"),
    "detector_pixel_size": ("detector_x_pixel_size", "detector_y_pixel_size"),
    "distance": ("distance",),
    "exposure": ("count_time",),
    "current": ("current",),
    "sample": ("sample_name",),
    "title": ("title",),
    "instrument": ("instrument_name",),
    "source": ("source_name",),
    "source_type": ("source_type",),
    "probe": ("source_probe",),
    "field_of_view": ("field_of_view",),
}
"""The facts that each option gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How to find the frames and facts of a scan, and how to write them.

    Places and positions are written as for `beamio.flatfield`.

    Raises
    ------
    OptionError
        If a value makes no sense.
    """

    flats: tuple[str, ...] = ()
    """Places of the flats; they are looked for beside the projections if empty."""
    darks: tuple[str, ...] = ()
    """Places of the darks; likewise."""
    without_flats: bool = False
    """There are none, or they are to be left out."""
    without_darks: bool = False
    """Likewise."""
    position: str | None = None
    """Where the positions of the projections come from."""
    flat_position: str | None = None
    dark_position: str | None = None
    detector: str | None = None
    """The detector of a BLISS file that has several."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What is said of the scan, by the names in `SHORT` or in `NXtomo`."""
    metadata: str | None = None
    """A TOML file that says more; what is in `facts` comes first."""
    gaps: Literal["stop", "skip"] = "stop"
    """What is done about frames that were never written."""
    link: bool = False
    """Leave the frames where they are, in HDF5 files."""
    compression: Compression = NO_COMPRESSION
    chunks: tuple[int, ...] | None = None
    verify: bool | None = None
    """Compare frames with their source: each that is copied, and of those that are
    linked the ends of parts; True for every one of these as well, False for none."""
    overwrite: bool = False
    threads: int | None = None

    def __post_init__(self) -> None:
        for name in self.facts:
            check_name(name, "")
        if self.gaps not in {"stop", "skip"}:
            raise OptionError(f"gaps are to stop it, or to skip, not {self.gaps!r}")
        for kind in ("flats", "darks"):
            if getattr(self, kind) and getattr(self, f"without_{kind}"):
                raise OptionError(f"{kind} are named, and yet to be left out")
        if self.link and (self.compression != NO_COMPRESSION or self.chunks):
            raise OptionError(
                "frames that are linked stay as they are stored; leave out --filter "
                "and --chunks, or --link"
            )

    @classmethod
    def parse(
        cls,
        *,
        filter: str | Compression | None = None,  # noqa: A002 (the option's name)
        chunks: str | Sequence[int] | None = None,
        **options: Any,
    ) -> "BuildOptions":
        """Return options of which some may be text, facts among them."""
        facts = dict(options.pop("facts", {}))
        for name in options.keys() & (SHORT.keys() | UNITS.keys()):
            facts[name] = options.pop(name)
        if isinstance(filter, str):
            options["compression"] = Compression.parse(filter)
        elif filter is not None:
            options["compression"] = filter
        for name in options.keys() & {"flats", "darks"}:
            alone = isinstance(options[name], (str, Path))
            places = [options[name]] if alone else options[name]
            options[name] = tuple(map(str, places))
        if chunks is not None:
            options["chunks"] = _chunks(chunks)
        try:
            return cls(facts=facts, **options)
        except TypeError as error:
            raise OptionError(
                f"{error}; see the options of beamio.build_nxtomo"
            ) from error


def check_name(name: str, place: str) -> None:
    """Raise `OptionError` unless a fact has that name."""
    if name not in SHORT and name not in UNITS:
        known = [*SHORT, *UNITS]
        at = f"{place}: " if place else ""
        raise OptionError(f"{at}there is no {name!r} to tell{nearest(name, known)}")


def _chunks(chunks: str | Sequence[int]) -> tuple[int, ...]:
    parts = chunks.split(",") if isinstance(chunks, str) else chunks
    try:
        found = tuple(int(part) for part in parts)
    except ValueError:
        found = ()
    if len(found) != 3 or min(found) < 1:  # noqa: PLR2004 (frames, rows, columns)
        raise OptionError(f"chunks are a shape such as 1,2048,2048, not {chunks!r}")
    return found

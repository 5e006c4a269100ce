"""Every choice that a flat-field correction leaves to its user."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from beamio.errors import OptionError
from beamio.flatfield.combine import Reduction, check_reduction
from beamio.flatfield.integers import INTEGERS, IntegerScale
from beamio.flatfield.model import check_correction
from beamio.model import NO_COMPRESSION, Compression, Region, parse_slice

LAYOUTS = ("stack", "frames")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFieldOptions:
    """How to find, correct and write; every field has a default.

    A place is written ``file``, ``file::/path``, or ``::/path`` for a path in the
    scan's own file. Positions come from ``number`` (the number in an image's
    name), ``index`` (its place in the stack, or among the images), ``@name`` (an
    attribute, a header entry, a motor or a counter), a place of a dataset with one
    value for each image, or are numbers, ``0,500``.
    """

    entry: str | None = None
    """The NXtomo to correct, where a file holds several."""
    flats: tuple[str, ...] = ()
    """Places of the flats; they are looked for beside the raw frames if empty."""
    darks: tuple[str, ...] = ()
    """Places of the darks; likewise."""
    reduced: str | None = None
    """Flats and darks that were combined earlier: what the names of their two files
    begin with, or one of them."""
    save_reduced: str | None = None
    """What the names of two files begin with, for the combined flats and darks."""
    without_darks: bool = False
    """Take the darks to be zero."""
    position: str | None = None
    """Where the positions of the raw frames come from."""
    flat_position: str | None = None
    """Where those of the flats come from."""
    dark_position: str | None = None
    """Where those of the darks come from."""
    current: str | None = None
    """The beam current of each raw frame: ``@name``, a place, or numbers."""
    flat_current: str | None = None
    """The beam current of each flat, in the order of the flats."""
    without_current: bool = False
    """Leave the beam current alone that an NXtomo notes."""
    frames: slice | None = None
    """The raw frames to correct; as text ``start:stop:step``."""
    region: Region | None = None
    """The part of each image to correct; as text ``100:400,50:600``, rows first."""
    reduce: Reduction = "median"
    """How images at one position are combined, see `combine`."""
    sigma: float = 3.0
    """For ``sigma-clip``."""
    mask: str | None = None
    """Place of an image that is not 0 where pixels are invalid."""
    invalid: float | int | None = None
    """The value that the detector writes into invalid pixels."""
    fill: Literal["nan", "zero", "one"] = "nan"
    """What invalid pixels become."""
    clip: tuple[float, float] | None = None
    """Limits of the transmission, applied before the logarithm."""
    log: bool = False
    """Write absorption, -ln(transmission), instead of transmission."""
    floor: float = 1e-6
    """The least transmission of which the logarithm is taken."""
    dtype: Literal["float32", "float16", "float64", "uint16"] = "float32"
    """Type of the result; integers stand for values in even steps."""
    limits: tuple[float, float] | None = None
    """The values that the least and the greatest integer stand for, where the result
    is stored as integers; by default those of `clip`, or wide ones."""
    layout: Literal["stack", "frames"] = "stack"
    """One stack, or one dataset for each frame under its own name."""
    compression: Compression = NO_COMPRESSION
    """Filter of the result; as text ``NAME`` or ``NAME:LEVEL``."""
    checksum: bool = False
    """Add a checksum to each chunk, so that a reader notices changed bits."""
    overwrite: bool = False
    """Replace an output that exists."""
    preview: str | None = None
    """A PNG file for raw, flat and corrected frames side by side."""
    threads: int | None = None
    """Frames corrected at the same time; the usable CPUs if None."""

    @property
    def computed(self) -> str:
        """The type in which the result is computed."""
        return "float64" if self.dtype in INTEGERS else self.dtype

    @property
    def integers(self) -> IntegerScale | None:
        """What integers stand for; None where the result is floating-point."""
        if self.dtype not in INTEGERS:
            return None
        floor = self.floor if self.log else None
        return IntegerScale.of(self.limits, clip=self.clip, log_of=floor)

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise OptionError(
                f"no layout is called {self.layout!r}; there are: {', '.join(LAYOUTS)}"
            )
        self._check_contradictions()
        if (self.current is None) != (self.flat_current is None):
            raise OptionError(
                "the beam current is needed for the raw frames (--current) and for "
                "the flats (--flat-current)"
            )
        for name, kind in _TYPES.items():
            value = getattr(self, name)
            optional = name != "compression"
            if not (isinstance(value, kind) or (value is None and optional)):
                raise OptionError(f"{name} can't be {value!r}")
        self._check_values()

    def _check_contradictions(self) -> None:
        has_references = bool(self.flats or self.darks)
        for wrong, reason in (
            (
                self.darks and self.without_darks,
                "darks are named, and yet to be left out; choose one",
            ),
            (
                self.reduced is not None and has_references,
                "flats or darks are named, and reduced ones as well; choose one",
            ),
            (
                self.save_reduced is not None and self.region is not None,
                "reduced flats are of whole images; save them without --region",
            ),
            (
                self.current is not None and self.without_current,
                "the beam current is named, and yet to be left alone; choose one",
            ),
            (
                self.limits is not None and self.dtype not in INTEGERS,
                f"limits are those of integers; choose --dtype {INTEGERS[0]} as well",
            ),
            (
                self.dtype in INTEGERS and self.layout != "stack",
                "integers need one scale, so one stack; leave out --layout",
            ),
        ):
            if wrong:
                raise OptionError(reason)

    def _check_values(self) -> None:
        for name in (*_TEXT_OPTIONS, "flats", "darks"):
            value = getattr(self, name)
            if value == "" or (isinstance(value, tuple) and "" in value):
                raise OptionError(f"{name.replace('_', '-')} is an empty text")
        if self.frames is not None and self.frames.step is not None:
            parse_slice(f"::{self.frames.step}")
        if self.clip is not None and len(self.clip) != 2:  # noqa: PLR2004 (low, high)
            raise OptionError(f"clip needs two limits, not {self.clip}")
        if isinstance(self.invalid, int) and not -(2**63) <= self.invalid < 2**64:
            raise OptionError(f"no detector writes {self.invalid}: over 64 bits")
        check_reduction(self.reduce, self.sigma)
        check_correction(self.fill, self.clip, self.floor, self.computed)
        if self.limits is not None and len(self.limits) != 2:  # noqa: PLR2004 (low, high)
            raise OptionError(f"limits are two values, not {self.limits}")
        _ = self.integers  # says so where limits make no sense

    @classmethod
    def parse(cls, **options: Any) -> "FlatFieldOptions":
        """Return options of which some may be text, and one place may stand alone.

        Raises
        ------
        OptionError
            If a text can't be understood, or options contradict each other.

        Examples
        --------
        >>> FlatFieldOptions.parse(frames="0:100:5", flats="flat.edf").frames
        slice(0, 100, 5)
        """
        for name in options.keys() & _TEXTS.keys():
            if isinstance(options[name], str):
                options[name] = _TEXTS[name](options[name])
        for name in options.keys() & {"flats", "darks"}:
            places = options[name]
            alone = isinstance(places, (str, Path))
            options[name] = tuple(map(str, [places] if alone else places))
        for name in options.keys() & _TEXT_OPTIONS:
            if isinstance(options[name], Path):
                options[name] = str(options[name])
            elif options[name] is not None and not isinstance(options[name], str):
                numbers = np.atleast_1d(options[name]).tolist()
                options[name] = ",".join(map(repr, numbers))
        return cls(**options)


_TEXT_OPTIONS = {
    "entry",
    "reduced",
    "save_reduced",
    "position",
    "flat_position",
    "dark_position",
    "current",
    "flat_current",
    "mask",
    "preview",
}

_TYPES: dict[str, type | tuple[type, ...]] = {
    "frames": slice,
    "region": Region,
    "compression": Compression,
    "invalid": (int, float, np.number),
    "threads": int,
    "clip": tuple,
    "limits": tuple,
}

_TEXTS: dict[str, Callable[[str], object]] = {
    "frames": parse_slice,
    "region": Region.parse,
    "compression": Compression.parse,
}

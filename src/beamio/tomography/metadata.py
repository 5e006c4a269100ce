"""What the user says of a scan, in options or in a TOML file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from beamio.errors import (
    DamagedFileError,
    MissingFileError,
    OptionError,
    PositionError,
)
from beamio.formats.opening import open as open_any
from beamio.formats.value import value_of
from beamio.model import Array
from beamio.nexus.nxtomo.checks import checked_values
from beamio.nexus.text import attribute
from beamio.nexus.units import converted, quantity
from beamio.tomography.facts import MEASURED, UNITS, Fact, Facts
from beamio.tomography.found import Found
from beamio.tomography.options import SHORT, BuildOptions, check_name

_RANGE = re.compile(r"([-+.\deE]+)(:|\.\.)([-+.\deE]+?)(?::([-+.\deE]+))?")
_EACH = {"rotation_angle", "x_translation", "y_translation", "z_translation", "current",
         "monitor", "count_time"}  # fmt: skip
"""What may differ from frame to frame."""


def told(options: BuildOptions, found: Found) -> Facts:
    """Return the facts that the user tells; options come before the file.

    Raises
    ------
    OptionError, UnitError, PositionError
        If a value does not fit the scan.
    """
    facts: Facts = {}
    if options.metadata is not None:
        table = _read_toml(options.metadata)
        facts.update(_facts(table, found, options.metadata))
    facts.update(_facts(options.facts, found, ""))
    return facts


def _read_toml(file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingFileError(f"{file}: there is no such file", place=file) from None
    except OSError as error:
        raise DamagedFileError(
            f"{file}: can't be read ({error.strerror})", place=file
        ) from error
    except ValueError as error:
        raise OptionError(f"{file}: is not TOML ({error})", place=file) from error


def _facts(
    table: Mapping[str, Any], found: Found, file: str
) -> Iterator[tuple[str, Fact]]:
    for key, value in table.items():
        name = key.replace("-", "_")
        check_name(name, file)
        source = file or f"--{name.replace('_', '-')}"
        for fact in SHORT.get(name, (name,)):
            place = f"{source}: {name}" if file else source
            yield fact, Fact(_value(fact, value, found, place), source)


def _value(name: str, value: Any, found: Found, place: str) -> Any:
    """Return what a text, a number or a list says, in the unit of the fact."""
    unit = UNITS[name]
    if name not in _EACH and not unit:
        return _text(value, place) if name not in _NUMBERS else value
    count = int((found.keys == 0).sum())
    if name in _EACH and isinstance(value, str):
        values = _each(value, unit, found, place)
        if values is not None:
            value = values
    if isinstance(value, (list, tuple, np.ndarray)):
        numbers = np.asarray(value, np.float64)
        if len(numbers) not in {count, len(found.keys)}:
            raise OptionError(
                f"{place}: {len(numbers):,} values for {count:,} projections and "
                f"{len(found.keys):,} frames; give one for each of either"
            )
        _check_finite(numbers, place)
        if name in MEASURED and len(numbers) != len(found.keys):
            raise OptionError(
                f"{place}: {len(numbers):,} values, but of flats and darks it must be "
                f"told as well; give one for each of {len(found.keys):,} frames"
            )
        return found.spread(numbers)
    if isinstance(value, str):
        return quantity(value, unit, place)
    return checked_values(value, unit, len(found.keys), name, place)


_NUMBERS = {"x_rotation_axis_pixel_position", "y_rotation_axis_pixel_position"}


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise OptionError(f"{place}: is a text, not {value!r}")
    return value


def _check_finite(numbers: Array, place: str) -> None:
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        raise PositionError(f"{place}: value {wrong[0]} is {numbers[wrong[0]]}")


def _each(text: str, unit: str, found: Found, place: str) -> Array | None:
    """Return a value for each projection, or None if the text is a single value."""
    ends = _RANGE.fullmatch(text.strip())
    if ends is not None:
        _check_no_gaps(found.places[found.keys == 0], place)
        return _ranged(ends, int((found.keys == 0).sum()), place)
    if re.match(r"\s*[-+]?\.?\d[^/\\]*$", text) and not Path(text).exists():
        return None
    return _from_file(text, unit, place)


def _check_no_gaps(places: Array, place: str) -> None:
    """Raise `OptionError` where projections are missing: no range tells of that."""
    steps = np.diff(places)
    if len(steps) < 2 or (places % 1).any() or (steps == steps[0]).all():  # noqa: PLR2004 (one is even)
        return
    usual = float(np.median(steps))
    wrong = int(np.flatnonzero(steps != usual)[0])
    raise OptionError(
        f"{place}: the projections are not numbered evenly, as {places[wrong]:g} is "
        f"followed by {places[wrong + 1]:g}, so a range does not tell their angles; "
        "give a file with one for each"
    )


def _ranged(ends: re.Match[str], count: int, place: str) -> Array:
    """Return evenly spaced values.

    ``0:180`` ends before 180, as a range does in Python; ``0..180`` ends with it;
    ``0:180:0.5`` has steps of 0.5, and is an error if they are not as many as the
    projections.
    """
    try:
        start, stop = float(ends[1]), float(ends[3])
        step = float(ends[4]) if ends[4] else None
    except ValueError:
        raise OptionError(f"{place}: {ends[0]!r} is no range of numbers") from None
    if step is None:
        return np.linspace(start, stop, count, endpoint=ends[2] == "..")
    if not step:
        raise OptionError(f"{place}: the step is 0")
    steps = (stop - start) / step
    length = round(steps) + (ends[2] == "..")
    if abs(steps - round(steps)) > 1e-6 or length != count:  # noqa: PLR2004 (rounding)
        raise OptionError(
            f"{place}: {ends[0]} are {length:,} values, but there are {count:,} "
            "projections"
        )
    return start + step * np.arange(count)


def _from_file(name: str, unit: str, place: str) -> Array:
    """Return the numbers of a text file, of one of NumPy, or of a dataset."""
    if "::" not in name and not Path(name).exists():
        raise MissingFileError(
            f"{place}: {name!r} is no range such as 0:180, and no file", place=name
        )
    if "::" in name or Path(name).suffix in {".npy", ".npz"}:
        url = name if "::" in name else f"{name}::/data"
        with open_any(url) as dataset:
            values = np.ravel(np.asarray(value_of(dataset), np.float64))
            noted = attribute(dataset, "units")
            return np.asarray(converted(values, noted, unit, name))
    try:
        listed: Array = np.loadtxt(name, dtype=np.float64, ndmin=1)
    except (OSError, ValueError) as error:
        raise OptionError(f"{name}: holds no list of numbers ({error})") from error
    if listed.ndim > 1:
        raise OptionError(f"{name}: has several columns; a list has one", place=name)
    return listed

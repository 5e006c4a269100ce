"""Facts in datasets beside frames in an HDF5 file, as in DXchange."""

from collections.abc import Iterator, Sequence
from typing import Any

import h5py
import numpy as np

from beamio.errors import BeamioError
from beamio.formats.hdf5 import member
from beamio.nexus.text import attribute, text
from beamio.nexus.units import converted
from beamio.tomography.facts import UNITS, Fact
from beamio.tomography.headers import ANGLES

_NAMES: dict[str, tuple[str, ...]] = {
    "rotation_angle": (*ANGLES, "angles", "theta"),
    "current": ("current", "srcur", "machine_current"),
    "count_time": ("count_time", "exposure_time"),
    "energy": ("energy",),
    "x_pixel_size": ("x_pixel_size", "pixel_size"),
    "y_pixel_size": ("y_pixel_size", "pixel_size"),
    "distance": ("distance",),
}
"""What datasets in the group of the frames, or above, may be called."""

_DETECTOR = "measurement/instrument/detector"
_SOURCE = "measurement/instrument/source"
_EXCHANGE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("rotation_angle", ("exchange/theta",), "degree"),
    ("energy", ("measurement/instrument/monochromator/energy",), "keV"),
    (
        "x_pixel_size",
        (
            "measurement/instrument/detection_system/objective/resolution",
            f"{_DETECTOR}/actual_pixel_size_x",
        ),
        "µm",
    ),
    (
        "y_pixel_size",
        (
            "measurement/instrument/detection_system/objective/resolution",
            f"{_DETECTOR}/actual_pixel_size_y",
        ),
        "µm",
    ),
    (
        "detector_x_pixel_size",
        (f"{_DETECTOR}/pixel_size_x", f"{_DETECTOR}/pixel_size"),
        "µm",
    ),
    (
        "detector_y_pixel_size",
        (f"{_DETECTOR}/pixel_size_y", f"{_DETECTOR}/pixel_size"),
        "µm",
    ),
    ("count_time", (f"{_DETECTOR}/exposure_time",), "s"),
    (
        "distance",
        (
            "measurement/instrument/camera_motor_stack/setup/camera_distance",
            "measurement/instrument/detector_motor_stack/setup/z",
        ),
        "mm",
    ),
    ("current", (f"{_SOURCE}/current",), "mA"),
    ("source_name", (f"{_SOURCE}/name",), ""),
    ("instrument_name", ("measurement/instrument/name",), ""),
    ("sample_name", ("measurement/sample/name",), ""),
    ("title", ("measurement/sample/description",), ""),
    ("start_time", ("process/acquisition/start_date", f"{_SOURCE}/datetime"), ""),
    ("end_time", ("process/acquisition/end_date",), ""),
)
"""Facts of DXchange, where they lie, and the unit where none is noted."""


def is_exchange(root: Any) -> bool:
    """Tell whether a file has the layout of DXchange."""
    return isinstance(member(root, "exchange/data"), h5py.Dataset)


def exchange_facts(root: Any) -> Iterator[tuple[str, Fact]]:
    """Yield what a file of DXchange tells."""
    for name, paths, unit in _EXCHANGE:
        for path in paths:
            fact = fact_of(member(root, path), name, unit)
            if fact is not None:
                yield name, fact
                break


def facts_beside(groups: Sequence[Any], frames: int) -> Iterator[tuple[str, Fact]]:
    """Yield what datasets in groups tell, the nearest to the frames first.

    Parameters
    ----------
    groups
        Groups that hold the frames.
    frames
        How many projections there are: a list of another length is of something else.
    """
    for name, called in _NAMES.items():
        found = (
            fact_of(member(group, one), name, UNITS[name])
            for group in groups
            for one in called
        )
        for fact in filter(None, found):
            size = np.size(fact.value)
            if size == frames or (size == 1 and name != "rotation_angle"):
                yield name, fact
                break


def fact_of(item: Any, name: str, unit: str) -> Fact | None:
    """Return what a dataset tells; None if it is none, or tells nothing.

    Parameters
    ----------
    item
        What lies where a dataset may be.
    name
        Of the fact.
    unit
        Of the values, where no attribute says so.
    """
    if not isinstance(item, h5py.Dataset) or (item.shape != () and not item.size):
        return None
    source = f"{item.name}"
    try:
        value = item[()]
        wanted = UNITS[name]
        if not wanted:
            found = text(value).strip()
            return Fact(found, source) if found else None
        numbers = np.asarray(value, np.float64)
        noted = attribute(item, "units") or unit
        numbers = np.asarray(converted(numbers, noted, wanted, source))
    except (BeamioError, ValueError, TypeError, OSError, RuntimeError):
        return None
    if not np.isfinite(numbers).all():
        return None
    flat = np.ravel(numbers)
    same = (flat == flat[0]).all() and name != "rotation_angle"
    return Fact(float(flat[0]) if same else flat, source)

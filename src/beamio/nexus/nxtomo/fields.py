"""Where in an NXtomo each quantity lies, and in which unit it is held."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A quantity or a text of an `NXtomo`."""

    name: str
    """Of the attribute of `NXtomo`."""
    path: str
    """Below the entry; the names of groups stand for their classes."""
    unit: str = ""
    """The unit in which it is held and written; none for text and counts."""
    each: bool = False
    """Whether there may be one value for each frame."""
    also: tuple[str, ...] = ()
    """Where others write it, or wrote it once."""
    about: str = ""
    """For those that NeXus does not define: what they are."""


_DETECTOR = "instrument/detector"

QUANTITIES = (
    Field("rotation_angle", "sample/rotation_angle", "degree", each=True),
    Field("x_translation", "sample/x_translation", "m", each=True),
    Field("y_translation", "sample/y_translation", "m", each=True),
    Field("z_translation", "sample/z_translation", "m", each=True),
    Field("count_time", f"{_DETECTOR}/count_time", "s", each=True),
    Field(
        "x_pixel_size",
        "sample/x_pixel_size",
        "m",
        also=(f"{_DETECTOR}/x_magnified_pixel_size",),
        about="size of a pixel at the sample, along x",
    ),
    Field(
        "y_pixel_size",
        "sample/y_pixel_size",
        "m",
        also=(f"{_DETECTOR}/y_magnified_pixel_size",),
        about="size of a pixel at the sample, along y",
    ),
    Field("detector_x_pixel_size", f"{_DETECTOR}/x_pixel_size", "m"),
    Field("detector_y_pixel_size", f"{_DETECTOR}/y_pixel_size", "m"),
    Field("distance", f"{_DETECTOR}/distance", "m"),
    Field(
        "propagation_distance",
        "sample/propagation_distance",
        "m",
        about="distance over which phase contrast builds up",
    ),
    Field("source_distance", "instrument/source/distance", "m"),
    Field(
        "energy",
        "instrument/beam/incident_energy",
        "keV",
        also=(
            "beam/incident_energy",
            "sample/beam/incident_energy",
            "instrument/monochromator/energy",
        ),
    ),
    Field(
        "x_rotation_axis_pixel_position",
        f"{_DETECTOR}/x_rotation_axis_pixel_position",
        also=(f"{_DETECTOR}/estimated_cor_from_motor",),
    ),
    Field(
        "y_rotation_axis_pixel_position",
        f"{_DETECTOR}/y_rotation_axis_pixel_position",
    ),
)
"""Numbers."""

TEXTS = (
    Field("title", "title"),
    Field("start_time", "start_time"),
    Field("end_time", "end_time"),
    Field("sample_name", "sample/name", also=("sample/sample_name",)),
    Field("instrument_name", "instrument/name"),
    Field("source_name", "instrument/source/name"),
    Field("source_type", "instrument/source/type"),
    Field("source_probe", "instrument/source/probe"),
    Field(
        "field_of_view",
        f"{_DETECTOR}/field_of_view",
        about="Full, or Half where the axis is at the border of the projections",
    ),
)

GROUPS = {
    "instrument": "NXinstrument",
    "instrument/detector": "NXdetector",
    "instrument/source": "NXsource",
    "instrument/beam": "NXbeam",
    "instrument/monochromator": "NXmonochromator",
    "sample": "NXsample",
    "sample/beam": "NXbeam",
    "control": "NXmonitor",
    "beam": "NXbeam",
    "data": "NXdata",
}
"""The class of each group, by the path that it has here."""

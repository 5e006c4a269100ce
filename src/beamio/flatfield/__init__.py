"""The flat-field correction: of arrays, and of a scan from file to file."""

from beamio.flatfield.invalid import Invalid
from beamio.flatfield.model import FlatField
from beamio.flatfield.options import FlatFieldOptions
from beamio.flatfield.plan import FlatFieldPlan, describe
from beamio.flatfield.run import FlatFieldReport, flatfield, planned, run

__all__ = [
    "FlatField",
    "FlatFieldOptions",
    "FlatFieldPlan",
    "FlatFieldReport",
    "Invalid",
    "describe",
    "flatfield",
    "planned",
    "run",
]

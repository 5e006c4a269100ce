"""Files of one format from files of another."""

from beamio.convert.options import ConvertOptions
from beamio.convert.plan import ConvertPlan, make_plan
from beamio.convert.report import Converted, ConvertReport, Failed
from beamio.convert.run import run
from beamio.convert.ways import Way, convert, way_of

__all__ = [
    "ConvertOptions",
    "ConvertPlan",
    "ConvertReport",
    "Converted",
    "Failed",
    "Way",
    "convert",
    "make_plan",
    "run",
    "way_of",
]

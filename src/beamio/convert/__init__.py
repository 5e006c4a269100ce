"""Files of one format from files of another."""

from beamio.convert.options import ConvertOptions
from beamio.convert.plan import ConvertPlan, make_plan
from beamio.convert.report import Converted, ConvertReport, Failed
from beamio.convert.run import convert, run

__all__ = [
    "ConvertOptions",
    "ConvertPlan",
    "ConvertReport",
    "Converted",
    "Failed",
    "convert",
    "make_plan",
    "run",
]

"""Compare two files, or parts of them: tree, types, attributes, values."""

from beamio.diff.report import Compared, Difference, DiffReport, ValueDifference
from beamio.diff.run import diff

__all__ = ["Compared", "DiffReport", "Difference", "ValueDifference", "diff"]

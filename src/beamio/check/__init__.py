"""What would go wrong with a file: links, chunks, filters, its plot."""

from beamio.check.report import CheckReport, Dependency, Finding
from beamio.check.run import check, check_files

__all__ = ["CheckReport", "Dependency", "Finding", "check", "check_files"]

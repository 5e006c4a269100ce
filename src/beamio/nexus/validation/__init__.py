"""Whether files are what the definitions of NeXus say."""

from beamio.nexus.validation.report import EntryReport, Finding, ValidationReport
from beamio.nexus.validation.run import Validator, validate

__all__ = ["EntryReport", "Finding", "ValidationReport", "Validator", "validate"]

"""NXtomoproc: volumes that were reconstructed from a tomography scan, or processed."""

from beamio.nexus.processed.facts import VolumeFacts
from beamio.nexus.processed.write import ProcessedReport, write_processed

__all__ = ["ProcessedReport", "VolumeFacts", "write_processed"]

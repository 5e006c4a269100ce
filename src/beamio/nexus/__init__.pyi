from .nxdata import describe_data, new_entry
from .nxdata_write import write_data
from .nxprocess import write_process
from .nxtomo import Images, NXtomo, Transformation
from .processed import ProcessedReport, VolumeFacts, write_processed
from .validation import EntryReport, Finding, ValidationReport, validate

__all__ = [
    "EntryReport",
    "Finding",
    "Images",
    "NXtomo",
    "ProcessedReport",
    "Transformation",
    "ValidationReport",
    "VolumeFacts",
    "describe_data",
    "new_entry",
    "validate",
    "write_data",
    "write_process",
    "write_processed",
]

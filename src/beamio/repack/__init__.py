"""Copy an HDF5 file as a whole: with other filters, in other chunks, or as it is."""

from beamio.repack.options import RepackOptions
from beamio.repack.plan import DatasetPlan, RepackPlan
from beamio.repack.run import (
    RepackedDataset,
    RepackReport,
    planned,
    repack,
    run,
)
from beamio.repack.storage import Storage

__all__ = [
    "DatasetPlan",
    "RepackOptions",
    "RepackPlan",
    "RepackReport",
    "RepackedDataset",
    "Storage",
    "planned",
    "repack",
    "run",
]

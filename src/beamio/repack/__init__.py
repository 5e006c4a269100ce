"""Copy an HDF5 file as a whole: with other filters, in other chunks, or as it is."""

from beamio.repack.advise import Advice, Trial, advise
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
    "Advice",
    "DatasetPlan",
    "RepackOptions",
    "RepackPlan",
    "RepackReport",
    "RepackedDataset",
    "Storage",
    "Trial",
    "advise",
    "planned",
    "repack",
    "run",
]

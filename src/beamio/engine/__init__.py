"""How bytes move: threads, outputs that appear only when complete, progress."""

from beamio.engine.output import (
    check_output,
    check_space,
    completed_file,
    file_series,
)
from beamio.engine.progress import Progress, ignore_progress
from beamio.engine.threads import ahead, in_order, usable_threads

__all__ = [
    "Progress",
    "ahead",
    "check_output",
    "check_space",
    "completed_file",
    "file_series",
    "ignore_progress",
    "in_order",
    "usable_threads",
]

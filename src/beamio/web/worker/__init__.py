"""Processes that read files for the server, and may die of one."""

from beamio.web.worker.pool import Pool
from beamio.web.worker.process import Received

__all__ = ["Pool", "Received"]

"""Processes that read files for the server, and may die of one."""

from beamio.web.worker.pool import Pool, Received

__all__ = ["Pool", "Received"]

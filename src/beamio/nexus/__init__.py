"""NeXus: what makes a file plot itself and tell where it came from."""

from beamio.nexus.nxdata import describe_data, new_entry
from beamio.nexus.nxprocess import write_process

__all__ = ["describe_data", "new_entry", "write_process"]

"""File formats: which images a file holds, and how each is read."""

from beamio.formats.files import OpenFiles
from beamio.formats.frames import Frames, frame_number

__all__ = ["Frames", "OpenFiles", "frame_number"]

from .files import OpenFiles
from .frames import Frames, frame_number

__all__ = ["Frames", "OpenFiles", "frame_number"]

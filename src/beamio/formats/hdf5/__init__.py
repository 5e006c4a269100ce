"""HDF5: open it truthfully, read images from it, create it safely."""

from beamio.formats.hdf5.create import NewFile, creation_options, new_file
from beamio.formats.hdf5.file import (
    damaged_structure,
    existing,
    member,
    names,
    open_file,
)
from beamio.formats.hdf5.frames import GroupFrames, StackFrames, is_image

__all__ = [
    "GroupFrames",
    "NewFile",
    "StackFrames",
    "creation_options",
    "damaged_structure",
    "existing",
    "is_image",
    "member",
    "names",
    "new_file",
    "open_file",
]

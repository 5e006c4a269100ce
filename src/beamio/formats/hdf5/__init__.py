"""HDF5: open it truthfully, read images from it, create it safely."""

from beamio.formats.hdf5.append import appended_file
from beamio.formats.hdf5.bulk import chunk_encoder, read_selection, write_selection
from beamio.formats.hdf5.create import NewFile, creation_options, new_file
from beamio.formats.hdf5.file import (
    existing,
    member,
    names,
    open_file,
)
from beamio.formats.hdf5.frames import GroupFrames, StackFrames, is_image
from beamio.formats.hdf5.objects import Dataset, Datatype, File, Group
from beamio.formats.hdf5.opening import damaged_structure
from beamio.formats.hdf5.storage import filters_of

__all__ = [
    "Dataset",
    "Datatype",
    "File",
    "Group",
    "GroupFrames",
    "NewFile",
    "StackFrames",
    "appended_file",
    "chunk_encoder",
    "creation_options",
    "damaged_structure",
    "existing",
    "filters_of",
    "is_image",
    "member",
    "names",
    "new_file",
    "open_file",
    "read_selection",
    "write_selection",
]

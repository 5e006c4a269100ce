from .append import appended_file
from .bulk import chunk_encoder, read_selection, write_selection
from .create import NewFile, creation_options, new_file
from .file import (
    existing,
    member,
    names,
    open_file,
)
from .frames import GroupFrames, StackFrames, is_image
from .objects import Dataset, Datatype, File, Group
from .opening import damaged_structure
from .storage import filters_of

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

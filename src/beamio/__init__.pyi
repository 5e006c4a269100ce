from .contents import contents
from .convert import ConvertReport, convert
from .dictionary import from_dict, to_dict
from .errors import (
    BeamioError,
    BusyFileError,
    CorruptChunkError,
    DamagedFileError,
    DiskFullError,
    MissingFileError,
    MissingFilterError,
    MissingImagesError,
    MissingPathError,
    NoBeamError,
    NotAnImageError,
    OptionError,
    OutputError,
    OutputExistsError,
    PositionError,
    ShapeMismatchError,
    UnknownFormatError,
    UnreadableError,
)
from .flatfield import (
    FlatField,
    FlatFieldOptions,
    FlatFieldReport,
    Invalid,
    flatfield,
)
from .formats.hdf5 import Dataset, Datatype, File, Group
from .formats.iterate import Frame, frames
from .formats.opening import open  # noqa: A004 (it opens more than the built-in)
from .formats.tree import (
    Branch,
    Leaf,
    PlainValues,
    Tree,
    TreeDataset,
    TreeGroup,
)
from .formats.value import read
from .model import Item
from .repack import Advice, RepackReport, advise, repack

__all__ = [
    "Advice",
    "BeamioError",
    "Branch",
    "BusyFileError",
    "ConvertReport",
    "CorruptChunkError",
    "DamagedFileError",
    "Dataset",
    "Datatype",
    "DiskFullError",
    "File",
    "FlatField",
    "FlatFieldOptions",
    "FlatFieldReport",
    "Frame",
    "Group",
    "Invalid",
    "Item",
    "Leaf",
    "MissingFileError",
    "MissingFilterError",
    "MissingImagesError",
    "MissingPathError",
    "NoBeamError",
    "NotAnImageError",
    "OptionError",
    "OutputError",
    "OutputExistsError",
    "PlainValues",
    "PositionError",
    "RepackReport",
    "ShapeMismatchError",
    "Tree",
    "TreeDataset",
    "TreeGroup",
    "UnknownFormatError",
    "UnreadableError",
    "advise",
    "contents",
    "convert",
    "flatfield",
    "frames",
    "from_dict",
    "open",
    "read",
    "repack",
    "to_dict",
]

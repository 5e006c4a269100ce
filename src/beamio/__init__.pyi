from .check import CheckReport, check
from .contents import Description, Found, contents, describe, find
from .convert import ConvertReport, convert
from .dictionary import from_dict, to_dict
from .diff import Difference, DiffReport, ValueDifference, diff
from .errors import (
    BeamioError,
    BeamioWarning,
    BusyFileError,
    CorruptChunkError,
    DamagedFileError,
    DiskFullError,
    GivenUpError,
    MissingFileError,
    MissingFilterError,
    MissingImagesError,
    MissingMetadataError,
    MissingPathError,
    NoBeamError,
    NotAnImageError,
    OptionError,
    OutputError,
    OutputExistsError,
    OutsideError,
    PositionError,
    ShapeMismatchError,
    TooLargeError,
    UnitError,
    UnknownFormatError,
    UnknownTypeError,
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
from .model.picture import Picture
from .picture.many import imshow_many
from .picture.plot import plot
from .picture.show import show
from .repack import Advice, RepackReport, advise, repack
from .tomography import BuildReport, build_nxtomo
from .web.notebook import view

__all__ = [
    "Advice",
    "BeamioError",
    "BeamioWarning",
    "Branch",
    "BuildReport",
    "BusyFileError",
    "CheckReport",
    "ConvertReport",
    "CorruptChunkError",
    "DamagedFileError",
    "Dataset",
    "Datatype",
    "Description",
    "DiffReport",
    "Difference",
    "DiskFullError",
    "File",
    "FlatField",
    "FlatFieldOptions",
    "FlatFieldReport",
    "Found",
    "Frame",
    "GivenUpError",
    "Group",
    "Invalid",
    "Item",
    "Leaf",
    "MissingFileError",
    "MissingFilterError",
    "MissingImagesError",
    "MissingMetadataError",
    "MissingPathError",
    "NoBeamError",
    "NotAnImageError",
    "OptionError",
    "OutputError",
    "OutputExistsError",
    "OutsideError",
    "Picture",
    "PlainValues",
    "PositionError",
    "RepackReport",
    "ShapeMismatchError",
    "TooLargeError",
    "Tree",
    "TreeDataset",
    "TreeGroup",
    "UnitError",
    "UnknownFormatError",
    "UnknownTypeError",
    "UnreadableError",
    "ValueDifference",
    "advise",
    "build_nxtomo",
    "check",
    "contents",
    "convert",
    "describe",
    "diff",
    "find",
    "flatfield",
    "frames",
    "from_dict",
    "imshow_many",
    "open",
    "plot",
    "read",
    "repack",
    "show",
    "to_dict",
    "view",
]

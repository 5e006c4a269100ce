"""The objects that a user holds: h5py's, read and written by the engine."""

from beamio.formats.hdf5.objects.dataset import Dataset
from beamio.formats.hdf5.objects.file import File
from beamio.formats.hdf5.objects.group import Datatype, Group

__all__ = ["Dataset", "Datatype", "File", "Group"]

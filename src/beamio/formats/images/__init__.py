"""Images that fabio knows: which there are in a file, where they lie, their headers."""

from beamio.formats.images.frames import ImageFrames
from beamio.formats.images.image import Image
from beamio.formats.images.index import images_of
from beamio.formats.images.reading import read_many

__all__ = ["Image", "ImageFrames", "images_of", "read_many"]

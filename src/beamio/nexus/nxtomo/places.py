"""The images that a name stands for."""

from beamio.errors import OptionError
from beamio.formats import Frames, OpenFiles
from beamio.formats.files import is_hdf5
from beamio.formats.frames import ChosenFrames
from beamio.formats.hdf5 import StackFrames
from beamio.formats.series import files_of, is_there
from beamio.model import DataUrl


def frames_at(place: str, files: OpenFiles) -> Frames:
    """Return the images of a dataset, of image files, or of a part of either.

    Raises
    ------
    UnreadableError, NotAnImageError
        If it can't be read as images.
    OptionError
        If an HDF5 file is named without a path, or a slice takes no image.
    """
    url = DataUrl.parse(place, is_file=is_there)
    found = files_of(url.file)
    frames: Frames
    if is_hdf5(found[0]):
        if url.path is None or len(found) > 1:
            raise OptionError(
                f"{place}: name one dataset, as {found[0]}::/path", place=place
            )
        frames = StackFrames(files.item(found[0], url.path))
    else:
        frames = files.images(found)
    if url.frames is None:
        return frames
    indices = range(frames.shape[0])[url.frames]
    if not indices:
        raise OptionError(
            f"{place}: takes none of {frames.shape[0]} images", place=place
        )
    return ChosenFrames(frames, indices)

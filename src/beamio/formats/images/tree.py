"""Image files as a tree in the structure that silx gives them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from beamio.formats.frames import check_same_shape
from beamio.formats.images.image import Image
from beamio.formats.images.index import images_of
from beamio.formats.images.stack import StackValues
from beamio.formats.silx_nodes import array_values, attributes, entry_of
from beamio.formats.tree import Branch, LazyMembers, Tree, Values


def open_images(files: Sequence[str]) -> Tree:
    """Return the images of files as one stack, and their headers, under ``scan_0``.

    A single image has the shape (rows, columns), many (frames, rows, columns). Numbers
    that some headers lack are NaN.

    Raises
    ------
    UnreadableError
        If a file can't be read, is damaged, or is of no format that fabio knows.
    ShapeMismatchError
        If the images differ in shape.

    Examples
    --------
    >>> import fabio, numpy as np
    >>> path = str(getfixture("tmp_path") / "dark.edf")
    >>> header = {"count_time": "0.1", "motor_mne": "sy sz", "motor_pos": "1.5 -2"}
    >>> fabio.edfimage.EdfImage(np.ones((4, 6), "u2"), header).write(path)
    >>> tree = open_images([path])
    >>> tree["scan_0/measurement/image_0/data"].shape
    (4, 6)
    >>> tree["scan_0/instrument/positioners/sz"][()].tolist()
    [-2]
    """
    from beamio.formats.images.headers import Shown

    images = [image for file in files for image in images_of(file)]
    first = images[0]
    for image in images:
        check_same_shape(image.shape, image.place, first.shape, first.place)
    url = files[0] if len(files) == 1 else f"{files[0]} ... {files[-1]}"
    shown = Shown(images, url)
    values = partial(_values, images)
    makers = {name: partial(entry_of, shown, name, values) for name in shown}
    return Tree(url, Branch(LazyMembers(makers), attributes(shown)))


def _values(images: Sequence[Image], node: Any) -> Values:
    from silx.io.fabioh5 import FrameData

    return StackValues(images) if isinstance(node, FrameData) else array_values(node)

"""What a notebook shows of an object of a file, whatever the format.

It asks objects by h5py's manners only, so that those of HDF5 and of trees can use it.
"""

from beamio.formats.outline.gather import outline_of
from beamio.view.html import outline_html

__all__ = ["html_of", "outline_of"]


def html_of(item: object) -> str | None:
    """Return an object as HTML; None, for its plain text, if it is closed."""
    outline = outline_of(item)
    return None if outline is None else outline_html(outline)

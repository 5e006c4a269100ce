"""Show files, open objects and arrays in a notebook."""

from typing import TYPE_CHECKING, Any

from beamio.errors import BeamioError, OptionError

if TYPE_CHECKING:
    from beamio.web.notebook.widget import Viewer

_HEIGHT = 600


def view(obj: Any, *, height: int | str = _HEIGHT, path: str | None = None) -> "Viewer":
    """Return the viewer of `beamio view` as a widget, for the cell of a notebook.

    Parameters
    ----------
    obj
        A file by its URL (``file``, ``file::/path``, ``file::/path[slice]``) or a
        folder; an open file, group or dataset of beamio or h5py; a NumPy array, or a
        mapping of such by name; an `NXtomo`; or a list of these.
    height
        Of the viewer, in pixels, or as CSS writes it, such as "80vh".
    path
        Where in the file it opens, if the URL or object does not say so.

    Returns
    -------
    Viewer
        A widget of anywidget. Its ``close()`` forgets the objects that it shows.

    Raises
    ------
    MissingFileError
        If there is no such file or folder.
    OptionError
        If there is nothing that can be shown of `obj`.
    BeamioError
        If anywidget is not installed.

    Notes
    -----
    An object that is open to be written, or that lies in memory, is shown as it is at
    each look. Of one that is open to be read only the name is kept: the file is opened
    anew for each look, and may be closed meanwhile. Arrays are not copied.

    Examples
    --------
    >>> view("scan.h5::/entry/data")  # doctest: +SKIP
    <beamio.view of scan.h5>
    >>> view({"before": image, "after": corrected})  # doctest: +SKIP
    <beamio.view of arrays>
    """
    try:
        from beamio.web.notebook.shown import shown
        from beamio.web.notebook.widget import Viewer
    except ImportError as error:
        raise BeamioError(
            f"beamio.view needs the package {error.name}; install it with: "
            "pip install 'beamio[notebook]'"
        ) from error
    tall = f"{height}px" if isinstance(height, int) else height
    if ";" in tall:
        raise OptionError(f'the height is a number or a length of CSS, not "{height}"')
    return Viewer(shown(obj, path), tall)

"""What the browser calls files and places in them, as what beamio's functions take."""

import os
import re
from typing import Any

from beamio.web.fence import Fence
from beamio.web.questions.flatfield import FlatFieldChoices

_SEPARATOR = "::"
_PLACES = ("reduced", "mask")
_VALUES = ("position", "flat_position", "dark_position", "current", "flat_current")
_NUMBERS = re.compile(r"[\s\d.,:+\-eETZ]+")


def place(fence: Fence, name: str) -> str:
    """Return where a place is: ``root/file``, ``root/file::/path`` or ``::/path``.

    The last one is in the file of the scan, wherever that is.

    Raises
    ------
    OutsideError, MissingFileError
        If the file lies outside of the fence.
    """
    if name.startswith(_SEPARATOR):
        return name
    whole = fence.path(name) if _SEPARATOR not in name else _if_there(fence, name)
    if whole is not None:
        return whole
    file, _, rest = name.partition(_SEPARATOR)
    return f"{fence.path(file)}{_SEPARATOR}{rest}"


def source(fence: Fence, file: str, path: str) -> str:
    """Return the place of an object in a file; of the file where there is no path."""
    found = fence.path(file)
    return f"{found}{_SEPARATOR}{path}" if path.strip("/") else found


def values(fence: Fence, name: str | None) -> str | None:
    """Return where numbers come from: a place, or what names none as it is.

    Examples
    --------
    >>> fence = Fence(())
    >>> [values(fence, name) for name in ("index", "@angle", "0, 500", None)]
    ['index', '@angle', '0, 500', None]
    """
    if name is None or name in {"number", "index"} or name.startswith("@"):
        return name
    return name if _NUMBERS.fullmatch(name) else place(fence, name)


def choices(fence: Fence, asked: FlatFieldChoices) -> dict[str, Any]:
    """Return choices with the files that are meant, as `FlatFieldOptions` take them."""
    found = asked.model_dump()
    for name in ("flats", "darks"):
        found[name] = [place(fence, each) for each in found[name]]
    for name in _PLACES:
        if found[name] is not None:
            found[name] = place(fence, found[name])
    for name in _VALUES:
        found[name] = values(fence, found[name])
    return found


def shown(fence: Fence, text: str) -> str:
    """Return a text in which files are called as the browser calls them."""
    for root in sorted(fence.roots, key=lambda root: -len(root.path)):
        whole = re.compile(re.escape(root.path) + r"(?=[/:;,\s]|$)")
        text = whole.sub(lambda _, name=root.name: name, text)  # type: ignore[misc] # name is bound
    return text


def _if_there(fence: Fence, name: str) -> str | None:
    found = fence.path(name)
    return found if os.path.lexists(found) else None

"""Links, given as h5py's objects or as text after a key with ``>``."""

from pathlib import Path
from typing import Any

import h5py
from h5py import h5l

from beamio.dictionary.keys import decoded
from beamio.errors import OptionError, UnreadableError
from beamio.model import DataUrl

Link = h5py.SoftLink | h5py.ExternalLink


def link_to(target: Any, file: str, above: tuple[str, ...]) -> Any:
    """Return what a key with ``>`` leads to, as silx's dicttonx takes it.

    Parameters
    ----------
    target
        ``path``, ``file::/path``, ``file?path=/path``, or an object of h5py.
    file, above
        The file and the names of the groups that the link is to lie in.

    Raises
    ------
    OptionError
        If it can't be a link.

    Examples
    --------
    >>> link_to("../data/x", "scan.h5", ("entry", "plot"))
    <SoftLink to "/entry/data/x">
    """
    if isinstance(target, Link | h5py.VirtualLayout):
        return target
    if not isinstance(target, str):
        raise OptionError(
            "the target of a link is text, as in file::/path, or a link of h5py"
        )
    if "::" not in target and "?path=" not in target:
        return h5py.SoftLink(_without_up(target, above) or "/")
    url = DataUrl.parse(target if "::" in target else f"silx:{target}")
    if url.selection is not None:
        raise OptionError("a link to a part is a virtual dataset: h5py.VirtualLayout")
    path = url.path or "/"
    if not url.file or Path(url.file).absolute() == Path(file).absolute():
        return h5py.SoftLink(path)
    return h5py.ExternalLink(url.file, path)


def _without_up(target: str, above: tuple[str, ...]) -> str:
    """Return a path without "..", which HDF5 does not follow."""
    parts = target.split("/")
    if ".." not in parts:
        return target
    found = [] if target.startswith("/") else list(above)
    for part in parts:
        if part == "..":
            if not found:
                raise OptionError(f"the link {target!r} leads above the root")
            found.pop()
        elif part not in {"", "."}:
            found.append(part)
    return "/" + "/".join(found)


def link_of(group: Any, name: bytes, kind: int) -> Any:
    """Return a link in a group as h5py's object.

    Raises
    ------
    UnreadableError
        If a program has defined the kind of link for itself.
    """
    if kind == h5l.TYPE_SOFT:
        return h5py.SoftLink(decoded(group.links.get_val(name)))
    if kind == h5l.TYPE_EXTERNAL:
        file, path = group.links.get_val(name)
        return h5py.ExternalLink(decoded(file), decoded(path))
    raise UnreadableError(f"{decoded(name)}: is a link of a kind that is not known")

"""The links that a path leads through."""

from contextlib import suppress
from typing import Any

import h5py
from h5py import h5g, h5i, h5l

from beamio.contents.links import MayOpen, anywhere, link_item
from beamio.formats.hdf5.peek import Link
from beamio.model import Item

_LINKS = 64
"""Links that are followed, at most: they may lead in a circle."""
_DAMAGE = (KeyError, OSError, RuntimeError, ValueError)


def chain(file: Any, path: str, *, may_open: MayOpen = anywhere) -> list[Item]:
    """Return the soft and external links on the way to an object, in their order.

    Parameters
    ----------
    file
        An open `h5py.File`; what is none has no links that are told of here.
    path
        Of the object in it.
    may_open
        Tells whether a linked file may be opened.

    Examples
    --------
    >>> with h5py.File(getfixture("tmp_path") / "scan.h5", "w") as file:
    ...     file["raw/data"] = [1, 2]
    ...     file["entry"] = h5py.SoftLink("/raw")
    ...     file["plot"] = h5py.SoftLink("/entry/data")
    ...     [f"{link.path} -> {link.link}" for link in chain(file, "/plot")]
    ['/plot -> /entry/data', '/entry -> /raw']
    """
    found: list[Item] = []
    if isinstance(file, h5py.File):
        with suppress(*_DAMAGE):
            _follow(file, path, found, may_open)
    return found


def _follow(file: Any, path: str, found: list[Item], may_open: MayOpen) -> None:
    """Go along a path name by name, and note the links; an error ends the way."""
    rest = _steps(path)
    here: list[str] = []
    while rest and len(found) < _LINKS:
        name = rest.pop()
        group = h5g.open(file.id, _bytes("/" + "/".join(here)))
        here.append(name)
        kind = group.links.get_info(_bytes(name)).type
        if kind == h5l.TYPE_HARD:
            continue
        lies_in = h5py.File(h5i.get_file_id(group))
        link = Link(_bytes(name), kind)
        item = link_item(group, link, "/" + "/".join(here), lies_in, may_open)
        found.append(item)
        if item.link is None or item.link.cause is not None:
            return
        if not item.link.file:
            target = item.link.path
            here = [] if target.startswith("/") else here[:-1]
            rest += _steps(target)


def _steps(path: str) -> list[str]:
    """Return the names in a path, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in {"", "."}]


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")

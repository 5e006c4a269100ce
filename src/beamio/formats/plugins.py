"""Formats of other packages: readers that register by the suffix of their files."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from typing import Any

from beamio.errors import BeamioError, UnreadableError
from beamio.formats.tree import Tree

GROUP = "beamio.formats"
"""Entry points of this group have a suffix, such as "mda", for a name."""


def plugin_for(path: str) -> EntryPoint | None:
    """Return the plug-in for the longest suffix of a file's name, if there is one.

    Raises
    ------
    UnreadableError
        If two packages are for the same suffix.
    """
    name = PurePath(path).name.lower()
    known = _plugins()
    ends = [name[i + 1 :] for i, letter in enumerate(name) if letter == "."]
    found = next((known[end] for end in ends if end in known), [])
    if len(found) > 1:
        raise UnreadableError(
            f"{path}: {' and '.join(map(_told, found))} read such files; remove one",
            place=path,
        )
    return found[0] if found else None


def open_with(plugin: EntryPoint, path: str) -> Tree:
    """Return what a plug-in makes of a file.

    Raises
    ------
    UnreadableError
        If the plug-in can't be imported, or raises what is no error of beamio, or
        gives no `Tree`.
    """
    try:
        found: Any = plugin.load()(path)
    except BeamioError:
        raise
    except Exception as error:  # a plug-in raises anything
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise UnreadableError(
            f"{path}: {_told(plugin)} can't read it ({reason.rstrip(': ')})",
            place=path,
        ) from error
    if not isinstance(found, Tree):
        raise UnreadableError(
            f"{path}: {_told(plugin)} gave a {type(found).__name__}, not a beamio.Tree",
            place=path,
        )
    return found


@cache
def _plugins() -> dict[str, list[EntryPoint]]:
    """Return the plug-ins for each suffix; nothing of them is imported."""
    found: dict[str, list[EntryPoint]] = {}
    for plugin in entry_points(group=GROUP):
        same = found.setdefault(plugin.name.lower().lstrip("."), [])
        if plugin.value not in {other.value for other in same}:  # of one on two paths
            same.append(plugin)
    return found


def _told(plugin: EntryPoint) -> str:
    package = plugin.dist.name if plugin.dist is not None else "an unknown package"
    return f"the plug-in {plugin.value} of {package}"

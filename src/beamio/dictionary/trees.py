"""Groups that are like h5py's, such as those of silx or of other formats."""

from typing import Any

import h5py
import numpy as np

from beamio.dictionary.keys import attribute_key, member_key
from beamio.dictionary.problems import Problems
from beamio.dictionary.read import Reading, Tree
from beamio.dictionary.restore import natural
from beamio.errors import BeamioError, UnreadableError

_ERRORS = (KeyError, OSError, RuntimeError, ValueError, TypeError)


def is_group(item: Any) -> bool:
    """Tell whether an object is a group by what it can do."""
    if isinstance(item, h5py.Group):  # whose attributes may be damaged
        return True
    return hasattr(item, "items") and hasattr(item, "attrs")


def read_tree(group: Any, how: Reading, problems: Problems) -> Tree:
    """Return a group of any kind as a dictionary.

    Parameters
    ----------
    group
        Has ``items()`` and ``attrs``; so have its groups, and its datasets ``shape``
        and ``[()]``.
    how, problems
        What is read, and what becomes of the places that can't be.
    """
    return _group(group, how, problems, ())


def _group(
    group: Any, how: Reading, problems: Problems, above: tuple[Any, ...]
) -> Tree:
    tree: Tree = {}
    _attributes(tree, "", group, how)
    for name in group:
        if how.excludes(name):
            continue
        place = f"{group.name.rstrip('/')}/{name}"
        try:
            link = _link(group, name) if how.links == "keep" else None
            if link is not None:
                tree[member_key(name)] = link
                continue
            item = group[name]
            if is_group(item):
                if len(above) + 1 == how.depth:
                    continue
                same = [one for one in (*above, group) if one == item]
                tree[member_key(name)] = (
                    h5py.SoftLink(same[0].name)
                    if same
                    else _group(item, how, problems, (*above, group))
                )
            else:
                tree[member_key(name)] = _value(item, how)
                _attributes(tree, name, item, how)
        except BeamioError as error:
            problems.meet(error)
        except _ERRORS as error:
            told = UnreadableError(f"{place}: can't be read ({error})", place=place)
            problems.meet(told, error)
    return tree


def _link(group: Any, name: str) -> Any:
    """Return a soft or an external link; None for anything else."""
    try:
        found = group.get(name, getlink=True)
    except TypeError:  # a group that knows no links
        return None
    return found if isinstance(found, h5py.SoftLink | h5py.ExternalLink) else None


def _value(item: Any, how: Reading) -> Any:
    return _plain(item[()], how)


def _plain(value: Any, how: Reading) -> Any:
    """Return a value as Python and NumPy have it; text as text."""
    if isinstance(value, np.ndarray | np.generic) and not isinstance(value, np.str_):
        value = natural(np.asarray(value))
    if isinstance(value, np.str_):
        value = str(value)
    return np.asarray(value) if how.asarray else value


def _attributes(tree: Tree, name: str, item: Any, how: Reading) -> None:
    if not how.attributes:
        return
    for attribute, value in item.attrs.items():
        key = attribute_key(name, attribute, how.attributes)
        tree[key] = _plain(value, Reading())

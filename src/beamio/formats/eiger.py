"""The images that the master file of an Eiger detector leads to."""

import re
from typing import Any

from beamio.view import natural_order

_GROUP = "entry/data"
_PART = re.compile(r"data_\d{6}")


def stacks_in(group: Any) -> list[Any]:
    """Return the stacks ``data_000001`` and so on of a group, or of a whole file.

    Examples
    --------
    >>> from beamio.formats.tree import Branch, Tree
    >>> parts = {"data_000002": [[[1]]], "data_000001": [[[2]]], "other": 1}
    >>> tree = Tree("master", Branch.of({"entry": {"data": parts}}))
    >>> [stack.name for stack in stacks_in(tree)]
    ['/entry/data/data_000001', '/entry/data/data_000002']
    """
    here = group.get(_GROUP) if group.name == "/" else group
    if here is None or hasattr(here, "dtype"):
        return []
    names = [name for name in here if _PART.fullmatch(name)]
    return [here[name] for name in sorted(names, key=natural_order)]

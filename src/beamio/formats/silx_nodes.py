"""The trees that silx makes of files, as branches and leaves."""

from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from beamio.formats.tree import ArrayValues, Branch, Entry, Leaf, Values


def array_values(node: Any) -> Values:
    """Return what a dataset of silx holds, which is in memory."""
    return ArrayValues(np.asarray(node[()], node.dtype))


def entry_of(
    parent: Any, name: str, values: Callable[[Any], Values] = array_values
) -> Entry:
    """Return the group, dataset or soft link of a name in a group of silx.

    `values` gives what a dataset holds.
    """
    node = parent.get(name, getlink=True)
    if isinstance(node, h5py.HardLink):
        node = parent[name]
    if hasattr(node, "target"):
        return h5py.SoftLink(node.path)
    if hasattr(node, "add_node"):
        members = {member: entry_of(node, member, values) for member in node}
        return Branch(members, attributes(node))
    return Leaf(values(node), attributes(node))


def attributes(node: Any) -> dict[str, Any]:
    """Return the attributes of a node, text as text."""
    return {name: _plain(value) for name, value in node.attrs.items()}


def _plain(value: Any) -> Any:
    is_text = isinstance(value, np.ndarray) and value.dtype == object and not value.ndim
    return value[()] if is_text else value

"""Files that are not HDF5, as trees of groups and datasets with h5py's manners."""

from beamio.formats.tree.branch import Branch, Entry, LazyMembers, Leaf, Members
from beamio.formats.tree.dataset import TreeDataset
from beamio.formats.tree.group import TreeGroup
from beamio.formats.tree.tree import Tree
from beamio.formats.tree.values import ArrayValues, PlainValues, SelectedValues, Values

__all__ = [
    "ArrayValues",
    "Branch",
    "Entry",
    "LazyMembers",
    "Leaf",
    "Members",
    "PlainValues",
    "SelectedValues",
    "Tree",
    "TreeDataset",
    "TreeGroup",
    "Values",
]

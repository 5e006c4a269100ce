"""What a file that is not HDF5 holds, told in HDF5's terms; whoever opens it says so.

A format is a function from a file to a `Branch`. The objects that a user holds, `Tree`,
`TreeGroup` and `TreeDataset`, only show branches and leaves with h5py's manners.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import h5py
import numpy as np

from beamio.formats.tree.values import ArrayValues, Values


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """An array and its attributes."""

    values: Values
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, attrs: Mapping[str, Any] | None = None) -> "Leaf":
        """Return a leaf of what `numpy.asarray` takes; text is kept as text.

        Examples
        --------
        >>> Leaf.of("counts").values.dtype, Leaf.of([1, 2]).values.shape
        (dtype('O'), (2,))
        """
        array = np.asarray(value)
        if array.dtype.kind == "U":
            array = array.astype(object)
        return cls(ArrayValues(array), attrs or {})


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Named entries and attributes."""

    members: "Members"
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, members: Mapping[str, Any], nx_class: str = "", **attrs: Any
    ) -> "Branch":
        """Return a branch of entries, mappings and values.

        Parameters
        ----------
        members
            Entries as they are, mappings as branches, anything else as leaves.
        nx_class
            The NeXus class, such as "NXentry".
        **attrs
            Further attributes.

        Examples
        --------
        >>> branch = Branch.of({"start": {"energy": 12.4}}, "NXentry", default="start")
        >>> branch.attrs
        {'NX_class': 'NXentry', 'default': 'start'}
        """
        if nx_class:
            attrs = {"NX_class": nx_class, **attrs}
        return cls({name: _entry(member) for name, member in members.items()}, attrs)


Entry: TypeAlias = Branch | Leaf | h5py.SoftLink | h5py.ExternalLink
"""What lies under a name."""

Members: TypeAlias = Mapping[str, Entry]
"""Entries by name; it may make them when they are asked for, as `LazyMembers`."""


class LazyMembers(Mapping[str, Entry]):
    """Entries that are made when they are asked for first.

    Parameters
    ----------
    makers
        For each name, what gives the entry.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Entry]]) -> None:
        self._makers = makers
        self._made: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def _entry(member: Any) -> Entry:
    if isinstance(member, Branch | Leaf | h5py.SoftLink | h5py.ExternalLink):
        return member
    if isinstance(member, Mapping):
        return Branch.of(member)
    return Leaf.of(member)

"""What an object of an HDF5 file is, as listings ask it of every object."""

from typing import Any, NamedTuple

import h5py
from h5py import h5a, h5d, h5g, h5o, h5s

from beamio.formats.hdf5.confined import check_growing
from beamio.formats.hdf5.element_type import element_type
from beamio.model import ElementType

LONGEST = 4096
"""Bytes of the longest text that is read of an attribute."""
_KEPT = 16
"""Types of elements that are remembered: most datasets have one of a few."""


class Link(NamedTuple):
    """A name in a group."""

    name: bytes
    kind: int
    """One of `h5py.h5l`'s TYPE_HARD, TYPE_SOFT, TYPE_EXTERNAL, or of a user's own."""


class Peek(NamedTuple):
    """What an object is."""

    kind: int
    """One of `h5py.h5o`'s TYPE_GROUP, TYPE_DATASET, TYPE_NAMED_DATATYPE."""
    address: int
    links: int
    """Names that it has in the file."""
    attributes: int
    texts: tuple[str, ...]
    """The attributes that were asked for; empty text for those that are no text."""
    group: Any = None
    """The open `h5py.h5g.GroupID` of a group."""
    type: ElementType | None = None
    shape: tuple[int, ...] | None = None
    maxshape: tuple[int | None, ...] | None = None
    is_elsewhere: bool = False
    """Whether its elements may lie in other datasets or files."""


def links_of(group: Any) -> list[Link]:
    """Return the links of an `h5py.h5g.GroupID`, in the order that libhdf5 keeps."""
    found: list[Link] = []

    def note(name: bytes, about: Any) -> None:  # which is another's a moment later
        found.append(Link(name, about.type))

    group.links.iterate(note, info=True)
    return found


class Peeker:
    """Looks at objects of files that are open, through h5py.

    Parameters
    ----------
    of_groups, of_datasets
        Names of the attributes with text that are wanted.
    """

    def __init__(
        self, of_groups: tuple[bytes, ...] = (), of_datasets: tuple[bytes, ...] = ()
    ) -> None:
        self.of_groups = of_groups
        self.of_datasets = of_datasets
        self.types: list[tuple[Any, ElementType]] = []
        """The types of elements that were met last, of an open `h5py.h5t.TypeID`."""

    def look(self, group: Any, name: bytes) -> Peek:
        """Return what lies under a name in an `h5py.h5g.GroupID`.

        Raises
        ------
        KeyError, OSError, RuntimeError, ValueError
            If it can't be read, as h5py says.
        """
        return self.look_at(h5o.open(group, name))

    def look_at(self, item: Any) -> Peek:
        """Return what an open object is."""
        about = h5o.get_info(item)
        number = h5a.get_num_attrs(item)
        facts = (int(about.type), int(about.addr), int(about.rc), number)
        if isinstance(item, h5g.GroupID):
            return Peek(*facts, _texts_of(item, self.of_groups), item)
        if not isinstance(item, h5d.DatasetID):
            return Peek(*facts, ())
        properties = item.get_create_plist()
        check_growing(item)
        space, kind = item.get_space(), item.get_type()
        empty = space.get_simple_extent_type() == h5s.NULL
        limits = () if empty else space.get_simple_extent_dims(maxdims=True)
        return Peek(
            *facts,
            _texts_of(item, self.of_datasets),
            None,
            self.remembered(kind),
            None if empty else item.shape,
            None if empty else tuple(None if n == h5s.UNLIMITED else n for n in limits),
            properties.get_layout() == h5d.VIRTUAL
            or properties.get_external_count() > 0,
        )

    def remembered(self, kind: Any) -> ElementType:
        """Return a type in words, and keep them."""
        words = element_type(kind)
        self.types.insert(0, (kind, words))
        del self.types[_KEPT:]
        return words


def _texts_of(item: Any, names: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(_text_of(item, name) for name in names)


def _text_of(item: Any, name: bytes) -> str:
    if not h5a.exists(item, name):
        return ""
    holder = h5py.Group if isinstance(item, h5g.GroupID) else h5py.Dataset
    try:
        value = holder(item).attrs[name.decode()]
    except (KeyError, OSError, RuntimeError, ValueError, TypeError):
        return ""
    if getattr(value, "size", 0) == 1:
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    return value[:LONGEST].rstrip() if isinstance(value, str) else ""

"""Attributes of an object, byte for byte and in their order."""

from collections.abc import Callable
from typing import Any

import numpy as np
from h5py import h5a, h5s, h5t

from beamio.model import Array
from beamio.repack.references import References, is_in_heap

TypeInCopy = Callable[[Any], Any]
"""Gives the type to use in the copy for a type of the source."""


def attribute_names(item: Any) -> list[bytes]:
    """Return the names of an object's attributes, in the order of their making.

    They are in alphabetical order where the file does not tell that.
    """
    names: list[bytes] = []
    h5a.iterate(item, names.append)
    # Without tracking, libhdf5 tells where in the header they happen to be.
    if is_order_tracked(item):
        order = {name: int(h5a.get_info(item, name).corder) for name in names}
        names.sort(key=order.__getitem__)
    else:
        names.sort()
    return names


def is_order_tracked(item: Any) -> bool:
    """Tell whether a group or dataset notes the order of its attributes."""
    if isinstance(item, h5t.TypeID):
        return False
    return bool(item.get_create_plist().get_attr_creation_order())


def copy_attributes(
    source: Any, target: Any, type_in_copy: TypeInCopy, references: References
) -> None:
    """Give `target` the attributes of `source`; both are of `h5py.h5i`'s kinds."""
    for name in attribute_names(source):
        attribute = h5a.open(source, name)
        kind, space = attribute.get_type(), attribute.get_space()
        made = h5a.create(target, name, type_in_copy(kind), space)
        if space.get_simple_extent_type() == h5s.NULL or not space.get_select_npoints():
            continue
        values, memory = read_attribute(attribute)
        made.write(references.translated(values, source), mtype=memory)


def read_attribute(attribute: Any) -> tuple[Array, Any]:
    """Return the values of an attribute, and their type in memory.

    The values are bytes, unless they lie elsewhere in the file, as text of any length.
    """
    kind, shape = attribute.get_type(), attribute.get_space().shape
    if not is_in_heap(kind):
        raw = np.empty(shape, np.dtype((np.void, kind.get_size())))
        attribute.read(raw, mtype=kind)
        return raw, kind
    values = np.empty(shape, kind.dtype)
    memory = h5t.py_create(values.dtype)
    attribute.read(values, mtype=memory)
    return values, memory

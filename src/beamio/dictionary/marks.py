"""The attributes that tell what HDF5 data alone do not."""

MARK = "beamio_type"
"""Name of the attribute with the mark of a dataset, or of a group of a list's items."""
PREFIX = f"{MARK}."
"""Before the name of an attribute: the attribute with the mark of that one."""
UNITS = "units"
"""The attribute that says the units of a quantity, as in NeXus."""


def is_mark(name: str) -> bool:
    """Tell whether an attribute of that name is a mark.

    Examples
    --------
    >>> is_mark("beamio_type"), is_mark("beamio_type.axes"), is_mark("beamio_types")
    (True, True, False)
    """
    return name == MARK or name.startswith(PREFIX)


def mark_of(attribute: str) -> str:
    """Return the name of the attribute with the mark of an attribute."""
    return PREFIX + attribute

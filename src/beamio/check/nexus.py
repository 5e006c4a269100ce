"""NeXus mistakes that keep a plot from showing."""

from typing import Any

from beamio.check.notes import BROKEN, Notes
from beamio.formats.plot import plot_problems


def check_group(path: str, group: Any, notes: Notes) -> None:
    """Note what keeps a viewer from the plot of a group, HDF5 or of a tree."""
    try:
        problems = list(plot_problems(group))
    except BROKEN:
        return  # whoever reads the attributes says why
    for message, remedy in problems:
        notes.warning("NeXus", path, message, remedy)

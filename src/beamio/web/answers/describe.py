"""Facts about one object."""

from contextlib import suppress
from typing import Any

import h5py

from beamio.contents import chain, way_to
from beamio.contents.hdf5 import Walk
from beamio.contents.trees import item_of
from beamio.formats.plot import plot_way
from beamio.model import Item, Kind
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.attributes import attributes_of
from beamio.web.answers.curve import plotted
from beamio.web.answers.reading import Reading
from beamio.web.questions.question import OfFile, OfObject

_OUTSIDE = 1000
"""Virtual sources and raw files that are named, at most."""
_MEMBERS = 2000
"""Members of a group that are looked through for what is plotted, at most."""
_UNREADABLE = (OSError, KeyError, RuntimeError, ValueError, TypeError)


def describe(reading: Reading, asked: OfObject) -> Answer:
    """Return what an object is, how it is stored and read, and its attributes."""
    with reading.file(asked.file) as file:
        item = _item(reading, file, asked.path)
        facts = item.facts()
        if len(item.outside) > _OUTSIDE:
            facts["outside"] = facts["outside"][:_OUTSIDE]
            facts["outside_total"] = len(item.outside)
        if item.kind is Kind.GROUP and (item.members or 0) <= _MEMBERS:
            facts["plots"] = plotted(reading.inside(file, asked.path))
        if asked.file not in reading.held:
            facts["located"] = reading.fence.path(asked.file)
        links = chain(file, asked.path, may_open=reading.may_open)
        found = reading.inside(file, asked.path)
        return as_json(
            {
                **facts,
                "name": item.name,
                "chain": [{"name": each.name, **each.facts()} for each in links],
                "way": _way(found, item),
                "attribute_values": attributes_of(found),
            }
        )


def _item(reading: Reading, file: Any, path: str) -> Item:
    if not isinstance(file, h5py.HLObject):
        return item_of(reading.inside(file, path))
    if path in {"", "/"}:
        path = file.name or path
    return Walk(file.file, details=True, may_open=reading.may_open).item(path)


def _way(found: Any, item: Item) -> dict[str, str] | None:
    """Return what reads the values of a dataset, and why if not the engine."""
    if item.type is None:
        return None
    with suppress(*_UNREADABLE):
        way, why = way_to(found)
        return {"name": str(way), "why": why}
    return None


def plot(reading: Reading, asked: OfFile) -> Answer:
    """Return where the default plot of a file lies, and the way there."""
    with reading.file(asked.file) as file:
        way = plot_way(file)
        return as_json(
            {
                "signal": None if way.signal is None else way.signal.name,
                "shape": None if way.signal is None else way.signal.shape,
                "group": None if way.group is None else way.group.name,
                "steps": [
                    {"path": step.path, "message": step.message, "remedy": step.remedy}
                    for step in way.steps
                ],
            }
        )

"""Facts about one object."""

from beamio.formats.plot import plot_way
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.curve import plotted
from beamio.web.answers.reading import Reading
from beamio.web.questions.question import OfFile, OfObject


def describe(reading: Reading, asked: OfObject) -> Answer:
    """Return what an object is, how it is stored, and its attributes."""
    item = next(reading.contents(asked.file, asked.path, depth=0, details=True))
    with reading.item(asked.file, asked.path) as found:
        attributes = {name: found.attrs[name] for name in found.attrs}
        plots = None if hasattr(found, "dtype") else plotted(found)
    about = {**item.facts(), "name": item.name, "attribute_values": attributes}
    return as_json(about if plots is None else {**about, "plots": plots})


def plot(reading: Reading, asked: OfFile) -> Answer:
    """Return where the default plot of a file lies, and the way there."""
    with reading.file(asked.file) as file:
        way = plot_way(file)
        return as_json(
            {
                "signal": None if way.signal is None else way.signal.name,
                "group": None if way.group is None else way.group.name,
                "steps": [
                    {"path": step.path, "message": step.message, "remedy": step.remedy}
                    for step in way.steps
                ],
            }
        )

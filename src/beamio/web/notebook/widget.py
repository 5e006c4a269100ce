"""The widget: what the front end of a notebook loads, and the desk that answers it."""

from typing import Any

import traitlets
from anywidget import AnyWidget

from beamio.errors import BeamioError
from beamio.formats.outline import html_of
from beamio.web.answers.reading import Reading
from beamio.web.notebook import bundle
from beamio.web.notebook.cells import Shows, running
from beamio.web.notebook.desk import Desk
from beamio.web.notebook.shown import Shown

_SHOWS = Shows()
"""Of all cells of the kernel."""


class Viewer(AnyWidget):
    """The viewer in a cell.

    Parameters
    ----------
    shown
        What it shows.
    height
        As CSS writes it.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode("600px").tag(sync=True)
    """Of the viewer, as CSS writes it."""
    bundle = traitlets.Unicode().tag(sync=True)
    """Which viewer it is that the front end asks for, unless it has it."""

    def __init__(self, shown: Shown, height: str) -> None:
        super().__init__(_esm=bundle.stub(), height=height, bundle=bundle.digest())
        self._desk = Desk(shown, self.send)
        self.on_msg(self._heard)
        _SHOWS.add(self, running())

    def _heard(self, _: Any, message: Any, __: Any) -> None:
        self._desk.hear(message)

    def close(self) -> None:
        """Take it off the page, and forget what it shows."""
        if hasattr(self, "_desk"):
            self._desk.close()
        super().close()

    def __repr__(self) -> str:
        return f"<beamio.view of {', '.join(self._desk.shown.names) or 'nothing'}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the widget, and what is shown of it where no kernel runs."""
        found = super()._repr_mimebundle_(**kwargs)
        if found is None:
            return None
        data, about = found
        data = {**data, "text/plain": repr(self)}
        outline = self._outline()
        return ({**data, "text/html": outline} if outline else data), about

    def _outline(self) -> str | None:
        """Return what the page opens with as HTML without scripts."""
        shown = self._desk.shown
        start = shown.start
        if start is None:
            return None
        reading = Reading(shown.fence, shown.held)
        try:
            with reading.item(start["file"], start.get("path", "/")) as found:
                return html_of(found)
        except (BeamioError, OSError, KeyError, ValueError, RuntimeError):
            return None  # the page itself says why
        finally:
            reading.close()

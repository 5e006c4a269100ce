"""Which cell runs: what it showed the last time is over when it runs again.

The registry of ipywidgets keeps each widget, and so the arrays that it shows, until it
is closed. Nobody closes those of a cell that is run again and again.
"""

import sys
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a cell."""

    cell: str
    number: str
    """Of the message that asked for it."""


@dataclass(slots=True)
class Shows:
    """What cells show, each since its last run."""

    _by_cell: dict[str, tuple[str, WeakSet[Any]]] = field(default_factory=dict)

    def add(self, widget: Any, run: Run | None) -> None:
        """Note what a cell shows, and close what it showed in an earlier run."""
        if run is None:
            return
        number, widgets = self._by_cell.get(run.cell, (run.number, WeakSet()))
        if number != run.number:
            for each in list(widgets):
                each.close()
            widgets = WeakSet()
        widgets.add(widget)
        self._by_cell[run.cell] = (run.number, widgets)


def running() -> Run | None:
    """Return the cell that runs; None if the front end does not say which it is."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    parent: dict[str, Any] = getattr(kernel, "get_parent", dict)()
    about, header = parent.get("metadata") or {}, parent.get("header") or {}
    cell, number = about.get("cellId"), header.get("msg_id")
    return Run(str(cell), str(number)) if cell and number else None

"""Where those who look at a file write down what they find."""

from collections import Counter
from dataclasses import asdict

from beamio.check.report import ERROR, NOTE, WARNING, Dependency, Finding
from beamio.engine.answering import Tell
from beamio.errors import BeamioError
from beamio.formats.hdf5.opening import reason

BROKEN = (OSError, RuntimeError, KeyError, TypeError, ValueError, OverflowError)
"""What h5py, fabio and beamio raise where a file is damaged."""


class Notes:
    """Passes on what is found at once, so that a crash loses nothing.

    Parameters
    ----------
    tell
        Called with the name of a fact and the fact, which JSON can hold.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._needed: set[tuple[str, str]] = set()
        self.looked_at: Counter[str] = Counter()

    def at(self, path: str, *, deep: int = 0) -> None:
        """Tell which object is looked at, and that the work goes on.

        `deep` is how many bytes of values were decoded since the last time.
        """
        self.looked_at["bytes"] += deep
        self._tell("at", [path, self.looked_at["bytes"]])

    def error(self, kind: str, path: str, message: str, remedy: str = "") -> None:
        """Note that data are lost, or can't be read."""
        self.note(Finding(ERROR, kind, path, message, remedy))

    def warning(self, kind: str, path: str, message: str, remedy: str = "") -> None:
        """Note that something does not work as its writer meant it."""
        self.note(Finding(WARNING, kind, path, message, remedy))

    def remark(self, kind: str, path: str, message: str, remedy: str = "") -> None:
        """Note something that is no problem."""
        self.note(Finding(NOTE, kind, path, message, remedy))

    def note(self, finding: Finding) -> None:
        """Note a finding."""
        self._tell("finding", asdict(finding))

    def needs(self, kind: str, name: str, path: str, *, found: bool) -> None:
        """Note something outside the file, once."""
        if (kind, name) not in self._needed:
            self._needed.add((kind, name))
            self._tell("dependency", asdict(Dependency(kind, name, path, found)))


def told(error: BaseException) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, BeamioError):
        return error.message
    return reason(str(error.args[0] if error.args else error)) or type(error).__name__


def after_place(error: BaseException, *places: str) -> str:
    """Return what an error says, without the place that it begins with."""
    message = told(error)
    for place in places:
        message = message.removeprefix(f"{place}: ")
    return message

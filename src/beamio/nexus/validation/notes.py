"""Where findings are noted while a file is looked at."""

from beamio.nexus.validation.report import ADVICE, ERROR, NOTE, WARNING, Finding

BROKEN = (OSError, RuntimeError, KeyError, TypeError, ValueError)
"""What h5py raises of what is damaged, or of a type that it can't read."""

_ORDER = {ERROR: 0, WARNING: 1, ADVICE: 2, NOTE: 3}


class Notes:
    """Findings of one entry, each of them once."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(
        self, path: str, message: str, remedy: str = "", *, is_strict: bool = True
    ) -> None:
        """Note an error, or a warning where practice differs, too."""
        severity = ERROR if is_strict else WARNING
        self._found[Finding(severity, path, message, remedy)] = None

    def advise(self, path: str, message: str, remedy: str = "") -> None:
        """Note what is not to the letter of a definition, for a reason that is told."""
        self._found[Finding(ADVICE, path, message, remedy)] = None

    def note(self, path: str, message: str, remedy: str = "") -> None:
        """Note what is worth knowing."""
        self._found[Finding(NOTE, path, message, remedy)] = None

    def ordered(self) -> tuple[Finding, ...]:
        """Return what was noted, the worst first."""
        return tuple(sorted(self._found, key=lambda each: _ORDER[each.severity]))

"""What is wrong with a file, and what it needs from others."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing."""

    severity: str
    """"error": data are lost or can't be read; "warning": something does not work as
    its writer meant it; "note": all is well, but know this."""
    kind: str
    """In one or two words, such as "dangling link"."""
    path: str
    """The object in the file; empty for the file itself."""
    message: str
    remedy: str = ""
    """What to do about it."""
    chunks: tuple[tuple[int, ...], ...] = ()
    """The first element of each chunk that is damaged."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something outside the file that is needed to read it in full."""

    kind: str
    """"external link", "virtual source", "raw file", "filter"."""
    name: str
    """As the file names it."""
    path: str
    """The first object that needs it."""
    found: bool


@dataclass(slots=True)
class CheckReport:
    """What is wrong with a file; true if something is."""

    file: str
    format: str = ""
    """Such as "HDF5"."""
    findings: list[Finding] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    looked_at: dict[str, int] = field(default_factory=dict)
    """How many groups, datasets, links, chunks, and bytes of values."""
    is_readable: bool = True
    """Whether it could be looked at to its end."""
    seconds: float = 0.0

    @property
    def problems(self) -> list[Finding]:
        """The errors and warnings."""
        return [each for each in self.findings if each.severity != NOTE]

    @property
    def status(self) -> int:
        """0 if all is well, 1 if there are problems, 2 if it can't be read."""
        if not self.is_readable:
            return 2
        return int(bool(self.problems))

    def __bool__(self) -> bool:
        return self.status != 0

    def facts(self) -> dict[str, Any]:
        """Return all of it, for JSON."""
        return {**asdict(self), "status": self.status}

    def add_fact(self, name: str, facts: Any) -> None:
        """Add what a child process tells: as JSON, by the name of what it is."""
        if name == "finding":
            chunks = tuple(map(tuple, facts.pop("chunks")))
            self.findings.append(Finding(**facts, chunks=chunks))
        elif name == "dependency":
            self.dependencies.append(Dependency(**facts))
        elif name == "summary":
            self.format, self.is_readable, self.looked_at = facts


def order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the worst first."""
    rank = {ERROR: 0, WARNING: 1, NOTE: 2}
    return sorted(findings, key=lambda each: rank[each.severity])

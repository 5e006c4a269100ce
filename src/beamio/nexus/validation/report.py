"""What a validation finds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from beamio.formats.plot import Step

ERROR, WARNING, ADVICE, NOTE = "error", "warning", "advice", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that differs from a definition, or is worth knowing."""

    severity: str
    """"error": against the definition; "warning": recommended, deprecated or against
    a base class where practice differs, too; "advice": not to the letter of the
    definition, but what the file says of it leaves no doubt; "note": not known to
    the definition."""
    path: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class EntryReport:
    """What was found of an entry, or of the group that was named."""

    path: str
    definition: str
    """What it was compared with: an application definition, else its class."""
    is_declared: bool
    """Whether the file names this definition itself."""
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What is against the definition."""
        return self._of(ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is recommended otherwise."""
        return self._of(WARNING)

    @property
    def advice(self) -> tuple[Finding, ...]:
        """What is not to the letter, and tells why."""
        return self._of(ADVICE)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What the definition does not know."""
        return self._of(NOTE)

    @property
    def is_valid(self) -> bool:
        """Whether nothing is against the definition."""
        return not self.errors

    def _of(self, severity: str) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity == severity)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was found of a file; its entries, and the way to its default plot."""

    url: str
    release: str
    """Of the definitions, such as "v2026.01"."""
    entries: tuple[EntryReport, ...]
    plot: tuple[Step, ...]
    """The way to the default plot; the last step says what is plotted, or why not."""
    has_plot: bool

    @property
    def is_valid(self) -> bool:
        """Whether all entries are what their definitions say."""
        return all(entry.is_valid for entry in self.entries)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "ValidationReport":
        """Return the report of which these are the `facts`."""
        entries = tuple(
            EntryReport(
                each["path"],
                each["definition"],
                each["is_declared"],
                tuple(Finding(**finding) for finding in each["findings"]),
            )
            for each in facts["entries"]
        )
        plot = tuple(Step(**step) for step in facts["plot"])
        return cls(facts["url"], facts["release"], entries, plot, facts["has_plot"])

    def facts(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it."""
        entries = [
            {**asdict(entry), "is_valid": entry.is_valid} for entry in self.entries
        ]
        return {**asdict(self), "entries": entries, "is_valid": self.is_valid}

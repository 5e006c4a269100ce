"""What there is to tell of a job."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """A job, as it is now."""

    id: str
    kind: str
    title: str
    """In words, with the name of the file."""
    command: str
    """The shell command that does the same."""
    output: str | None
    """Where the result is to be."""
    state: State = "waiting"
    stage: str = ""
    """What is being done, such as "correcting"."""
    done: int = 0
    total: int = 0
    """Steps of the stage; 0 if nobody knows."""
    nbytes: int = 0
    """Bytes moved in the stage."""
    rate: float | None = None
    """Bytes in a second."""
    seconds_left: float | None = None
    """Of the stage."""
    message: str = ""
    """Why it failed, in a sentence."""
    created: float = 0.0
    """Seconds since 1970."""
    started: float | None = None
    ended: float | None = None
    log_lines: int = 0
    """Lines of the log so far."""
    result: dict[str, Any] | None = None
    """The report of a job that is done."""
    opens: dict[str, str] | None = None
    """File and path of the result, as questions take them."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state in {"done", "failed", "cancelled"}

    def facts(self) -> dict[str, Any]:
        """Return all of it, for JSON."""
        return asdict(self)

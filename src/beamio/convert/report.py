"""What a conversion has done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A source that is in the output."""

    source: str
    """As it was given."""
    files: tuple[str, ...]
    """The files that were read."""
    path: str
    """Where it is in the output."""
    datasets: int
    frames: int
    nbytes: int
    """Bytes of the values."""
    notes: tuple[str, ...] = ()
    """What was skipped or padded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A source that could not be converted."""

    source: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertReport:
    """What a conversion has done."""

    output: str
    converted: tuple[Converted, ...]
    failed: tuple[Failed, ...]
    nbytes: int
    """Bytes of the values."""
    bytes_after: int
    """By how much the output has grown."""
    seconds: float
    verified: bool
    deleted: tuple[str, ...] = ()
    """Sources that were removed."""
    undeleted: tuple[Failed, ...] = ()
    """Sources that were to be removed and are still there, and why."""
    written: tuple[str, ...] = ()
    """The files that were written, if the output is not HDF5."""

    @property
    def frames(self) -> int:
        """Images, of all sources."""
        return sum(source.frames for source in self.converted)

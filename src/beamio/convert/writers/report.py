"""What was written, and what was not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from beamio.engine import Progress, check_output
from beamio.errors import OptionError, OutputError, OutputExistsError
from beamio.view import count


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesReport:
    """What writing files has done."""

    source: str
    output: str
    """The file, or the pattern, as it was asked for."""
    files: tuple[str, ...]
    """The files that are complete."""
    failures: tuple[tuple[str, str], ...]
    """What could not be written: the place, and why."""
    notes: tuple[str, ...]
    """What a user should know of values that are in another form than before."""
    datasets: int
    """Datasets that were written, or parts of them."""
    frames: int
    """Images that were written."""
    nbytes: int
    """Bytes of values, decoded."""
    seconds: float
    verified: bool
    """Whether each file was read back and compared."""


@dataclass(slots=True)
class Log:
    """What has happened so far."""

    inputs: tuple[str, ...]
    overwrite: bool
    progress: Progress
    dry_run: bool = False
    taken: frozenset[str] = frozenset()
    """Files of this job that were written before from other sources."""
    files: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    datasets: int = 0
    frames: int = 0
    nbytes: int = 0

    def check(self, outputs: Sequence[str]) -> bool:
        """Make sure that all files may be written, before the first of them is.

        Returns
        -------
        bool
            Whether they shall be; not if it is only to be told which they are.

        Raises
        ------
        OutputError
            If one may not; as `check_output`.
        """
        there = []
        for output in outputs:
            if output in self.taken:
                raise OptionError(
                    f"{output}: was written from another source already; tell the "
                    "files apart with %s in the name",
                    place=output,
                )
            try:
                check_output(output, overwrite=self.overwrite, inputs=self.inputs)
            except OutputExistsError:
                there.append(output)
        if len(there) == 1:
            check_output(there[0])
        if there:
            raise OutputExistsError(
                f"{there[0]}: exists already, and so do {len(there) - 1:,} more of "
                f"{len(outputs):,}; give another name or --overwrite",
                place=there[0],
            )
        if self.dry_run:
            self.files += outputs
        return not self.dry_run

    def stopped(self, error: OutputError, total: int) -> OutputError:
        """Return the error that says what is complete all the same."""
        if not self.files:
            return error
        complete = count(len(self.files), "file")
        return type(error)(
            f"{error}; {complete} of {total:,} are complete and stay",
            place=error.place,
        )

"""How far a job is, told to whoever shows it."""

from typing import Protocol


class Progress(Protocol):
    """Called after each step of a job, always from the thread that runs it."""

    def __call__(self, stage: str, done: int, total: int, nbytes: int) -> None:
        """Take note of a step.

        Parameters
        ----------
        stage
            What is being done, such as "correcting".
        done, total
            Steps of this stage that are finished, and all of them; 0 if nobody knows.
        nbytes
            Bytes moved by the finished steps.
        """


def ignore_progress(stage: str, done: int, total: int, nbytes: int) -> None:
    """Show nothing."""

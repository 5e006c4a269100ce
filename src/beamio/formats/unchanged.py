"""Whether files are as they were when work on them began."""

import os
from collections.abc import Iterable
from typing import TypeAlias

from beamio.errors import DamagedFileError

States: TypeAlias = dict[str, tuple[int, int]]
"""What changes when somebody writes files, by name."""

_GONE = (-1, -1)


def states_of(files: Iterable[str]) -> States:
    """Return how files are now."""
    return {file: _state(file) for file in files}


def check_unchanged(states: States) -> None:
    """Make sure that files are as they were.

    Raises
    ------
    DamagedFileError
        If one has changed.
    """
    for path, state in states.items():
        if _state(path) != state:
            raise DamagedFileError(
                f"{path}: was changed while it was copied; "
                "wait for its writer to finish",
                place=path,
            )


def _state(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 (one call for each of many files)
    except FileNotFoundError:
        return _GONE
    return status.st_size, status.st_mtime_ns

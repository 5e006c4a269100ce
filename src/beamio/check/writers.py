"""Which processes of this machine have a file open for writing."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")


def writers_of(path: str) -> set[int]:
    """Return the processes that have a file open for writing, as far as can be seen.

    Those of other users can't, nor those of other machines.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "a"
    >>> with path.open("w"):
    ...     writers_of(str(path)) == {os.getpid()}
    True
    >>> writers_of(str(path))
    set()
    """
    try:
        wanted = os.stat(path)  # noqa: PTH116 (any bytes)
    except OSError:
        return set()
    return {
        process
        for process, descriptor in _descriptors()
        if _is_written(process, descriptor, (wanted.st_dev, wanted.st_ino))
    }


def _descriptors() -> Iterator[tuple[int, str]]:
    """Yield each process and its descriptors."""
    with suppress(OSError):
        for process in filter(str.isdecimal, os.listdir(_PROCESSES)):  # noqa: PTH208 (names)
            with suppress(OSError):
                for descriptor in os.listdir(_PROCESSES / process / "fd"):  # noqa: PTH208 (as above)
                    yield int(process), descriptor


def _is_written(process: int, descriptor: str, wanted: tuple[int, int]) -> bool:
    try:
        found = (_PROCESSES / str(process) / "fd" / descriptor).stat()
        if (found.st_dev, found.st_ino) != wanted:
            return False
        about = (_PROCESSES / str(process) / "fdinfo" / descriptor).read_text("ascii")
    except OSError:  # it has just closed it
        return False
    flags = next(line for line in about.splitlines() if line.startswith("flags:"))
    return int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY

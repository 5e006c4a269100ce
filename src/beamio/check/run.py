"""Have files looked at by another process, which a damaged one may end."""

import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

from beamio.check.report import ERROR, CheckReport, Finding
from beamio.engine import Progress, ignore_progress, usable_threads
from beamio.engine.asking import Child, ChildDiedError
from beamio.errors import OptionError

_PATIENCE = 60.0
"""Seconds of computing without a word, after which a process is given up."""
_MODULE = "beamio.check.child"


def check(
    file: str | os.PathLike[str],
    *,
    deep: bool = False,
    threads: int | None = None,
    patience: float = _PATIENCE,
    progress: Progress = ignore_progress,
) -> CheckReport:
    """Return what would go wrong with a file of any format that `open` knows.

    Parameters
    ----------
    file
        ``file``, or ``file::/path`` for a part of it; a series of images, too.
    deep
        Whether to read and decode all values, which tells damaged chunks.
    threads
        How many decode; None for as many as may be used.
    patience
        Seconds of computing on one object after which libhdf5 is taken to be caught in
        a loop.
    progress
        Called as objects are looked at; its bytes are those that were decoded.

    Returns
    -------
    CheckReport
        True if something is wrong; what can't be read is a finding, not an error.

    Raises
    ------
    OptionError
        If an option has a value that can't be used.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "scan.h5"
    >>> with h5py.File(path, "w") as file:
    ...     file["plot"] = h5py.SoftLink("/entry/data")
    >>> report = check(path)
    >>> [(each.kind, each.path) for each in report.problems]
    [('dangling link', '/plot')]
    """
    (report,) = check_files(
        [file], deep=deep, threads=threads, patience=patience, progress=progress
    )
    return report


def check_files(
    files: Iterable[str | os.PathLike[str]],
    *,
    deep: bool = False,
    threads: int | None = None,
    patience: float = _PATIENCE,
    progress: Progress = ignore_progress,
) -> Iterator[CheckReport]:
    """Yield what `check` returns for each of several files."""
    usable_threads(threads)
    if not patience > 0:
        raise OptionError(f"patience must be more than 0 seconds, not {patience}")
    options = {"deep": deep, "threads": threads, "patience": patience}
    with Child(_MODULE) as child:
        for file in files:
            start = time.perf_counter()
            job = {"url": os.fsdecode(file), **options}
            report = _looked_at(child, job, progress)
            report.seconds = time.perf_counter() - start
            yield report


def _looked_at(child: Child, job: dict[str, Any], progress: Progress) -> CheckReport:
    """Return what there is to tell of one file."""
    report, place = CheckReport(job["url"]), ""
    done, nbytes = 0, 0

    def tell() -> None:
        progress("looking at objects", done, 0, nbytes)

    try:
        for name, fact in child.answers(job, tell):
            if name == "at":
                place, nbytes = fact
                done += 1
                tell()
                continue
            report.add_fact(name, fact)
    except ChildDiedError as death:
        report.is_readable = False
        report.findings.append(_of_death(death, place))
    return report


def _of_death(death: ChildDiedError, place: str) -> Finding:
    if death.is_loop:
        kind, what = "endless loop", "reading it does not come to an end"
    else:
        kind = "crash"
        what = f"libhdf5 crashes on this file ({death.how})"
    where = f", at {place}" if place else ""
    return Finding(
        ERROR,
        kind,
        place,
        f"{what}{where}; the rest was not checked",
        "the file is damaged: do not open it in a program with unsaved work",
    )

"""Have files looked at by another process, which a damaged one may end."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Self

from beamio.check.report import ERROR, CheckReport, Finding
from beamio.engine import Progress, ignore_progress, usable_threads
from beamio.errors import OptionError, UnreadableError

_PATIENCE = 60.0
"""Seconds of computing without a word, after which a process is given up."""
_LOOK = 0.2
"""Seconds between looks at whether the user has lost patience."""


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
    with _Child() as child:
        for file in files:
            start = time.perf_counter()
            report = child.look({"url": os.fsdecode(file), **options}, progress)
            report.seconds = time.perf_counter() - start
            yield report


class _Child:
    """The process that looks; a new one takes over if it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def look(self, job: dict[str, Any], progress: Progress) -> CheckReport:
        """Return what there is to tell of one file."""
        process = self._process = self._process or self._started()
        report, place = CheckReport(job["url"]), ""
        done, nbytes = 0, 0

        def tell() -> None:
            progress("looking at objects", done, 0, nbytes)

        with suppress(BrokenPipeError):
            self._send(process, job)
            for name, fact in self._answers(process, tell):
                if name == "at":
                    place, nbytes = fact
                    done += 1
                    tell()
                    continue
                report.add_fact(name, fact)
                if name == "summary":
                    return report
        self._note_death(report, place, process)
        return report

    def _started(self) -> subprocess.Popen[bytes]:
        self._buffer = b""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "beamio.check.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for this process, which ends that one
        )

    def _send(self, process: subprocess.Popen[bytes], job: dict[str, Any]) -> None:
        if process.stdin is None:
            raise UnreadableError("the process that checks files has no input")
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()

    def _answers(
        self, process: subprocess.Popen[bytes], tell: Callable[[], None]
    ) -> Iterator[tuple[str, Any]]:
        """Yield what the process tells, until it ends."""
        if process.stdout is None:
            return
        number = process.stdout.fileno()
        while True:
            line, separator, rest = self._buffer.partition(b"\n")
            if separator:
                self._buffer = rest
                name, fact = json.loads(line)
                yield name, fact
                continue
            if not select.select([number], [], [], _LOOK)[0]:
                tell()
                continue
            data = os.read(number, 1 << 16)
            if not data:
                return
            self._buffer += data

    def _note_death(
        self, report: CheckReport, place: str, process: subprocess.Popen[bytes]
    ) -> None:
        report.is_readable = False
        code = process.wait()
        self._end()
        if code == -signal.SIGPROF:
            kind, what = "endless loop", "reading it does not come to an end"
        else:
            kind = "crash"
            what = f"libhdf5 crashes on this file ({_named(code)})"
        where = f", at {place}" if place else ""
        finding = Finding(
            ERROR,
            kind,
            place,
            f"{what}{where}; the rest was not checked",
            "the file is damaged: do not open it in a program with unsaved work",
        )
        report.findings.append(finding)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _named(code: int) -> str:
    """Return how a process ended, in words.

    Examples
    --------
    >>> _named(-11), _named(3)
    ('SIGSEGV', 'exit status 3')
    """
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"

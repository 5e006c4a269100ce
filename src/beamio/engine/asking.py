"""Ask another process, which may die of what it is given.

libhdf5 and others may crash, or not come to an end, where a file is damaged. The other
process is ``python -m`` of a module that calls `beamio.engine.answering.answer_jobs`.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Self

_LOOK = 0.2
"""Seconds between looks at whether the user has lost patience."""


class ChildDiedError(Exception):
    """The other process ended before it had answered.

    Parameters
    ----------
    code
        As `subprocess.Popen.returncode`.
    """

    def __init__(self, code: int) -> None:
        super().__init__(named(code))
        self.is_loop = code == -signal.SIGPROF
        """Whether it was given up, as it did not come to an end."""
        self.how = named(code)
        """How it ended, such as "SIGSEGV"."""


class Child:
    """A process that does jobs; a new one takes over if it has died.

    Parameters
    ----------
    module
        Its main module.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def answers(
        self, job: Mapping[str, Any], waiting: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[str, Any]]:
        """Yield what the process tells of a job, of which "summary" is the last.

        Parameters
        ----------
        job
            What to do, as JSON holds it.
        waiting
            Called now and then while it tells nothing; may raise.

        Raises
        ------
        ChildDiedError
            If the process ends first.
        """
        process = self._process = self._process or self._started()
        with suppress(BrokenPipeError):
            self._send(process, job)
        for name, fact in self._told(process, waiting):
            yield name, fact
            if name == "summary":
                return
        code = process.wait()
        self._end()
        raise ChildDiedError(code)

    def _started(self) -> subprocess.Popen[bytes]:
        self._buffer = b""
        return subprocess.Popen(  # noqa: S603 (a module of this package)
            [sys.executable, "-P", "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for this process, which ends that one
        )

    def _send(self, process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> None:
        if process.stdin is not None:
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()

    def _told(
        self, process: subprocess.Popen[bytes], waiting: Callable[[], None]
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
                waiting()
                continue
            data = os.read(number, 1 << 16)
            if not data:
                return
            self._buffer += data

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


def named(code: int) -> str:
    """Return how a process ended, in words.

    Examples
    --------
    >>> named(-11), named(3)
    ('SIGSEGV', 'exit status 3')
    """
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"

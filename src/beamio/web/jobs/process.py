"""A process that does a job, and what it says."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from beamio.errors import GivenUpError

_LINE = 1 << 23
"""Bytes of a line at most."""
_PATIENCE = (5.0, 3.0)
"""Seconds after the first and the second request to end, before the next measure."""
_NICE = 5
"""How far jobs stand back behind the processes that draw pages."""


class Process:
    """One process of `beamio.web.jobs.run`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.was_killed = False

    @classmethod
    async def started(cls, job: dict[str, Any]) -> "Process":
        """Start a process that does a job."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "beamio.web.jobs.run",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server, which ends this one
        )
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        if process.stdin is None:
            raise GivenUpError("the process of a job has no input")
        process.stdin.write(json.dumps(job).encode() + b"\n")
        with suppress(ConnectionError):
            await process.stdin.drain()
        return cls(process)

    async def listened(
        self, fact: Callable[[dict[str, Any]], None], log: Callable[[str], None]
    ) -> int:
        """Pass on what it says until it ends, and return how it ended."""

        async def facts() -> None:
            async for line in _lines(self._process.stdout):
                with suppress(ValueError):
                    fact(json.loads(line))

        async def words() -> None:
            async for line in _lines(self._process.stderr):
                log(line.decode("utf-8", "replace"))

        await asyncio.gather(facts(), words())
        return await self._process.wait()

    async def end(self) -> None:
        """Ask it to end, at its next step, then at once, and kill it in the end."""
        for patience in _PATIENCE:
            if not self._signalled(signal.SIGINT):
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), patience)
                return
        self.was_killed = self._signalled(signal.SIGKILL)

    def kill(self) -> None:
        """End it at once."""
        self.was_killed = self._signalled(signal.SIGKILL)

    def _signalled(self, number: signal.Signals) -> bool:
        if self._process.returncode is not None:
            return False
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
            return True
        return False


async def _lines(source: asyncio.StreamReader | None) -> AsyncIterator[bytes]:
    """Yield lines; of one that does not end, what there is of it."""
    rest = b""
    while source is not None and (data := await source.read(1 << 16)):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > _LINE:
            yield rest
            rest = b""
    if rest:
        yield rest

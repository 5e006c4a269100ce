"""Some processes that read, and who waits for them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from beamio.errors import GivenUpError
from beamio.web.fence import Fence
from beamio.web.questions import Question
from beamio.web.worker.frames import SIZE, head, lengths

_IDLE = 60.0
"""Seconds after which a process that nobody asked anything is ended."""
_BUFFER = 1 << 22


@dataclass(frozen=True, slots=True)
class Received:
    """A part of an answer: the whole of it, an event, or the end."""

    kind: str
    """"answer", "event", "end" or "error"."""
    body: bytes = b""
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    message: str = ""
    errors: tuple[str, ...] = ()
    """The names of the classes of an error, from its own to the most general."""


class _Process:
    """One process that answers one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def started(cls, fence: Fence) -> "_Process":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "beamio.web.worker.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server, which ends this one
            limit=_BUFFER,
        )
        new = cls(process)
        await new._send(asdict(fence))
        return new

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, question: Question, query: dict[str, Any]) -> None:
        """Send a question."""
        await self._send({"name": question.name, "query": query})

    async def receive(self) -> Received:
        """Return the next part of the answer.

        Raises
        ------
        asyncio.IncompleteReadError
            If the process is gone.
        """
        source = self._process.stdout
        if source is None:
            raise asyncio.IncompleteReadError(b"", SIZE)
        first, second = lengths(await source.readexactly(SIZE))
        header = json.loads(await source.readexactly(first))
        body = await source.readexactly(second) if second else b""
        return Received(
            header["kind"],
            body,
            header.get("type", ""),
            header.get("headers", {}),
            header.get("message", ""),
            tuple(header.get("errors", ())),
        )

    async def _send(self, header: dict[str, Any]) -> None:
        target = self._process.stdin
        if target is not None:
            target.write(head(header))
            with suppress(ConnectionError):
                await target.drain()

    async def end(self) -> int:
        """End the process, and return how it ended."""
        with suppress(ProcessLookupError):
            self._process.kill()
        return await self._process.wait()

    async def code(self) -> int:
        """Return how a process ended that closed its output."""
        try:
            return await asyncio.wait_for(self._process.wait(), 1)
        except TimeoutError:
            return await self.end()


class Pool:
    """Asks one of several processes; one that dies or takes too long is replaced."""

    def __init__(self, fence: Fence, size: int | None = None) -> None:
        self._fence = fence
        self._free: list[_Process] = []
        self._busy: set[_Process] = set()
        self._places = asyncio.Semaphore(size or max(2, min(4, os.cpu_count() or 2)))
        self._idle: asyncio.TimerHandle | None = None
        self._ends: set[asyncio.Task[Any]] = set()

    async def ask(
        self, question: Question, query: dict[str, Any]
    ) -> AsyncGenerator[Received]:
        """Yield the parts of an answer as they come; an error is the last one.

        What is no longer waited for is given up: its process ends, if it does not
        answer soon.
        """
        async with self._process() as process:
            is_whole = False
            try:
                await process.ask(question, query)
                while not is_whole:
                    part = await asyncio.wait_for(process.receive(), question.seconds)
                    is_whole = part.kind != "event"
                    yield part
            except TimeoutError:
                yield _given_up(
                    f"it was given up after {question.seconds:g} s without an answer"
                )
            except (asyncio.IncompleteReadError, ConnectionError):
                code = await process.code()
                yield _given_up(f"the process that reads ended with status {code}")
            finally:
                if not is_whole:
                    await process.end()

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[_Process]:
        async with self._places:
            process = await self._taken()
            self._busy.add(process)
            try:
                yield process
            finally:
                self._busy.discard(process)
                if process.is_alive:
                    self._free.append(process)
                self._wait_for_idle()

    async def _taken(self) -> _Process:
        while self._free:
            process = self._free.pop()
            if process.is_alive:
                return process
        return await _Process.started(self._fence)

    def _wait_for_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(_IDLE, self._end_idle)

    def _end_idle(self) -> None:
        """End all processes but one that wait for questions."""
        while len(self._free) > 1:
            task = asyncio.create_task(self._free.pop(0).end())
            self._ends.add(task)
            task.add_done_callback(self._ends.discard)

    async def close(self) -> None:
        """End all processes."""
        if self._idle is not None:
            self._idle.cancel()
        for process in (*self._free, *self._busy):
            await process.end()
        self._free.clear()


def _given_up(why: str) -> Received:
    names = tuple(each.__name__ for each in GivenUpError.__mro__)
    return Received("error", message=why, errors=names)

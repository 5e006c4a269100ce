"""One process that reads, as the server sees it."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from beamio.web.fence import Fence
from beamio.web.questions import Question
from beamio.web.worker.frames import SIZE, head, lengths
from beamio.web.worker.pipe import Pipe
from beamio.web.worker.room import Room

_WORDS = 4096
"""Bytes of what a process said last that are kept."""
_START = 30.0
"""Seconds in which it is ready."""
_LARGE = 1 << 20
"""Bytes of an answer that room is asked for."""


@dataclass(frozen=True, slots=True)
class Received:
    """A part of an answer: the whole of it, an event, or the end."""

    kind: str
    """"answer", "event", "end" or "error"."""
    body: bytes | bytearray = b""
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    message: str = ""
    errors: tuple[str, ...] = ()
    """The names of the classes of an error, from its own to the most general."""
    room: Room | None = None
    """What to give the length of the body back to, when it was sent."""

    def sent(self) -> None:
        """Give the room back that the body took."""
        if self.room is not None:
            self.room.give(len(self.body))


class Process:
    """A process that answers one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: Pipe) -> None:
        self._process = process
        self._pipe = pipe
        self._words = b""
        self._listening = asyncio.create_task(self._listen())
        self.has_answered = False

    @classmethod
    async def started(cls, fence: Fence) -> "Process":
        """Start a process; it is a new program, never a copy of this one."""
        pipe = Pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "beamio.web.worker.child",
                str(pipe.source),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(pipe.source,),
                start_new_session=True,  # Ctrl-C is for the server, which ends this one
            )
        except BaseException:
            pipe.close()
            raise
        finally:
            pipe.leave()
        new = cls(process, pipe)
        await new._send(asdict(fence))
        return new

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ready(self, room: Room) -> None:
        """Wait until it could answer; one that ends before says so when it is asked."""
        with suppress(EOFError, ConnectionError, TimeoutError):
            await self.receive(room, _START)
        self.has_answered = False

    async def ask(self, question: Question, query: dict[str, Any]) -> None:
        """Send a question."""
        await self._send({"name": question.name, "query": query})

    async def receive(self, room: Room, seconds: float) -> Received:
        """Return the next part of the answer, a large one when there is room for it.

        Raises
        ------
        TimeoutError
            If it does not begin in so many seconds, or end in as many.
        EOFError
            If the process is gone.
        """
        async with asyncio.timeout(seconds):
            first, size = lengths(bytes(await self._pipe.read(SIZE)))
            header = json.loads(await self._pipe.read(first))
        taken = None
        if size > _LARGE:
            await room.take(size)
            taken = room
        try:
            async with asyncio.timeout(seconds):
                body = await self._pipe.read(size) if size else b""
        except BaseException:
            if taken is not None:
                taken.give(size)
            raise
        self.has_answered = True
        return Received(
            header["kind"],
            body,
            header.get("type", ""),
            header.get("headers", {}),
            header.get("message", ""),
            tuple(header.get("errors", ())),
            taken,
        )

    async def _send(self, header: dict[str, Any]) -> None:
        target = self._process.stdin
        if target is not None:
            with suppress(ConnectionError):
                target.write(head(header))
                await target.drain()

    async def _listen(self) -> None:
        """Keep what it says last, for who asks why it ended."""
        source = self._process.stderr
        while source is not None and (words := await source.read(_WORDS)):
            self._words = (self._words + words)[-_WORDS:]

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> str:
        """Wait for the end, and return how it came, in words."""
        try:
            code = await asyncio.wait_for(self._process.wait(), 1)
        except TimeoutError:
            self.kill()
            code = await self._process.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._listening), 1)
        self._pipe.close()
        return described(code)

    @property
    def words(self) -> str:
        """What it said last."""
        return self._words.decode("utf-8", "replace").strip()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid


def described(code: int) -> str:
    """Return how a process ended.

    Examples
    --------
    >>> described(-11), described(3)
    ('ended by SIGSEGV', 'ended with status 3')
    """
    if code < 0:
        with suppress(ValueError):
            return f"ended by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def usable() -> int:
    """Return how many processors there are for this one."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1

"""Follow a file that is being written: looks at it, and tells what has changed.

The server asks the operating system for the size and the time of the file, which costs
next to nothing, and a process that reads only when these have changed. Nothing is
locked, and nothing stays open between two looks: who writes is never in the way.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from beamio.errors import BeamioError
from beamio.web.fence import Fence
from beamio.web.names import given
from beamio.web.questions import ALL, Question
from beamio.web.worker import Pool, Received

_TICK = 0.5
"""Seconds between two looks at the file."""
_ELSEWHERE = 1.0
"""Seconds between two questions where the file does not show what changes."""
_FRESH = 2.0
"""Seconds after a change in which the next may have the same time."""
_BEAT = 10.0
"""Seconds after which a sign of life is sent."""
_WATCHERS = 32
"""Files and objects that are followed at the same time, at most."""

Mark = tuple[int, int, int, int] | None
"""What changes when a file does; None if there is no file."""


class Watch:
    """Follows files for those who ask."""

    def __init__(self, pool: Pool, fence: Fence, *, tick: float = _TICK) -> None:
        self._pool = pool
        self._fence = fence
        self._tick = tick
        self._watchers = 0
        self._is_over = False

    def end(self) -> None:
        """Follow nothing any more: the server stops."""
        self._is_over = True

    async def follow(
        self,
        question: Question,
        query: dict[str, Any],
        is_gone: Callable[[], Awaitable[bool]],
    ) -> AsyncGenerator[Received]:
        """Yield the answers of what a question follows, whenever they change.

        Parameters
        ----------
        question
            The one that is answered by events.
        query
            Its parameters, checked.
        is_gone
            Tells whether nobody listens any more.
        """
        if self._watchers >= _WATCHERS:
            yield _problem(f"{_WATCHERS} objects are followed already; close some")
            return
        self._watchers += 1
        try:
            async with aclosing(self._events(question, query, is_gone)) as events:
                async for event in events:
                    yield event
        finally:
            self._watchers -= 1

    async def _events(
        self,
        question: Question,
        query: dict[str, Any],
        is_gone: Callable[[], Awaitable[bool]],
    ) -> AsyncGenerator[Received]:
        seen = _Seen()
        while not (self._is_over or await is_gone()):
            mark = await asyncio.to_thread(_mark, self._fence, given(query["file"]))
            if seen.is_worth(mark):
                answer = await self._asked(ALL[question.follows], query)
                told = seen.told(mark, answer)
                if told is not None:
                    yield told
            if time.monotonic() - seen.last > _BEAT:
                seen.last = time.monotonic()
                yield Received("beat")
            await asyncio.sleep(self._tick)

    async def _asked(self, question: Question, query: dict[str, Any]) -> Received:
        async with aclosing(self._pool.ask(question, query)) as parts:
            async for part in parts:
                return part
        return Received("error", message="no answer came")


@dataclass(slots=True)
class _Seen:
    """What was seen of a file, and what was told of it."""

    mark: Mark = None
    asked: float = float("-inf")
    is_elsewhere: bool = False
    is_problem: bool = True
    body: bytes | bytearray = b""
    last: float = 0.0

    def is_worth(self, mark: Mark) -> bool:
        """Tell whether the answer may be another one than the last time."""
        if mark != self.mark:
            return True
        if (
            not self.is_problem
            and mark is not None
            and time.time() - mark[3] / 1e9 < _FRESH
        ):
            return True
        is_due = time.monotonic() - self.asked >= _ELSEWHERE
        return is_due and (self.is_elsewhere or self.is_problem)

    def told(self, mark: Mark, answer: Received) -> Received | None:
        """Return the event to send for an answer; None if it says nothing new."""
        is_other = None not in (mark, self.mark) and _inode(mark) != _inode(self.mark)
        self.mark, self.asked = mark, time.monotonic()
        self.is_problem = answer.kind != "answer"
        event = _problem(answer.message) if self.is_problem else answer
        if event.body == self.body and not is_other:
            return None
        if not self.is_problem:
            about = json.loads(answer.body)
            self.is_elsewhere = bool(about.get("elsewhere"))
            about["modified"] = None if mark is None else mark[3] / 1e9
            about["replaced"] = is_other
            event = Received("event", json.dumps(about).encode())
        self.body, self.last = answer.body or event.body, time.monotonic()
        return event


def _inode(mark: Mark) -> int | None:
    return None if mark is None else mark[1]


def _problem(message: str) -> Received:
    return Received("event", json.dumps({"problem": message}).encode())


def _mark(fence: Fence, file: str) -> Mark:
    try:
        found = os.stat(fence.path(file))  # noqa: PTH116 (any bytes)
    except (OSError, BeamioError):
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

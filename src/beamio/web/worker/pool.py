"""Some processes that read, and who waits for them."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from beamio.errors import GivenUpError
from beamio.web.fence import Fence
from beamio.web.questions import Question
from beamio.web.questions.question import JSON
from beamio.web.worker.process import Process, Received, usable
from beamio.web.worker.room import Room

_IDLE = 30.0
"""Seconds after which a process that nobody asked anything is ended."""
_WARM = 2
"""Processes that are started before anybody asks."""
_SHORT = 30.0
"""Seconds that an answer takes that others may wait for."""
_GRACE = 3.0
"""Seconds in which a short answer that nobody wants any more may come to its end."""
_ROOM = 128 << 20
"""Bytes of answers that wait to be sent."""
_LONGEST_PAUSE = 10.0
"""Seconds before another process is started where one after the other has died."""

log = logging.getLogger("beamio.web")


class Pool:
    """Asks one of several processes; one that dies or takes too long is replaced.

    Who comes first is answered first. What takes long or is large never takes all
    processes: one is left for short questions.

    Parameters
    ----------
    fence
        Which files may be opened.
    size
        Processes at most, 2 or more.
    """

    def __init__(self, fence: Fence, size: int | None = None) -> None:
        size = max(2, size or min(5, usable() + 1))
        self._fence = fence
        self._free: list[Process] = []
        self._all: set[Process] = set()
        self._waiting: deque[asyncio.Future[Process]] = deque()
        self._starting = self._unready = 0
        self._size = size
        self._places = asyncio.Semaphore(size)
        self._long = asyncio.Semaphore(size - 1)
        self._room = Room(_ROOM)
        self._failures = 0
        self._idle: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def warm(self) -> None:
        """Start some processes: a page begins with several questions."""
        for _ in range(_WARM):
            self._start()
        self._wait_for_idle()

    async def ask(
        self, question: Question, query: dict[str, Any]
    ) -> AsyncGenerator[Received]:
        """Yield the parts of an answer as they come; an error is the last one.

        What is no longer waited for is given up: a short answer may still come to its
        end, of all else the process is ended.
        """
        process, places = await self._taken(question)
        is_whole = False
        try:
            await process.ask(question, query)
            while not is_whole:
                part = await process.receive(self._room, question.seconds)
                self._failures = 0
                if part.kind != "event":
                    is_whole = True  # others may have it while this one is sent
                    self._give_back(process, places)
                yield part
        except TimeoutError:
            process.kill()
            yield given_up(
                f"it was given up after {question.seconds:g} s without an answer"
            )
        except (EOFError, ConnectionError):
            yield await self._crashed(process, question, query)
        finally:
            # Nothing is awaited here: who asked may have been cancelled.
            if not is_whole:
                self._later(self._finish(process, question, places))

    async def _crashed(
        self, process: Process, question: Question, query: dict[str, Any]
    ) -> Received:
        how = await process.ended()
        if not process.has_answered:
            self._failures += 1
        about = query.get("file") or query.get("folder") or ""
        log.warning("a process that read %s for %s %s", about, question.name, how)
        if process.words:
            log.warning("%s", process.words)
        return given_up(
            f"reading crashed: the process {how}; the file may be damaged "
            "(see: beamio check)"
        )

    async def _taken(
        self, question: Question
    ) -> tuple[Process, list[asyncio.Semaphore]]:
        """Return a process, and the places to give back after it, when it is time."""
        lanes = [self._long] if is_long(question) else []
        taken = []
        try:
            for lane in (*lanes, self._places):
                await lane.acquire()
                taken.append(lane)
            return await self._free_or_new(), taken
        except BaseException:
            for lane in taken:
                lane.release()
            raise

    def _give_back(self, process: Process, places: list[asyncio.Semaphore]) -> None:
        """Let others have a process, if it is alive, and its places."""
        if process.is_alive:
            self._offer(process)
        for place in places:
            place.release()
        self._wait_for_idle()

    async def _finish(
        self, process: Process, question: Question, places: list[asyncio.Semaphore]
    ) -> None:
        """Let a short answer come to its end, unwanted; end the process otherwise."""
        try:
            if not is_long(question):
                with suppress(EOFError, ConnectionError, TimeoutError):
                    (await process.receive(self._room, _GRACE)).sent()
                    return
            process.kill()
            await self._forget(process)
        finally:
            self._give_back(process, places)

    async def _free_or_new(self) -> Process:
        """Return a process: the first that is free, or that was started meanwhile."""
        while self._free:
            process = self._free.pop()
            if process.is_alive:
                return process
            await self._forget(process)
        if self._failures > 1:
            await asyncio.sleep(min(_LONGEST_PAUSE, 0.1 * 2**self._failures))
        waiter: asyncio.Future[Process] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._start_if_wanted()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._offer(waiter.result())
            raise

    def _offer(self, process: Process) -> None:
        """Let the one who waits longest have a process, or else the next who asks."""
        waiter = self._longest_waiting()
        if waiter is None:
            self._free.append(process)
        else:
            waiter.set_result(process)

    def _longest_waiting(self) -> "asyncio.Future[Process] | None":
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _start_if_wanted(self) -> None:
        """Start processes for those who wait, as many as there may be."""
        waiting = sum(not waiter.done() for waiter in self._waiting)
        while self._unready < waiting and len(self._all) + self._starting < self._size:
            self._start()

    def _start(self) -> None:
        self._starting += 1
        self._unready += 1
        self._later(self._start_one())

    async def _start_one(self) -> None:
        """Start a process; who waits may have got another before it is ready."""
        try:
            try:
                process = await Process.started(self._fence)
                self._all.add(process)
            finally:
                self._starting -= 1
            await process.ready(self._room)
        except OSError as error:
            waiter = self._longest_waiting()
            if waiter is not None:
                waiter.set_exception(error)
        else:
            self._offer(process)
        finally:
            self._unready -= 1

    async def _forget(self, process: Process) -> None:
        await process.ended()
        self._all.discard(process)
        self._start_if_wanted()

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _wait_for_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE, self._end_idle)

    def _end_idle(self) -> None:
        """End all processes but one that wait for questions."""
        while len(self._free) > 1:
            process = self._free.pop(0)
            process.kill()
            self._later(self._forget(process))

    async def close(self) -> None:
        """End all processes."""
        if self._idle is not None:
            self._idle.cancel()
        ending = list(self._all)
        for process in ending:
            process.kill()
        self._free.clear()
        for process in ending:
            await self._forget(process)


def is_long(question: Question) -> bool:
    """Tell whether an answer may take long, to find or to send."""
    return question.media_type != JSON or question.seconds > _SHORT


def given_up(why: str) -> Received:
    """Return an error of a process."""
    names = tuple(each.__name__ for each in GivenUpError.__mro__)
    return Received("error", message=why, errors=names)

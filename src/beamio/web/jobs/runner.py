"""Jobs that wait, run and are over, in this process's hand."""

import asyncio
import signal
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any

from beamio.errors import MissingFileError, OptionError, OutputExistsError
from beamio.web.fence import Fence
from beamio.web.jobs.asked import JobForm
from beamio.web.jobs.prepared import Prepared, prepared
from beamio.web.jobs.process import Process
from beamio.web.jobs.state import JobState

_RUNNING = 2
_WAITING = 100
_KEPT = 200
"""Jobs that are over and still told of."""
_LOG = 1000
"""Lines of a log that are kept."""
_WIDTH = 2000
"""Characters of a line of it."""
_ALIVE = 15.0
"""Seconds after which who listens is told that there is no news."""
_STEP = {"stage", "done", "total", "nbytes", "rate", "seconds_left"}


@dataclass(slots=True)
class _Job:
    """A job with all that belongs to it."""

    state: JobState
    what: Prepared
    log: deque[str] = field(default_factory=lambda: deque(maxlen=_LOG))
    process: Process | None = None
    task: "asyncio.Task[None] | None" = None
    is_cancelled: bool = False


class Jobs:
    """Starts jobs, tells how far they are, cancels and forgets them.

    All methods are called in one event loop.

    Parameters
    ----------
    fence
        Where files may be read and written.
    running
        How many run at a time; the others wait.
    """

    def __init__(self, fence: Fence, *, running: int = _RUNNING) -> None:
        self.fence = fence
        self._places = asyncio.Semaphore(running)
        self._jobs: dict[str, _Job] = {}
        self._numbers = count(1)
        self._listeners: set[asyncio.Event] = set()
        self._version = 0
        self._changed: dict[str, int] = {}
        self._is_closed = False
        self._tasks: set[asyncio.Task[Any]] = set()

    def prepare(self, asked: JobForm) -> Prepared:
        """Return what a job would do, without doing it.

        Raises
        ------
        OutsideError, MissingFileError, OutputExistsError, OptionError
            If it must not be done.
        """
        what = prepared(self.fence, asked)
        for job in self._jobs.values():
            if job.state.is_over or what.file is None:
                continue
            if what.file == job.what.file:
                raise OutputExistsError(
                    f"{what.output}: is being written by another job; wait for it, or "
                    "give another name",
                    place=str(what.output),
                )
            if what.file in job.what.inputs:
                raise OptionError(
                    f"{what.output}: is being read by another job; wait for it, or "
                    "give another name",
                    place=str(what.output),
                )
        return what

    def start(self, asked: JobForm) -> JobState:
        """Start a job, or let it wait for its turn.

        Raises
        ------
        OutsideError, MissingFileError, OutputExistsError, OptionError
            If it must not be done.
        """
        if sum(not job.state.is_over for job in self._jobs.values()) >= _WAITING:
            raise OptionError(f"{_WAITING} jobs wait already; cancel some")
        what = self.prepare(asked)
        state = JobState(
            id=str(next(self._numbers)),
            kind=what.kind,
            title=what.title,
            command=what.command,
            output=what.output,
            created=time.time(),
        )
        job = self._jobs[state.id] = _Job(state, what)
        job.task = self._spawn(self._run(job))
        self._tell(job)
        self._forget_oldest()
        return state

    def states(self) -> list[JobState]:
        """Return all jobs, the newest first."""
        return [job.state for job in reversed(self._jobs.values())]

    def log(self, name: str) -> list[str]:
        """Return the last lines of what a job said.

        Raises
        ------
        MissingFileError
            If there is no such job.
        """
        return list(self._job(name).log)

    def cancel(self, name: str) -> JobState:
        """Let a job end, with nothing left of it.

        Raises
        ------
        MissingFileError
            If there is no such job.
        """
        job = self._job(name)
        if not job.state.is_over and not job.is_cancelled:
            job.is_cancelled = True
            if job.process is not None:
                self._spawn(job.process.end())
                self._set(job, stage="cancelling", seconds_left=None)
            elif job.state.state == "waiting":
                self._settle(job, "cancelled")
        return job.state

    def clear(self) -> None:
        """Forget the jobs that are over."""
        for name in [name for name, job in self._jobs.items() if job.state.is_over]:
            self._remove(name)

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yield all jobs, then each that changes, and the names of those forgotten.

        Who listens slowly gets the last state of a job, not all in between. Without
        news there is an empty event now and then.
        """
        seen, news = self._version, asyncio.Event()
        self._listeners.add(news)
        try:
            yield {"jobs": [state.facts() for state in self.states()]}
            while not self._is_closed:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), _ALIVE)
                news.clear()
                yield self._since(seen)
                seen = self._version
        finally:
            self._listeners.discard(news)

    def _since(self, seen: int) -> dict[str, Any]:
        """Return what is new since a version."""
        names = [name for name, at in self._changed.items() if at > seen]
        known = [self._jobs[name].state for name in names if name in self._jobs]
        gone = [name for name in names if name not in self._jobs]
        return {"changed": [each.facts() for each in known], "gone": gone}

    async def close(self) -> None:
        """End all jobs, and wait until they have."""
        self.hush()
        for name in list(self._jobs):
            self.cancel(name)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def hush(self) -> None:
        """Tell those who listen that there will be no more news."""
        self._is_closed = True
        self._announce()

    def _job(self, name: str) -> _Job:
        if name not in self._jobs:
            raise MissingFileError(f"{name}: there is no such job", place=name)
        return self._jobs[name]

    async def _run(self, job: _Job) -> None:
        async with self._places:
            if job.state.is_over:  # cancelled while it waited
                return
            self._set(job, state="running", started=time.time())
            what = job.what
            facts: dict[str, Any] = {}
            try:
                job.process = await Process.started(self._sent(what))
                if job.is_cancelled:  # while it was started
                    self._spawn(job.process.end())
                code = await job.process.listened(
                    lambda fact: self._hear(job, fact, facts),
                    lambda line: self._log(job, line),
                )
            except OSError as error:
                facts["failed"] = f"the job could not be started: {error}"
                code = 1
            if code < 0 and what.file is not None:
                await _tidied(what.file)
            self._end(job, code, facts)

    def _sent(self, what: Prepared) -> dict[str, Any]:
        return {
            "kind": what.kind,
            "sources": what.sources,
            "output": what.output,
            "options": dict(what.options),
            "overwrite": what.overwrite,
            "fence": asdict(self.fence),
        }

    def _hear(self, job: _Job, fact: dict[str, Any], facts: dict[str, Any]) -> None:
        facts |= {name: fact[name] for name in ("result", "failed") if name in fact}
        if "stage" in fact and not job.is_cancelled:
            self._set(job, **{name: fact[name] for name in _STEP if name in fact})

    def _log(self, job: _Job, line: str) -> None:
        job.log.append(line[:_WIDTH])
        self._set(job, log_lines=job.state.log_lines + 1)

    def _end(self, job: _Job, code: int, facts: dict[str, Any]) -> None:
        if code == 0 and "result" in facts:
            result = facts["result"]
            file, path = result.pop("open_file", None), result.pop("open_path", "/")
            name = file and self.fence.name(file)
            opens = {"file": name, "path": path} if name else None
            done = job.state.total or job.state.done
            self._settle(job, "done", done=done, result=result, opens=opens)
        elif job.is_cancelled:
            self._settle(job, "cancelled")
        else:
            why = facts.get("failed") or _how(code)
            self._log(job, why)
            self._settle(job, "failed", message=why)

    def _settle(self, job: _Job, state: str, **facts: Any) -> None:
        self._set(
            job, state=state, ended=time.time(), stage="", seconds_left=None, **facts
        )

    def _set(self, job: _Job, **facts: Any) -> None:
        job.state = replace(job.state, **facts)
        self._tell(job)

    def _tell(self, job: _Job) -> None:
        self._version += 1
        self._changed[job.state.id] = self._version
        self._announce()

    def _remove(self, name: str) -> None:
        del self._jobs[name]
        self._version += 1
        self._changed[name] = self._version
        self._announce()

    def _forget_oldest(self) -> None:
        over = [name for name, job in self._jobs.items() if job.state.is_over]
        for name in over[: max(0, len(over) - _KEPT)]:
            self._remove(name)

    def _announce(self) -> None:
        for news in self._listeners:
            news.set()

    def _spawn(self, work: Any) -> "asyncio.Task[Any]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _tidied(output: str) -> None:
    """Remove what a killed job has left beside its output."""
    process = await Process.started({"kind": "tidy", "output": output})
    await process.listened(lambda _: None, lambda _: None)


def _how(code: int) -> str:
    """Return how a process ended without a word.

    Examples
    --------
    >>> _how(-9)
    'the job was ended by SIGKILL; there is no output'
    """
    if code >= 0:
        return f"the job ended with status {code}, without a result"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the job was ended by {name}; there is no output"

"""Work for threads that the screen does not wait for.

The threads are daemons: a disk that does not answer keeps nobody from leaving.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from itertools import islice
from threading import Condition, Event, Thread
from typing import Any, TypeVar

from beamio.errors import BeamioError
from beamio.view import printable

Found = TypeVar("Found")
_FIRST, _MOST = 50, 20_000
"""Values in the first batch, and in a batch at most."""
Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Reader:
    """Does what it was asked last, in a thread of its own.

    One job runs at a time. Of those that wait only the newest is done: who holds a key
    down does not want to see what was passed.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: Job | None = None
        self._changed = Condition()
        self._thread: Thread | None = None

    async def run(self, function: Callable[[], Found]) -> Found:
        """Return what a function returns, or raise what it raises.

        Raises
        ------
        asyncio.CancelledError
            If something else was asked for before this began.
        """
        future = asyncio.get_running_loop().create_future()
        with self._changed:
            before, self._waiting = self._waiting, (function, future)
            if before is not None:
                before[1].cancel()
            if self._thread is None:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()
        found: Found = await future
        return found

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting is not None)
                job, self._waiting = self._waiting, None
            if job is not None and not job[1].cancelled():
                _do(*job)


async def in_batches(
    values: Iterator[Found],
    take: Callable[[list[Found]], object],
    *,
    stop: Event,
) -> None:
    """Go through values in a thread, and give `take` some at a time out of it.

    The first ones come soon, the others in ever larger batches. What the thread raises
    is raised here.

    Parameters
    ----------
    values
        Made in the thread.
    take
        Called by the event loop.
    stop
        Set to end early, which this does if it is cancelled.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def work() -> None:
        many = _FIRST
        while not stop.is_set() and (batch := list(islice(values, many))):
            loop.call_soon_threadsafe(take, batch)
            many = min(2 * many, _MOST)

    Thread(target=_do, args=(work, future), daemon=True).start()
    try:
        await future
    finally:
        stop.set()


def _do(function: Callable[[], Any], future: "asyncio.Future[Any]") -> None:
    """Call a function in this thread, and tell the event loop how it ended."""
    try:
        value = function()
    except BaseException as error:  # noqa: BLE001 (raised again where it is awaited)
        _deliver(future, future.set_exception, error)
    else:
        _deliver(future, future.set_result, value)


def _deliver(future: "asyncio.Future[Any]", tell: Any, value: Any) -> None:
    def deliver() -> None:
        if not future.done():
            tell(value)

    with suppress(RuntimeError):  # the screen is closed
        future.get_loop().call_soon_threadsafe(deliver)


def begin(
    node: Any,
    work: Callable[[], Coroutine[Any, Any, Any]],
    group: str,
    *,
    exclusive: bool = True,
) -> None:
    """Have a part of the screen do something; what it did in that group is dropped.

    Parameters
    ----------
    node
        A Textual widget, screen or application; it gives up when it is closed.
    work
        Begins it: a coroutine that is dropped before would never have been awaited.
    group
        Of what may not be done at the same time.
    exclusive
        Whether to drop what the group does now.
    """
    node.run_worker(work, group=group, exclusive=exclusive)


def told(error: BaseException) -> str:
    r"""Return an error in one line, safe for a terminal.

    Examples
    --------
    >>> told(OSError("a\nb")), told(RecursionError("too deep"))
    ('a b', 'RecursionError: too deep')
    """
    first = error.args[0] if isinstance(error, KeyError) and error.args else error
    text = printable(" ".join(str(first).split()))
    known = isinstance(error, BeamioError | OSError | KeyError) and text
    return text if known else f"{type(error).__name__}: {text}".rstrip(": ")

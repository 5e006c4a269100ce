"""The only threads: a function applied to many items, results in order."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import islice
from math import ceil
from typing import TypeVar

from beamio.engine.quota import cpu_quota
from beamio.errors import OptionError

Item = TypeVar("Item")
Result = TypeVar("Result")


def usable_threads(threads: int | None = None) -> int:
    """Return how many threads to use.

    Parameters
    ----------
    threads
        What the caller asks for; else ``BEAMIO_THREADS``, else the CPUs that
        this process may use: those that it may run on, or fewer where a control
        group sets a quota.

    Raises
    ------
    OptionError
        If the number asked for is not 1 or more.
    """
    if threads is None:
        asked = os.environ.get("BEAMIO_THREADS")
        if not asked:
            return _allowed()
        if not asked.isdecimal():
            raise OptionError(f"BEAMIO_THREADS is {asked!r}, not a number")
        threads = int(asked)
    if threads < 1:
        raise OptionError(f"the number of threads must be 1 or more, not {threads}")
    return threads


_quota = cache(cpu_quota)


def _allowed() -> int:
    cpus = len(os.sched_getaffinity(0))
    quota = _quota()
    return cpus if quota is None else max(1, min(cpus, ceil(quota)))


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], *, threads: int
) -> Generator[Result]:
    """Yield ``function(item)`` for each item, computed in threads, in the items' order.

    At most ``threads + 1`` results wait at any time, so memory stays bounded
    however many items there are. The first error ends the work and is raised.
    One thread is the caller's own.

    Examples
    --------
    >>> list(in_order(abs, [-3, 1, -2], threads=2))
    [3, 1, 2]
    """
    if threads == 1:
        yield from map(function, items)
        return
    remaining = iter(items)
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="beamio")
    try:
        for item in islice(remaining, threads + 1):
            waiting.append(pool.submit(function, item))
        while waiting:
            yield waiting.popleft().result()
            for item in islice(remaining, 1):
                waiting.append(pool.submit(function, item))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def ahead(items: Iterable[Item]) -> Generator[Item]:
    """Yield items, each computed in a thread while the one before is used.

    Examples
    --------
    >>> list(ahead(n * n for n in range(4)))
    [0, 1, 4, 9]
    """
    remaining = iter(items)

    def following() -> list[Item]:
        return list(islice(remaining, 1))

    with ThreadPoolExecutor(1, thread_name_prefix="beamio") as pool:
        found = pool.submit(following).result()
        while found:
            computed = pool.submit(following)
            yield from found
            found = computed.result()

"""Follow what is being written, in a thread: the server has `beamio.web.live`."""

import json
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

from beamio.web.answers.answer import Answer
from beamio.web.answers.problem import problem_of

_TICK = 1.0
"""Seconds between two looks."""


def followed(
    ask: Callable[[], Answer | Iterator[Any]], stopped: Event, tick: float = _TICK
) -> Iterator[dict[str, Any]]:
    """Yield an answer whenever it is another one than before, until it is stopped.

    Parameters
    ----------
    ask
        Gives the answer as it is now; what goes wrong is an event, too.
    stopped
        Set when nobody listens any more.
    tick
        Seconds between two looks.
    """
    last = None
    while not stopped.is_set():
        found = _asked(ask)
        if found != last:
            yield found
            last = found
        stopped.wait(tick)


def _asked(ask: Callable[[], Answer | Iterator[Any]]) -> dict[str, Any]:
    try:
        answer = ask()
    except Exception as error:  # noqa: BLE001 (a file may make any library raise any)
        return {"problem": problem_of(error).message}
    body = answer.body if isinstance(answer, Answer) else b"{}"
    about: dict[str, Any] = json.loads(body)
    return {**about, "modified": None, "replaced": False}

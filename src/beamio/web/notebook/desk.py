"""Answers what the page asks by messages of the notebook, in threads of the kernel.

{kind: "ask", id, name, query}   a question; what changes something as well
{kind: "bundle", id}             the built viewer
{kind: "seen", id}               an event was taken
{kind: "cancel", id}             nobody waits any more

{kind: "answer", id}             with the bytes as buffers
{kind: "error", id, message, status}
{kind: "event", id, event, data} of an answer that streams; the last one is "end",
                                 or "failed", as in `app`
"""

import contextvars
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http import HTTPStatus
from threading import BoundedSemaphore, Event, Thread
from typing import Any

from pydantic import ValidationError

from beamio.web.answers.answer import Answer, dumped
from beamio.web.answers.ask import ask
from beamio.web.answers.problem import problem_of
from beamio.web.answers.reading import Reading
from beamio.web.fence import Fence
from beamio.web.notebook import bundle
from beamio.web.notebook.follow import followed
from beamio.web.notebook.shown import Shown
from beamio.web.questions import ALL, Question
from beamio.web.questions.question import takes_list, words_of
from beamio.web.status import status_of

Send = Callable[[dict[str, Any], list[bytes]], object]
"""Sends a message with buffers to the page; from any thread."""

_THREADS = 4
_AHEAD = 8
"""Events that are sent before the page has taken the first of them."""
_STREAMS = 16
"""Answers that stream at once; of more, the oldest ends: its page is likely gone."""


@cache
def _threads() -> ThreadPoolExecutor:
    """Return the threads of all widgets: a notebook may have many."""
    return ThreadPoolExecutor(_THREADS, "beamio-view")


class _GoneError(Exception):
    """Nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class _Going:
    """An answer that is awaited."""

    stopped: Event = field(default_factory=Event)
    may_send: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AHEAD))
    streams: bool = False

    def check(self) -> None:
        """Raise if nobody waits any more."""
        if self.stopped.is_set():
            raise _GoneError

    def stop(self) -> None:
        """Let it end as soon as it can."""
        self.stopped.set()
        self.take()

    def take(self) -> None:
        """Let one more event be sent."""
        try:
            self.may_send.release()
        except ValueError:  # more were taken than were sent
            return


class Desk:
    """Answers the messages of one widget.

    Parameters
    ----------
    shown
        What may be asked about.
    send
        Where answers go.
    """

    def __init__(self, shown: Shown, send: Send) -> None:
        self.shown = shown
        self._send = send
        self._going: dict[str, _Going] = {}
        self._free: list[Reading] = []
        self._is_closed = False

    def hear(self, message: Any) -> None:
        """Take a message of the page; the answer is sent from a thread."""
        known = message if isinstance(message, dict) else {}
        kind, number = known.get("kind"), known.get("id")
        if not isinstance(number, str) or self._is_closed:
            return
        if kind in {"ask", "bundle"}:
            self._begin(number, known)
        elif number in self._going:
            going = self._going[number]
            if kind == "seen":
                going.take()
            elif kind == "cancel":
                going.stop()

    def close(self) -> None:
        """End what is going on, and close what is open."""
        self._is_closed = True
        for going in list(self._going.values()):
            going.stop()
        self.shown = Shown(Fence(()), {}, None)
        while self._free:
            self._free.pop().close()

    def _begin(self, number: str, message: dict[str, Any]) -> None:
        question = ALL.get(str(message.get("name")))
        streams = message["kind"] == "ask" and question is not None and question.streams
        going = self._going[number] = _Going(streams=streams)
        # The message that is answered is one that libraries of the kernel ask for.
        context = contextvars.copy_context()
        work = partial(context.run, self._answer, number, going, message, question)
        if streams:
            self._end_oldest()
            Thread(target=work, name="beamio-view-stream", daemon=True).start()
        else:
            _threads().submit(work)

    def _end_oldest(self) -> None:
        streams = [going for going in list(self._going.values()) if going.streams]
        for going in streams[:-_STREAMS]:
            going.stop()

    def _answer(
        self,
        number: str,
        going: _Going,
        message: dict[str, Any],
        question: Question | None,
    ) -> None:
        try:
            going.check()
            if message["kind"] == "bundle":
                self._send({"kind": "answer", "id": number}, list(bundle.packed()))
            elif message.get("name") == "session":
                self._tell(number, going, self._session())
            elif question is None:
                about = (
                    f"{message.get('name')}: there is no such question in a notebook; "
                    "jobs run from `beamio view`, or as functions of beamio"
                )
                self._fail(number, about, HTTPStatus.NOT_FOUND)
            else:
                self._ask(number, going, question, message.get("query"))
        except _GoneError:
            pass
        except ValidationError as error:
            self._fail(number, words_of(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        except Exception as error:  # noqa: BLE001 (a file may make any library raise any)
            problem = problem_of(error)
            self._fail(number, problem.message, status_of(problem.errors))
        finally:
            self._going.pop(number, None)

    def _session(self) -> Answer:
        roots = {root.name: root.is_folder for root in self.shown.fence.roots}
        named = [
            {"name": name, "is_folder": roots.get(name, False)}
            for name in self.shown.names
        ]
        return Answer(dumped({"roots": named, "start": self.shown.start}))

    def _ask(self, number: str, going: _Going, question: Question, query: Any) -> None:
        with self._reading() as reading:
            plain = _as_lists(question, query or {})
            if question.follows:
                again = partial(ask, reading, ALL[question.follows], plain)
                question.asked.model_validate(plain)
                self._stream(number, going, followed(again, going.stopped))
                return
            found = ask(reading, question, plain)
            if isinstance(found, Answer):
                self._tell(number, going, found)
            else:
                self._stream(number, going, found)

    def _tell(self, number: str, going: _Going, answer: Answer) -> None:
        going.check()
        self._send({"kind": "answer", "id": number}, [answer.body])

    def _stream(self, number: str, going: _Going, events: Iterator[Any]) -> None:
        """Send events, no faster than the page takes them."""
        try:
            for event in events:
                self._event(number, going, "message", dumped(event).decode())
            last = ("end", "null")
        except _GoneError:
            raise
        except Exception as error:  # noqa: BLE001 (as above)
            problem = problem_of(error)
            last = ("failed", json.dumps({"message": problem.message}))
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
        self._event(number, going, *last)

    def _event(self, number: str, going: _Going, event: str, data: str) -> None:
        going.may_send.acquire()
        going.check()
        self._send({"kind": "event", "id": number, "event": event, "data": data}, [])

    def _fail(self, number: str, message: str, status: int) -> None:
        if not self._is_closed:
            about = {"kind": "error", "id": number, "message": message}
            self._send({**about, "status": int(status)}, [])

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        """Give what opens files, to one thread at a time."""
        try:
            reading = self._free.pop()
        except IndexError:
            reading = Reading(self.shown.fence, self.shown.held)
        try:
            yield reading
        finally:
            if self._is_closed:
                reading.close()
            else:
                self._free.append(reading)


def _as_lists(question: Question, query: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with those that are lists as lists, as of an address."""
    return {
        name: [value]
        if takes_list(question.asked, name) and not isinstance(value, list)
        else value
        for name, value in query.items()
    }

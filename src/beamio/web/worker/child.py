"""The process that reads, and may die of it: ``python -m`` of this module.

It takes questions from standard input, one at a time, and writes the answers to the
descriptor that its argument names: what libraries print is no answer. What they write
to standard error is for the log.
"""

import ctypes
import faulthandler
import importlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from beamio.engine.memory import bound_memory, machine_memory
from beamio.errors import BeamioError
from beamio.web.answers.answer import Answer, dumped
from beamio.web.answers.ask import ask
from beamio.web.answers.problem import problem_of
from beamio.web.answers.reading import Reading
from beamio.web.fence import Fence, Root
from beamio.web.questions import ALL
from beamio.web.worker.frames import SIZE, head, lengths
from beamio.web.worker.sandbox import confine_process

_PARENT_DEATH_SIGNAL = 1
_FIRST = ("folders", "children", "describe", "image.facts", "image.tiles", "grove")
"""What answers the questions that pages begin with."""
_CONTAINER = Path("/sys/fs/cgroup/memory.max")
_SHARE = 2
"""The part of the machine's memory that this process may use is one in so many."""


def main() -> None:
    """Answer until there are no more questions."""
    out = os.fdopen(int(sys.argv[1]), "wb", buffering=0)
    faulthandler.enable()
    bound_memory(_memory())
    _die_with_parent()
    fence = _fence(_taken(sys.stdin.buffer) or {"roots": [], "follow_outside": False})
    why = _confined(fence)
    reading = Reading(fence)
    for module in _FIRST:  # nobody has asked yet, and would have to wait
        importlib.import_module(f"beamio.web.answers.{module}")
    _send(out, {"kind": "ready"})
    while (question := _taken(sys.stdin.buffer)) is not None:
        if why is None:
            _answer(reading, question, out)
        else:
            _send(out, _told(why))


def _taken(source: IO[bytes]) -> dict[str, Any] | None:
    """Return the next question; None if there are no more."""
    data = source.read(SIZE)
    if len(data) < SIZE:
        return None
    found: dict[str, Any] = json.loads(source.read(lengths(data)[0]))
    return found


def _fence(described: dict[str, Any]) -> Fence:
    roots = tuple(Root(**root) for root in described["roots"])
    return Fence(roots, described["follow_outside"])


def _confined(fence: Fence) -> BeamioError | None:
    """Stay inside of the fence from now on; return why not, if that can't be."""
    try:
        confine_process(fence)
    except BeamioError as error:
        return error
    return None


def _die_with_parent() -> None:
    """End when the server does, however that ends: Linux can be asked for it."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _memory() -> int:
    """Return the bytes of memory that this process may take."""
    there = machine_memory()
    with suppress(OSError, ValueError):  # a container, or a batch job, may have less
        there = min(there, int(_CONTAINER.read_text()))
    return there // _SHARE


def _answer(reading: Reading, question: dict[str, Any], out: IO[bytes]) -> None:
    try:
        found = ask(reading, ALL[question["name"]], question["query"])
        if isinstance(found, Answer):
            _send_answer(found, out)
        else:
            _send_events(found, out)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 (a file may make any library raise any)
        _send(out, _told(error))


def _send_answer(answer: Answer, out: IO[bytes]) -> None:
    header = {"kind": "answer", "type": answer.media_type, "headers": answer.headers}
    _send(out, header, answer.body)


def _send_events(events: Iterator[Any], out: IO[bytes]) -> None:
    for event in events:
        _send(out, {"kind": "event"}, dumped(event))
    _send(out, {"kind": "end"})


def _send(out: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    _write(out, head(header, len(body)))
    _write(out, body)


def _write(out: IO[bytes], data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[out.write(left) :]


def _told(error: Exception) -> dict[str, Any]:
    """Return an error as what the server makes a status of."""
    return {"kind": "error", **asdict(problem_of(error))}


if __name__ == "__main__":
    main()

"""Ctrl-C, and what a batch system or a lost connection sends, at a safe moment."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Turns signals into `KeyboardInterrupt`, while a job runs only between its steps.

    An exception that a signal raises anywhere may be swallowed, by a destructor for
    instance, and the job would go on. A second signal does not wait.
    """

    def __init__(self) -> None:
        self.number: int = signal.SIGINT
        """The signal that came."""
        self._asked = False
        self._waiting = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                    self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *exc: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def between_steps(self) -> Iterator[None]:
        """Hold signals back in this block, for `check` to raise."""
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False

    def check(self) -> None:
        """Raise `KeyboardInterrupt` if a signal has come."""
        if self._asked:
            raise KeyboardInterrupt

    def _take(self, number: int, _: FrameType | None) -> None:
        self.number = number
        if not self._waiting or self._asked:
            raise KeyboardInterrupt
        self._asked = True

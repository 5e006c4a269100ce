"""Errors of fabio: raised ones, and those that it only logs while it invents pixels."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

from beamio.errors import BeamioError, DamagedFileError

_DOUBTS = ("incomplete", "mismatch", "too small", "malformed", "corrupt")
"""What a warning says where fabio goes on with pixels that are not in the file."""


class _Listener(logging.Handler):
    """Hears what fabio only logs: that it fills up with zeros what is missing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard = ""
        self._thread = get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first message of this thread about missing data."""
        if record.thread != self._thread or self.heard:
            return
        message = record.getMessage()
        if any(doubt in message.lower() for doubt in _DOUBTS):
            self.heard = message


class _Quiet:
    """Keeps NumPy's and Pillow's remarks on odd headers from users.

    Python has one list of what to do with warnings, so that of many threads the first
    one changes it, and the last one puts it back.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = warnings.catch_warnings()
                self._before.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._before.__exit__(None, None, None)


_quiet = _Quiet()


@contextmanager
def truthful(place: str) -> Iterator[None]:
    """Raise whatever goes wrong in the block as an error that names `place`."""
    listener, log = _Listener(), logging.getLogger("fabio")
    log.addHandler(listener)
    try:
        with _quiet:
            yield
    except BeamioError:
        raise
    except Exception as error:  # fabio's readers raise anything
        raise damaged(place, error) from error
    finally:
        log.removeHandler(listener)
    if listener.heard:
        raise damaged(place, listener.heard)


def damaged(place: str, reason: object) -> DamagedFileError:
    """Return the error of a file that does not hold what it announces."""
    text = " ".join(str(reason).split()) or type(reason).__name__
    return DamagedFileError(
        f"{place}: is cut short or damaged ({text}); copy the file again", place=place
    )

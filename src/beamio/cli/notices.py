"""Warnings on the terminal of a command: one plain line each."""

import logging
import sys
import warnings
from contextlib import ExitStack, suppress
from typing import Any, Self, TextIO

import click

from beamio.errors import BeamioError, BeamioWarning
from beamio.view import printable

PASSED_ON = (BrokenPipeError, click.ClickException, click.exceptions.Exit, click.Abort)
"""Exceptions that click takes."""


def warn(message: str) -> None:
    """Show a warning on standard error."""
    click.secho(f"warning  {printable(message)}", fg="yellow", err=True)


def tell(error: Exception | str) -> None:
    """Say on standard error, after what was printed, what went wrong."""
    with suppress(OSError):  # where the disk is full, that may be what is told
        sys.stdout.flush()
    click.echo(f"beamio: {printable(_in_one_line(error))}", err=True)


def _in_one_line(error: Exception | str) -> str:
    if isinstance(error, str | BeamioError | OSError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"there is not enough memory ({error})"
    return (
        f"a defect of beamio's, not a mistake of yours: {type(error).__name__}: {error}"
        " (beamio --debug ... shows where; please report it)"
    )


class Notices:
    """Shows what beamio warns of, once each, and not what other libraries remark.

    Their remarks name lines of source, and are for whoever reads that.
    """

    def __init__(self, *, debug: bool) -> None:
        self._debug = debug
        self._shown: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if not self._debug:
            self._stack.enter_context(warnings.catch_warnings())
            if not sys.warnoptions:  # else somebody looks for warnings
                warnings.simplefilter("ignore")
                warnings.simplefilter("always", BeamioWarning)
            self._show_by(self._show)
            self._hear()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def _show_by(self, show: Any) -> None:
        self._others = warnings.showwarning
        warnings.showwarning = show  # put back by catch_warnings

    def _show(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, BeamioWarning):
            self._others(message, category, filename, lineno, file, line)
        elif str(message) not in self._shown:
            self._shown.add(str(message))
            warn(str(message))

    def _hear(self) -> None:
        """Keep log records from Python's last resort, which would print them all."""
        handler = _Records(logging.WARNING)
        logging.getLogger().addHandler(handler)
        self._stack.callback(logging.getLogger().removeHandler, handler)


class _Records(logging.Handler):
    """Shows what beamio itself logs."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record."""
        if record.name.partition(".")[0] == "beamio":
            warn(record.getMessage())

"""The ``beamio`` command: each subcommand is a thin shell over one function."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from beamio.cli.demo import demo
from beamio.cli.flatfield import flatfield
from beamio.errors import BeamioError
from beamio.view import printable

_INTERRUPTED = 130


class _Group(click.Group):
    """Reports the errors that we raise on purpose in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        with _stopped_in_order():
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                click.echo("beamio: stopped; no output was written", err=True)
                sys.exit(_INTERRUPTED)
            except (BeamioError, OSError) as error:
                if ctx.params.get("debug"):
                    raise
                if isinstance(error, BrokenPipeError):
                    raise
                click.echo(f"beamio: {printable(str(error))}", err=True)
                sys.exit(1)


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    """Treat the end that a batch system sends like Ctrl-C, so that work is undone."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="beamio")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Open, correct and hand on the data of a beamline."""
    del debug  # read from the context, where errors are shown


main.add_command(demo)
main.add_command(flatfield)

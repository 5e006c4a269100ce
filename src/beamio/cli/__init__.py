"""The ``beamio`` command: each subcommand is a thin shell over one function."""

import sys
from typing import Any

import click

from beamio.cli.demo import demo
from beamio.cli.flatfield import flatfield
from beamio.cli.interrupt import Interruption
from beamio.cli.repack import repack
from beamio.errors import BeamioError
from beamio.view import printable

_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a program."""


class _Group(click.Group):
    """Reports the errors that we raise on purpose in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        with Interruption() as ctx.obj:
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                click.echo(
                    "beamio: stopped; nothing unfinished is left behind", err=True
                )
                sys.exit(_BY_SIGNAL + ctx.obj.number)
            except BrokenPipeError:
                raise
            except (BeamioError, OSError) as error:
                message = str(error)
                if ctx.params.get("debug"):
                    raise
            except MemoryError as error:
                message = f"there is not enough memory ({error})"
                if ctx.params.get("debug"):
                    raise
        click.echo(f"beamio: {printable(message)}", err=True)
        sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="beamio")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Open, correct and hand on the data of a beamline."""
    del debug  # read from the context, where errors are shown


main.add_command(demo)
main.add_command(flatfield)
main.add_command(repack)

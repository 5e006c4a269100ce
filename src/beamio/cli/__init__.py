"""The ``beamio`` command: each subcommand is a thin shell over one function."""

import os
import sys
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from beamio.cli.interrupt import Interruption
from beamio.cli.notices import Notices, tell
from beamio.errors import BeamioError

COMMANDS = {
    "ls": "List what files hold.",
    "show": "Draw what is in a file in the terminal.",
    "browse": "Look through files on the whole screen.",
    "dump": "Print values and attributes.",
    "info": "Describe files, or what beamio is made of here.",
    "find": "Find objects in many files.",
    "check": "Say what would go wrong with files.",
    "diff": "Say what two files differ in.",
    "convert": "Convert files of any format, and compare.",
    "repack": "Copy an HDF5 file with other filters, or defragmented.",
    "flatfield": "Correct a scan with its flats and darks.",
    "nexus": "Make NeXus files, and compare them with the definitions.",
    "demo": "Simulate a scan with a known truth and correct it.",
    "completion": "Make the shell complete commands and paths inside files.",
}
"""Each command, in a module of its name that is imported when it is used first."""

_COMPLETE = "_BEAMIO_COMPLETE"
"""What a shell sets to ask how a line may go on."""
_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a program."""


class _Group(click.Group):
    """Reports the errors that we raise on purpose in one line, without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (as click)
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (as click)
        """Return a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"beamio.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 (as click)
        formatter: click.HelpFormatter,
    ) -> None:
        """Write what each command does, without importing it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, or tell a shell how its line may go on."""
        if _COMPLETE in os.environ:
            import beamio.cli.completion  # noqa: F401 (knows the shells)
        options.setdefault("complete_var", _COMPLETE)
        return super().main(*args, **options)

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Return commands and options, without importing any."""
        found = click.Command.shell_complete(self, ctx, incomplete)
        return found + [
            CompletionItem(name, help=does)
            for name, does in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def invoke(self, ctx: click.Context) -> Any:
        debug = bool(ctx.params.get("debug"))
        with Interruption() as ctx.obj, Notices(debug=debug):
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
                if debug:
                    raise
            except MemoryError as error:
                message = f"there is not enough memory ({error})"
                if debug:
                    raise
        tell(message)
        sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="beamio")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Open, correct and hand on the data of a beamline."""
    del debug  # read from the context, where errors are shown

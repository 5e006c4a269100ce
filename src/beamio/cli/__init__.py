"""The ``beamio`` command: each subcommand is a thin shell over one function."""

import gc
import os
import sys
from typing import Any

import click

from beamio.cli.lazy import LazyGroup
from beamio.cli.notices import PASSED_ON, Notices, tell
from beamio.engine.interrupt import Interruption

COMMANDS = {
    "ls": "List what files hold.",
    "show": "Draw what is in a file in the terminal.",
    "browse": "Look through files on the whole screen.",
    "view": "Look at files in the browser.",
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
_GARBAGE = 50_000
"""New objects after which Python looks for garbage: what is imported stays."""
_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a program."""


class _Group(LazyGroup):
    """Reports the errors that we raise on purpose in one line, without a traceback."""

    purposes = COMMANDS

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, or tell a shell how its line may go on."""
        if _COMPLETE in os.environ:
            import beamio.cli.completion  # noqa: F401 (knows the shells)
        options.setdefault("complete_var", _COMPLETE)
        before = gc.get_threshold()
        gc.set_threshold(_GARBAGE)
        try:
            return super().main(*args, **options)
        finally:
            gc.set_threshold(*before)

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
            except PASSED_ON:
                raise
            except Exception as error:
                if debug:
                    raise
                tell(error)
        sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="beamio")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Open, correct and hand on the data of a beamline."""
    del debug  # read from the context, where errors are shown

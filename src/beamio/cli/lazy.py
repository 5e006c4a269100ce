"""Groups of commands that are imported when they are used."""

from importlib import import_module
from typing import ClassVar

import click
from click.shell_completion import CompletionItem


class LazyGroup(click.Group):
    """Lists and completes its commands without importing any."""

    purposes: ClassVar[dict[str, str]] = {}
    """What each command does, in the order in which they are listed."""
    prefix: ClassVar[str] = ""
    """What comes before its name in that of its module."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (as click)
        """Return the names of the commands."""
        return list(self.purposes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (as click)
        """Return a command."""
        if cmd_name not in self.purposes:
            return None
        module = import_module(f"beamio.cli.{self.prefix}{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 (as click)
        formatter: click.HelpFormatter,
    ) -> None:
        """Write what each command does."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.purposes.items()))

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Return commands and options."""
        found = click.Command.shell_complete(self, ctx, incomplete)
        return found + [
            CompletionItem(name, help=does)
            for name, does in self.purposes.items()
            if name.startswith(incomplete)
        ]

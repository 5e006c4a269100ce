"""``beamio nexus``: its commands are in modules of their own."""

from importlib import import_module

import click

_COMMANDS = {
    "build": "Make an NXtomo of a scan in any layout.",
    "validate": "Compare files with the definitions of NeXus.",
}
"""Each command, in the module ``nexus_NAME``, imported when it is used first."""


class _Group(click.Group):
    """Imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (as click)
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (as click)
        """Return a command."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"beamio.cli.nexus_{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 (as click)
        formatter: click.HelpFormatter,
    ) -> None:
        """Write what each command does, without importing it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Group)
def nexus() -> None:
    """Make NeXus files, and compare them with the definitions."""

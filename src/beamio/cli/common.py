"""Options that commands share, declared once."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

overwrite = click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
dry_run = click.option(
    "--dry-run", is_flag=True, help="Show what would be done, and stop."
)
as_json = click.option(
    "--json", "as_json", is_flag=True, help="Print the report as JSON."
)


def threads(work: str) -> Callable[[Command], Command]:
    """Return the option for the number of threads that do some work."""
    return click.option(
        "--threads",
        type=int,
        metavar="N",
        help=f"{work}; as many as usable CPUs if not given.",
    )


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given on the command line."""
    return {
        name: value
        for name, value in options.items()
        if value is not None and value is not False and value != ()
    }

"""Options that commands share, declared once."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]

dry_run: Option[Any] = click.option(
    "--dry-run", is_flag=True, help="Show what would be done, and stop."
)


def overwrite(what: str = "OUT") -> Option[Any]:
    """Return the option to replace a file that exists."""
    return click.option(
        "--overwrite", is_flag=True, help=f"Replace {what} if it exists."
    )


def as_json(what: str = "the report as JSON") -> Option[Any]:
    """Return the option to print something for programs."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what}.")


def threads(work: str = "Threads that read, decode and encode") -> Option[Any]:
    """Return the option for the number of threads that do some work."""
    return click.option(
        "--threads",
        type=int,
        metavar="N",
        help=f"{work}; as many as usable CPUs if not given.",
    )


ALL = "; --max 0 shows all"
"""What tells of `most`."""


def most(what: str, default: int) -> Option[Any]:
    """Return the option for how many lines are shown of something."""
    return click.option(
        "--max",
        "most",
        type=click.IntRange(min=0),
        default=default,
        show_default=True,
        metavar="N",
        help=f"{what}, at most; 0 for all.",
    )


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given on the command line."""
    return {
        name: value
        for name, value in options.items()
        if value is not None and value is not False and value != ()
    }

"""Lines that the reports of several commands have."""

from collections.abc import Iterator

import click

from beamio.cli.notices import warn
from beamio.view import count, extent, printable, size

LISTED = 20
"""Lines of a list, at most, unless all are asked for."""


def more(
    number: int, most: int = LISTED, *, indent: str = "", hint: str = ""
) -> Iterator[str]:
    """Yield a line with how many of a list are left out, if any.

    Examples
    --------
    >>> list(more(20)), list(more(1021))
    ([], ['and 1,001 more'])
    """
    if number > most:
        yield f"{indent}and {number - most:,} more{hint}"


def print_more(number: int) -> None:
    """Print how many of a list of `LISTED` lines are left out, if any."""
    for line in more(number):
        click.echo(line)


def speed(nbytes: int, seconds: float) -> str:
    """Return how long something took, and the bytes of values that went by.

    Examples
    --------
    >>> speed(3_000_000_000, 2)
    'in 2.00 s (1,500 MB/s)'
    """
    return f"in {seconds:.2f} s ({nbytes / seconds / 1e6:,.0f} MB/s)"


def heading(path: str, shape: tuple[int, ...] | None, dtype: str) -> str:
    """Return the line of a dataset, its path in bold."""
    about = f"{extent(shape or ()) or 'scalar'} {dtype}"
    return f"{click.style(printable(path), bold=True)}  {about}"


def written(nbytes: int, output: str) -> str:
    """Return how much a file has got."""
    return f"{size(nbytes)} written to {printable(output)}"


def warn_of_losses(references: int, place: str, uncompared: int) -> None:
    """Warn of references that lead nowhere in a copy, and of values not compared."""
    if references:
        warn(f"{count(references, 'reference')} to what is not {place} became null")
    if uncompared:
        warn(
            f"{count(uncompared, 'dataset')} not compared: the filter does not "
            "say by how much it may change a value"
        )

"""``beamio diff``."""

import json
import sys
from dataclasses import asdict
from itertools import islice
from math import isfinite
from typing import Any

import click

from beamio import diff as compare
from beamio.cli import common
from beamio.cli.progress import progress_bar
from beamio.cli.report import more
from beamio.cli.url import URL
from beamio.cli.verdict import FAILED, errors_are_no_answer
from beamio.diff.report import Difference, DiffReport
from beamio.diff.words import lines_of, shown, summary
from beamio.view import printable


@click.command()
@click.argument("a", type=URL, metavar="A[::/PATH]")
@click.argument("b", type=URL, metavar="B[::/PATH]")
@click.option(
    "--atol",
    type=float,
    default=0.0,
    metavar="X",
    help="Numbers that lie at most X apart are the same.",
)
@click.option(
    "--rtol",
    type=float,
    default=0.0,
    metavar="X",
    help="... or X times the number in B; with --atol, the sum of both.",
)
@click.option("--nan-differs", is_flag=True, help="NaN is not the same as NaN.")
@click.option(
    "--values-only", is_flag=True, help="Types may differ if the values are the same."
)
@click.option(
    "--follow", is_flag=True, help="Compare what links lead to, not the links."
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATTERN",
    help="Leave out objects of this path or name, and what is below; * and ? as in "
    "the shell; repeatable.",
)
@click.option(
    "--ignore-attribute",
    "ignore_attributes",
    multiple=True,
    metavar="NAME",
    help="Leave out attributes of this name or pattern; repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=URL,
    metavar="FILE",
    help="Write B - A: .h5 for all datasets that differ, .npy for one, .png for a "
    "picture of images.",
)
@common.overwrite("the file of -o")
@common.most("Differences that are shown", 100)
@common.threads("Threads that decode and compare")
@common.as_json()
def diff(
    a: str,
    b: str,
    *,
    nan_differs: bool,
    most: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Say what A and B differ in: tree, types, attributes and values.

    A and B are files of any format, or parts of them. Exit status: 0 if they are the
    same, 1 if they differ, 2 if that can't be told.

    \b
    Examples:
        beamio diff yesterday.h5 today.h5
        beamio diff scan.h5::/1.1 scan.h5::/7.1 --ignore "*_time"
        beamio diff raw.edf converted.h5::/entry/data --values-only
        beamio diff a.h5 b.h5 --rtol 1e-6 -o difference.png
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    with errors_are_no_answer():
        with progress_bar() as progress:
            report = compare(
                a, b, equal_nan=not nan_differs, progress=progress, **options
            )
        if as_json:
            click.echo(json.dumps(_facts(report)))
        else:
            _print(report, most or sys.maxsize, options["output"])
    sys.exit(FAILED if report.unreadable else int(bool(report)))


def _print(report: DiffReport, most: int, output: str | None) -> None:
    if report:
        for letter, url in (("A", report.a), ("B", report.b)):
            click.echo(f"{letter}  {printable(url)}")
        click.echo()
    for difference in islice(report.differences, most):
        first, *rest = lines_of(difference)
        click.secho(first, bold=True)
        for line in rest:
            click.echo(line)
    for line in more(len(report.differences), most, hint=common.ALL):
        click.echo(line)
    if report:
        click.echo()
    click.echo(summary(report))
    if output is not None and report.datasets:
        click.echo(f"B - A in {printable(output)}")


def _facts(report: DiffReport) -> dict[str, Any]:
    facts = asdict(report)
    facts["same"] = not report
    facts["differences"] = list(map(_of_difference, report.differences))
    return facts


def _of_difference(difference: Difference) -> dict[str, Any]:
    facts = asdict(difference)
    if difference.values is not None:
        facts["values"] = {
            name: _plain(value) for name, value in facts["values"].items()
        }
    return facts


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold; what is not finite as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple):
        return list(value)
    return shown(value)

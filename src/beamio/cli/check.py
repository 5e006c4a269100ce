"""``beamio check``."""

import json
import sys
from typing import Any

import click

from beamio.check import CheckReport, check_files
from beamio.check.words import line_of, lines_of, ordered, verdict
from beamio.cli import common
from beamio.cli.progress import progress_bar
from beamio.cli.report import more
from beamio.cli.url import URL
from beamio.cli.verdict import errors_are_no_answer
from beamio.view import printable

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command()
@click.argument("files", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
@click.option(
    "--deep",
    is_flag=True,
    help="Also read and decode all values, and verify checksums: tells damaged chunks.",
)
@common.most("Findings, and files outside, that are shown of a file", 20)
@common.threads("Threads that decode")
@click.option(
    "--patience",
    type=float,
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Time of computing on one object after which it is given up.",
)
@common.as_json("the reports as JSON")
def check(files: tuple[str, ...], *, most: int, as_json: bool, **options: Any) -> None:
    """Say what would go wrong with files of any format.

    Links that lead nowhere, missing sources and filters, chunks that are damaged or
    lie beyond the end, a file that a dead writer left open, mistakes that keep a plot
    from showing; and every file outside that is needed. Exit status: 0 if all is well,
    1 if there are problems, 2 if a file can't be read.

    \b
    Examples:
        beamio check scan.h5
        beamio check --deep *.h5
        beamio check scan.h5::/1.1
        beamio check scan_%04d.edf
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    worst = 0
    reports: list[dict[str, Any]] = []
    with errors_are_no_answer(), progress_bar() as progress:
        for report in check_files(files, progress=progress, **options):
            worst = max(worst, report.status)
            if as_json:
                reports.append(report.facts())
            else:
                _print(report, most or sys.maxsize)
    if as_json:
        click.echo(json.dumps(reports))
    sys.exit(worst)


def _print(report: CheckReport, most: int) -> None:
    findings = ordered(report)
    colour = "red" if report.status else "green"
    click.secho(f"{printable(report.file)}  ", bold=True, nl=False)
    click.secho(verdict(report), fg=colour)
    for finding in findings[:most]:
        first, *rest = lines_of(finding)
        click.secho(f"  {first}", fg=_COLOURS.get(finding.severity))
        for line in rest:
            click.echo(line)
    _tell_more(len(findings), most)
    outside = sorted(report.dependencies, key=lambda each: (each.found, each.name))
    if outside:
        click.echo("  outside")
    for dependency in outside[:most]:
        fg = None if dependency.found else "red"
        click.secho(f"    {line_of(dependency)}", fg=fg)
    _tell_more(len(outside), most)


def _tell_more(number: int, most: int) -> None:
    for line in more(number, most, indent="    ", hint=common.ALL):
        click.echo(line)

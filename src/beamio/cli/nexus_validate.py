"""``beamio nexus validate``."""

import json
import sys
from collections.abc import Iterator

import click

from beamio.cli.common import ALL, as_json, most
from beamio.cli.notices import tell
from beamio.cli.report import more
from beamio.cli.terminal import write_lines
from beamio.cli.url import URL
from beamio.cli.verdict import FAILED
from beamio.errors import BeamioError
from beamio.nexus.validation import ValidationReport, Validator
from beamio.nexus.validation.words import lines_of, lines_of_plot, verdict
from beamio.view import printable


@click.command()
@click.argument("urls", metavar="FILE[::/PATH]...", nargs=-1, required=True, type=URL)
@click.option(
    "--definition",
    metavar="NAME",
    help="Definition to compare with, such as NXtomo; by default the one that the "
    "field definition of each entry names.",
)
@click.option(
    "--entry", metavar="PATH", help="Group to look at; by default all entries."
)
@click.option("--strict", is_flag=True, help="Warnings count as errors do.")
@click.option("--quiet", is_flag=True, help="Only what came out, not what was found.")
@click.option(
    "--nxdl",
    metavar="FOLDER",
    help="Definitions to use: a clone of the repository of NeXus; by default those of "
    "the package nexusformat.",
)
@most("Findings that are shown of an entry", 50)
@as_json("the reports as JSON")
def validate(  # noqa: PLR0913 (its options)
    urls: tuple[str, ...],
    *,
    definition: str | None,
    entry: str | None,
    nxdl: str | None,
    as_json: bool,
    most: int,
    strict: bool,
    quiet: bool,
) -> None:
    """Compare files with the definitions of NeXus, and follow their default plot.

    Exit status: 0 if all entries are valid, 1 if one is not, 2 if that can't be told.

    \b
    Examples:
        beamio nexus validate scan.nx
        beamio nexus validate scan.nx --definition NXtomo
        beamio nexus validate bliss.h5 --entry 1.1
        beamio nexus validate *.nx --quiet
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    code, facts = 0, []
    validator = click.get_current_context().with_resource(Validator())
    for url in urls:
        try:
            report = validator.validate(url, definition, entry=entry, definitions=nxdl)
        except (BeamioError, OSError) as error:
            if click.get_current_context().find_root().params.get("debug"):
                raise
            code = FAILED
            sys.stdout.flush()
            tell(error)
            continue
        has_problems = not report.is_valid or (
            strict and any(each.warnings for each in report.entries)
        )
        code = max(code, int(has_problems))
        if as_json:
            facts.append(report.facts())
        else:
            write_lines(_lines(report, quiet=quiet, most=most or sys.maxsize))
    if as_json:
        click.echo(json.dumps(facts))
    sys.exit(code)


def _lines(report: ValidationReport, *, quiet: bool, most: int) -> Iterator[str]:
    if quiet:
        for entry in report.entries:
            yield f"{printable(report.url)}  {verdict(entry, report.release)}"
        return
    yield printable(report.url)
    for entry in report.entries:
        yield ""
        yield verdict(entry, report.release)
        for finding in entry.findings[:most]:
            yield ""
            yield from lines_of(finding)
        yield from more(len(entry.findings), most, hint=ALL)
    yield ""
    yield from lines_of_plot(report)

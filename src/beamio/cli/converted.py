"""What a conversion from or to formats other than HDF5 has done, printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from beamio.cli.notices import warn
from beamio.cli.report import LISTED, print_more, speed, written
from beamio.convert import ConvertPlan, ConvertReport
from beamio.convert.report import Failed
from beamio.view import count, extent, printable, size


def print_plan(plan: ConvertPlan, *, as_json: bool) -> Sequence[Failed]:
    """Print what would be done; return what could not be."""
    looked_at = list(plan.looked_at())
    found = [one for one in looked_at if not isinstance(one, Failed)]
    failed = [one for one in looked_at if isinstance(one, Failed)]
    if as_json:
        sources = [
            {"source": one.name, "files": one.files, "entries": paths, "notes": notes}
            for one, paths, notes in found
        ]
        told = {"sources": sources, "failed": list(map(asdict, failed))}
        click.echo(json.dumps({"output": plan.target.file, **told}))
        return failed
    for source, entries, notes in found:
        click.echo(click.style(printable(source.name), bold=True))
        for path, shape, dtype in entries:
            about = f"  {extent(shape)} {dtype}" if dtype else ""
            click.echo(f"    -> {printable(path)}{about}")
        for note in notes:
            warn(note)
    click.echo(
        f"\n{count(len(found), 'source')} would be written to "
        f"{printable(plan.target.file)}"
    )
    print_failed(failed)
    return failed


def print_files(report: ConvertReport, *, as_json: bool) -> None:
    """Print which files would be written."""
    files = report.written
    if as_json:
        failed = list(map(asdict, report.failed))
        click.echo(json.dumps({"files": files, "failed": failed}))
        return
    for file in files[:LISTED]:
        click.echo(printable(file))
    print_more(len(files))
    click.echo(f"\n{count(len(files), 'file')} would be written")
    print_failed(report.failed)


def print_converted(report: ConvertReport) -> None:
    """Print what was done, warnings and failures on standard error."""
    for one in report.converted[:LISTED]:
        what = count(one.frames, "image") if one.frames else ""
        what = what or count(one.datasets, "dataset")
        files = f" ({count(len(one.files), 'file')})" if len(one.files) > 1 else ""
        click.echo(
            f"{click.style(printable(one.source), bold=True)}{files} -> "
            f"{printable(one.path)}  {what}, {size(one.nbytes)}"
        )
        for note in one.notes:
            warn(note)
    print_more(len(report.converted))
    if len(report.written) > 1:
        click.echo(f"{count(len(report.written), 'file')} written")
    if report.deleted:
        click.echo(f"{count(len(report.deleted), 'source file')} deleted")
    done = "converted and compared" if report.verified else "converted, not compared,"
    click.echo(
        f"\n{done} {speed(report.nbytes, report.seconds)}\n"
        f"{written(report.bytes_after, report.output)}"
    )
    print_failed(report.failed)
    print_undeleted(report.undeleted)


def print_failed(failures: Sequence[Failed]) -> None:
    """Print what could not be converted, on standard error."""
    _print_each(failures, "source", "could not be converted")


def print_undeleted(failures: Sequence[Failed]) -> None:
    """Print which sources are still there, on standard error."""
    _print_each(failures, "source file", "converted, but not deleted")


def _print_each(failures: Sequence[Failed], what: str, went: str) -> None:
    if not failures:
        return
    click.secho(f"\n{count(len(failures), what)} {went}:", fg="red", err=True)
    for failed in failures:
        click.secho(f"  {printable(failed.message)}", fg="red", err=True)

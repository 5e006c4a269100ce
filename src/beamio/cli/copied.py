"""What a copy from HDF5 to HDF5 has done, printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from beamio.cli.converted import print_failed, print_undeleted
from beamio.cli.notices import warn
from beamio.cli.repack import print_datasets
from beamio.cli.report import LISTED, print_more, speed, warn_of_losses, written
from beamio.convert.hdf5_report import CopyReport
from beamio.repack.gather import LinkNote
from beamio.view import count, printable


def print_copied(report: CopyReport, *, as_json: bool = False) -> None:
    """Print a report, warnings on standard error."""
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    _print_places(report)
    print_datasets(report.changed, report.copied)
    if report.followed:
        click.echo(f"{count(report.followed, 'link')} followed")
    _print_notes(report.notes)
    warn_of_losses(
        report.lost_references, "copied", report.verified and report.uncompared
    )
    for file in report.deleted:
        click.echo(f"{printable(file)} removed")
    verified = "copied and compared" if report.verified else "copied, not compared,"
    click.echo(
        f"\n{verified} {speed(report.nbytes, report.seconds)}\n"
        f"{written(report.bytes_after, report.output)}"
    )
    print_failed(report.failed)
    print_undeleted(report.undeleted)


def _print_places(report: CopyReport) -> None:
    if report.places != ("/",):
        for one in report.converted:
            target = click.style(printable(one.path), bold=True)
            click.echo(f"{printable(one.source)} -> {target}")


def _print_notes(notes: Sequence[LinkNote]) -> None:
    for note in notes[:LISTED]:
        warn(str(note))
    print_more(len(notes))

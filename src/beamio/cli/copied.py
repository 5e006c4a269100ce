"""What a copy from HDF5 to HDF5 has done, printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from beamio.cli.converted import print_failed, print_undeleted
from beamio.cli.notices import warn
from beamio.cli.repack import print_changed
from beamio.convert.hdf5_report import CopyReport
from beamio.repack.gather import LinkNote
from beamio.view import count, printable, size

_LISTED = 20
"""Lines of a list, at most."""


def print_copied(report: CopyReport, *, as_json: bool = False) -> None:
    """Print a report, warnings on standard error."""
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    _print_places(report)
    for changed in report.changed[:_LISTED]:
        print_changed(changed)
    _print_more(len(report.changed))
    if report.copied:
        click.echo(f"{count(report.copied, 'dataset')} copied as they are")
    if report.followed:
        click.echo(f"{count(report.followed, 'link')} followed")
    _print_notes(report.notes)
    _print_losses(report)
    for file in report.deleted:
        click.echo(f"{printable(file)} removed")
    rate = report.nbytes / report.seconds / 1e6
    verified = "copied and compared" if report.verified else "copied, not compared,"
    click.echo(
        f"\n{verified} in {report.seconds:.2f} s ({rate:,.0f} MB/s)\n"
        f"{size(report.bytes_after)} written to {printable(report.output)}"
    )
    print_failed(report.failed)
    print_undeleted(report.undeleted)


def _print_places(report: CopyReport) -> None:
    if report.places != ("/",):
        for one in report.converted:
            target = click.style(printable(one.path), bold=True)
            click.echo(f"{printable(one.source)} -> {target}")


def _print_losses(report: CopyReport) -> None:
    if report.lost_references:
        lost = count(report.lost_references, "reference")
        warn(f"{lost} to what is not copied became null")
    if report.verified and report.uncompared:
        warn(
            f"{count(report.uncompared, 'dataset')} not compared: the filter does not "
            "say by how much it may change a value"
        )


def _print_notes(notes: Sequence[LinkNote]) -> None:
    for note in notes[:_LISTED]:
        warn(str(note))
    _print_more(len(notes))


def _print_more(number: int) -> None:
    if number > _LISTED:
        click.echo(f"and {number - _LISTED:,} more")

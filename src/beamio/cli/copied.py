"""What a copy from HDF5 to HDF5 has done, printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from beamio.cli.converted import print_failed, print_undeleted
from beamio.cli.notices import warn
from beamio.cli.repack import described, print_datasets, print_plan
from beamio.cli.report import LISTED, print_more, speed, warn_of_losses, written
from beamio.convert.hdf5 import CopyPlan
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


def print_copy_plan(plan: CopyPlan, *, as_json: bool) -> None:
    """Print what would be copied."""
    if as_json:
        told = {
            "output": plan.output,
            "sources": [{"source": name, "path": path} for name, path in plan.ways],
            "datasets": list(map(described, plan.datasets.datasets.values())),
            "notes": list(map(str, plan.notes)),
            "failed": list(map(asdict, plan.failed)),
        }
        click.echo(json.dumps(told))
        return
    for name, path in plan.ways:
        _print_way(name, path)
    print_plan(plan.datasets, as_json=False)
    _print_notes(plan.notes)
    print_failed(plan.failed)


def _print_places(report: CopyReport) -> None:
    if report.places != ("/",):
        for one in report.converted:
            _print_way(one.source, one.path)


def _print_way(source: str, path: str) -> None:
    click.echo(f"{printable(source)} -> {click.style(printable(path), bold=True)}")


def _print_notes(notes: Sequence[LinkNote]) -> None:
    for note in notes[:LISTED]:
        warn(str(note))
    print_more(len(notes))

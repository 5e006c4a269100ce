"""``beamio repack``."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from beamio.cli import common
from beamio.cli.progress import progress_bar
from beamio.cli.report import LISTED, heading, print_more, speed, warn_of_losses
from beamio.cli.url import URL
from beamio.model import COMPRESSIONS
from beamio.repack import (
    Advice,
    DatasetPlan,
    RepackedDataset,
    RepackOptions,
    RepackPlan,
    RepackReport,
    advise,
    planned,
    run,
)
from beamio.view import count, extent, printable, size


@click.command()
@click.argument("source", type=URL, metavar="IN")
@click.argument("output", type=URL, metavar="OUT", required=False)
@click.option(
    "--filter",
    metavar="NAME[:OPTIONS]",
    help="Compress datasets with this filter instead of their own; none to "
    f"decompress. One of {', '.join(COMPRESSIONS)}.",
)
@click.option(
    "--chunks",
    metavar="SHAPE",
    help="keep (the default), auto for chunks that suit frames, or numbers: "
    "1,2048,2048, for datasets of as many dimensions.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PATH",
    help="Only these datasets get the new filter, chunks or checksum; all else is "
    "copied as it is. A path or a pattern such as /entry/*; repeatable.",
)
@click.option(
    "--checksum", is_flag=True, help="Add a checksum that tells when bits have changed."
)
@common.overwrite()
@click.option("--no-verify", is_flag=True, help="Do not compare the copy with IN.")
@common.threads("Threads that decode and encode")
@common.dry_run
@click.option(
    "--advise",
    "advised",
    is_flag=True,
    help="Try filters and chunks on a sample of the largest dataset of numbers, or of "
    "IN::/path, and recommend one.",
)
@common.as_json()
def repack(
    source: str,
    output: str | None,
    *,
    no_verify: bool,
    dry_run: bool,
    advised: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Copy all that the HDF5 file IN holds into OUT, and compare the two.

    Without options every chunk is copied byte for byte, which leaves unused space
    behind. --filter and --chunks concern datasets of numbers that have chunks
    or 4 kB at least; the others, such as texts, are copied as they are.

    \b
    Examples:
        beamio repack scan.h5 small.h5 --filter bitshuffle-lz4
        beamio repack scan.h5 new.h5 --filter zstd:5 --only /entry/data/data
        beamio repack scan.h5 by_row.h5 --chunks 64,1,2048
        beamio repack scan.h5 --filter blosc2 --dry-run
        beamio repack --advise scan.h5
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    if advised:
        with progress_bar() as progress:
            advice = advise(source, threads=options["threads"], progress=progress)
        _print_advice(advice, as_json=as_json)
        return
    if output is None and not dry_run:
        raise click.UsageError("name the file to write, OUT, or look with --dry-run")
    chosen = RepackOptions.parse(verify=not no_verify, **options)
    with planned(source, output, chosen) as plan:
        if dry_run:
            print_plan(plan, as_json=as_json)
            return
        with progress_bar() as progress:
            report = run(plan, progress)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        _print_report(report)


def print_plan(plan: RepackPlan, *, as_json: bool) -> None:
    """Print what would become of each dataset."""
    datasets = list(plan.datasets.values())
    if as_json:
        click.echo(json.dumps([described(dataset) for dataset in datasets]))
        return
    for dataset in datasets:
        click.echo(heading(dataset.path, dataset.shape, dataset.dtype))
        if dataset.new is not None:
            click.echo(f"    {dataset.before} -> {dataset.after}")
        else:
            why = f" ({dataset.reason})" if dataset.reason else ""
            click.echo(f"    {dataset.before}, copied as it is{printable(why)}")
    changed = sum(dataset.new is not None for dataset in datasets)
    click.echo(f"\n{count(changed, 'dataset')} of {len(datasets):,} would change")


def described(dataset: DatasetPlan) -> dict[str, object]:
    """Return what would become of a dataset, for JSON."""
    return {
        "path": dataset.path,
        "shape": dataset.shape,
        "dtype": dataset.dtype,
        "nbytes": dataset.nbytes,
        "stored": dataset.stored,
        "before": str(dataset.before),
        "after": str(dataset.after),
        "changes": dataset.new is not None,
        "reason": dataset.reason,
    }


def _print_report(report: RepackReport) -> None:
    print_datasets(report.changed, report.copied)
    warn_of_losses(
        report.lost_references, "in the file", report.verified and report.uncompared
    )
    verified = "repacked and compared" if report.verified else "repacked, not compared,"
    click.echo(
        f"\n{verified} {speed(report.nbytes, report.seconds)}\n"
        f"{size(report.bytes_before)} -> {size(report.bytes_after)} "
        f"({_share(report.bytes_before, report.bytes_after)}) in "
        f"{printable(report.output)}"
    )


def print_datasets(changes: Sequence[RepackedDataset], copied: int) -> None:
    """Print how datasets are stored, and were before, and how many are as they were."""
    for changed in changes[:LISTED]:
        click.echo(
            f"{heading(changed.path, changed.shape, changed.dtype)}\n"
            f"    {changed.before} -> {changed.after}\n"
            f"    {size(changed.bytes_before)} -> {size(changed.bytes_after)} "
            f"of {size(changed.nbytes)}"
        )
    print_more(len(changes))
    if copied:
        click.echo(f"{count(copied, 'dataset')} copied as they are")


def _share(before: int, after: int) -> str:
    return f"{100 * after / before:.0f} %"


def _print_advice(advice: Advice, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(advice)))
        return
    click.echo(
        f"{heading(advice.source, advice.shape, advice.dtype)}\n"
        f"    {advice.storage}, ratio {advice.ratio:.2f}\n"
        f"    tried on {extent(advice.sample)}; MB/s of values, without the disk\n"
    )
    row = "{:<20} {:<18} {:>6} {:>8} {:>9} {:>7}"
    head = row.format("filter", "chunks", "ratio", "write", "by frame", "by row")
    click.secho(head, bold=True)
    for trial in advice.trials:
        line = row.format(
            trial.filter,
            extent(trial.chunks),
            f"{trial.ratio:.2f}",
            f"{trial.write / 1e6:,.0f}",
            f"{trial.read_frames / 1e6:,.0f}",
            f"{trial.read_rows / 1e6:,.1f}",
        )
        best = trial == advice.best
        click.secho(f"{line}{'  <-' if best else ''}", fg="green" if best else None)
    click.echo(f"\nrecommended\n    {printable(advice.command)}")

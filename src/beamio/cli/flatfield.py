"""``beamio flatfield``."""

import json
from dataclasses import asdict
from typing import Any

import click

from beamio.cli import common
from beamio.cli.notices import warn
from beamio.cli.progress import progress_bar
from beamio.cli.report import speed, written
from beamio.cli.url import URL
from beamio.flatfield import (
    FlatFieldOptions,
    FlatFieldPlan,
    FlatFieldReport,
    describe,
    planned,
    run,
)
from beamio.flatfield.combine import REDUCTIONS
from beamio.flatfield.integers import INTEGERS
from beamio.flatfield.invalid import FILLS
from beamio.flatfield.model import DTYPES
from beamio.flatfield.options import LAYOUTS
from beamio.flatfield.run import ReductionReport, reduce
from beamio.model import COMPRESSIONS
from beamio.view import count, printable, size


@click.command()
@click.argument("scan", type=URL, nargs=-1, required=True)
@click.option("-o", "--output", type=URL, metavar="OUT", help="The HDF5 file to write.")
@click.option(
    "--entry", metavar="NAME", help="The NXtomo to correct, of several in a file."
)
@click.option(
    "--flat",
    "flats",
    multiple=True,
    metavar="PLACE",
    help="These flats instead of those that are found; repeatable.",
)
@click.option(
    "--dark", "darks", multiple=True, metavar="PLACE", help="These darks; repeatable."
)
@click.option(
    "--no-dark", "without_darks", is_flag=True, help="Take the darks to be zero."
)
@click.option(
    "--reduced",
    metavar="PLACE",
    help="Flats and darks combined earlier, in the files PLACE_flats.hdf5 and "
    "PLACE_darks.hdf5 of beamio, tomoscan or nabu.",
)
@click.option(
    "--save-reduced",
    metavar="PLACE",
    help="Keep the combined flats and darks in two such files; without -o, no more "
    "is done.",
)
@click.option(
    "--position",
    metavar="FROM",
    help="Where each frame lies in the scan: number (in its name; the default where "
    "there is one), index, @NAME (attribute, header entry, motor, counter), "
    "the PLACE of a dataset, or numbers: 0,500.",
)
@click.option("--flat-position", metavar="FROM", help="Where each flat lies.")
@click.option("--dark-position", metavar="FROM", help="Where each dark lies.")
@click.option(
    "--current",
    metavar="FROM",
    help="Beam current of each frame: @NAME, the PLACE of a dataset, or numbers.",
)
@click.option("--flat-current", metavar="FROM", help="Beam current of each flat.")
@click.option(
    "--no-current",
    "without_current",
    is_flag=True,
    help="Leave the beam current alone that an NXtomo notes.",
)
@click.option("--frames", metavar="A:B:STEP", help="Only these frames.")
@click.option(
    "--region", "--roi", metavar="ROWS,COLUMNS", help="Only this part: 100:400,50:600."
)
@click.option(
    "--reduce",
    type=click.Choice(REDUCTIONS),
    default="median",
    show_default=True,
    help="How images at one position are combined.",
)
@click.option(
    "--sigma",
    type=float,
    default=3.0,
    show_default=True,
    help="Deviations from the median that sigma-clip allows.",
)
@click.option(
    "--mask", metavar="PLACE", help="An image, not 0 where pixels are invalid."
)
@click.option(
    "--invalid",
    type=str,
    metavar="VALUE",
    help="The value that the detector writes into such pixels.",
)
@click.option(
    "--fill",
    type=click.Choice(list(FILLS)),
    default="nan",
    show_default=True,
    help="What invalid pixels become.",
)
@click.option(
    "--clip",
    type=(float, float),
    metavar="LOW HIGH",
    help="Limits of the transmission, before the logarithm.",
)
@click.option("--log", is_flag=True, help="Write absorption, -ln(transmission).")
@click.option(
    "--floor",
    type=float,
    default=1e-6,
    show_default=True,
    help="The least transmission of which the logarithm is taken.",
)
@click.option(
    "--dtype",
    type=click.Choice([*DTYPES, *INTEGERS]),
    default="float32",
    show_default=True,
    help="Type of the result; uint16 stands for values in even steps.",
)
@click.option(
    "--limits",
    type=(float, float),
    metavar="LOW HIGH",
    help="With uint16: the values that 0 and 65534 stand for.",
)
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="stack",
    show_default=True,
    help="One stack, or a dataset for each frame under its own name.",
)
@click.option(
    "--compression",
    metavar="NAME[:OPTIONS]",
    default="none",
    show_default=True,
    help=f"One of {', '.join(COMPRESSIONS)}.",
)
@click.option(
    "--checksum",
    is_flag=True,
    help="Add checksums that tell when bits of the result have changed.",
)
@common.overwrite()
@click.option(
    "--preview", metavar="PNG", help="Draw raw, flat and corrected frames side by side."
)
@common.threads("Frames corrected at a time")
@common.dry_run
@common.as_json("the report, or the plan, as JSON")
def flatfield(
    scan: tuple[str, ...],
    *,
    output: str | None,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Correct every frame of SCAN: (raw - dark) / (flat - dark).

    SCAN is an HDF5 file, a path in one (FILE::/path), or image files such as EDF:
    one, several, a glob or a folder. Flats and darks are looked for beside the raw
    frames, and interpolated to the moment of each frame. Of an NXtomo, image_key
    tells them, its beam current is applied, and the result is an NXtomo as well. A
    PLACE is a file, FILE::/path, or ::/path for a path in the scan's own file.

    \b
    Examples:
        beamio flatfield scan.h5 -o corrected.h5 --preview look.png
        beamio flatfield scan.h5::/data/0000 -o one.h5
        beamio flatfield scan.edf --flat flat.edf --dark dark.edf -o corrected.h5
        beamio flatfield scan.h5 --dry-run
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    only_reduced = output is None and options["save_reduced"] is not None
    if output is None and not dry_run and not only_reduced:
        raise click.UsageError("name the file to write with -o, or look with --dry-run")
    if only_reduced and options["preview"] is not None:
        raise click.UsageError("a preview is of corrected frames: name a file with -o")
    options["invalid"] = _number(options["invalid"])
    with planned(scan, output, FlatFieldOptions.parse(**options)) as plan:
        if not as_json:
            _print_plan(plan)
        elif dry_run:
            click.echo(
                json.dumps({"plan": list(describe(plan)), "warnings": plan.warnings})
            )
        if dry_run:
            return
        with progress_bar() as progress:
            report = (reduce if only_reduced else run)(plan, progress)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    elif isinstance(report, FlatFieldReport):
        _print_report(report)
    else:
        _print_reduced(report)


def _number(text: str | None) -> float | None:
    """Return a whole number exactly: 64-bit detectors have values no float holds."""
    if text is None:
        return None
    try:
        return int(text, 0)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a number", param_hint="--invalid"
        ) from None


def _print_plan(plan: FlatFieldPlan) -> None:
    for label, text in describe(plan):
        click.echo(f"{click.style(f'{label:<9}', bold=True)}{printable(text)}")
    for warning in plan.warnings:
        warn(warning)


def _print_reduced(report: ReductionReport) -> None:
    images = sum(series.images for series in (*report.flats, *report.darks))
    kept = len(report.flats) + len(report.darks)
    click.echo(
        f"\ncombined {count(images, 'image')} into {kept:,} in {report.seconds:.2f} s"
    )
    for path in report.outputs.values():
        click.echo(f"written to {printable(path)}")


def _print_report(report: FlatFieldReport) -> None:
    click.echo(
        f"\ncorrected {count(report.frames, 'frame')} "
        f"{speed(report.bytes_read, report.seconds)}\n"
        f"{size(report.bytes_read)} read, "
        f"{written(report.bytes_written, report.output)}"
    )
    if report.beyond:
        warn(
            f"{count(report.beyond, 'pixel')} beyond the limits of the integers, "
            "stored as the nearer limit; --limits sets others"
        )
    if not report.invalid:
        click.echo("no invalid pixels")
        return
    frames, rows, columns = report.shape
    share = 100 * report.invalid / (frames * rows * columns)
    reasons = ", ".join(
        f"{number:,} {reason.replace('_', ' ')}"
        for reason, number in report.reasons.items()
    )
    click.echo(f"{count(report.invalid, 'invalid pixel')} ({share:.2g} %): {reasons}")

"""``beamio nexus proc``."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import click

from beamio.cli import common
from beamio.cli.notices import warn
from beamio.cli.progress import progress_bar
from beamio.cli.report import speed, written
from beamio.cli.url import URL
from beamio.errors import OptionError
from beamio.model import COMPRESSIONS, Compression
from beamio.nexus import ProcessedReport, write_processed
from beamio.nexus.processed.write import ProcessedPlan, plan_processed
from beamio.view import extent, printable, size

_OPTIONS = {
    "raw": "--raw",
    "version": "--program-version",
    "sample_name": "--sample",
    "source_name": "--source",
    "source_type": "--source-type",
    "source_probe": "--probe",
}
"""Which option tells what is not known."""
_CHUNK_AXES = 3


@click.command()
@click.argument("volume", type=URL)
@click.option(
    "-o", "--output", metavar="OUT", type=URL, required=True, help="The file to write."
)
@click.option("--raw", type=URL, metavar="SCAN", help="The scan that it is made from.")
@click.option("--program", metavar="NAME", help="Which program made the volume.")
@click.option("--program-version", "version", metavar="TEXT", help="Its version.")
@click.option("--date", metavar="TIME", help="When, such as 2026-01-31T12:00:00.")
@click.option(
    "--parameter",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    help="What the result depends on; repeatable.",
)
@click.option(
    "--voxel-size", metavar="SIZE", help="Such as 0.65um, or three along z,y,x."
)
@click.option("--units", metavar="UNIT", help="Of the values, such as 1/m.")
@click.option("--transform", metavar="TEXT", help="What became of the values later.")
@click.option(
    "--scaling",
    type=float,
    metavar="FACTOR",
    help="What values are multiplied with to get the quantity.",
)
@click.option("--offset", type=float, metavar="VALUE", help="What is added then.")
@click.option("--title", metavar="TEXT", help="The title of the entry.")
@click.option("--sample", "sample_name", metavar="NAME", help="The sample.")
@click.option("--instrument", "instrument_name", metavar="NAME", help="The beamline.")
@click.option("--source", "source_name", metavar="NAME", help="The facility.")
@click.option("--source-type", metavar="TEXT", help="As 'Synchrotron X-ray Source'.")
@click.option("--probe", "source_probe", metavar="NAME", help="Such as x-ray.")
@click.option(
    "--filter",
    metavar="NAME[:OPTIONS]",
    help=f"Compress the values: one of {', '.join(COMPRESSIONS)}.",
)
@click.option("--chunks", metavar="SHAPE", help="Numbers such as 1,2048,2048.")
@click.option(
    "--no-verify", is_flag=True, help="Do not compare the output with the source."
)
@common.overwrite()
@common.threads()
@common.dry_run
@common.as_json("the plan, or the report, as JSON")
def proc(  # noqa: PLR0913 (its options)
    volume: str,
    *,
    output: str,
    parameters: tuple[str, ...],
    chunks: str | None,
    no_verify: bool,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write a VOLUME that was reconstructed as NXtomoproc.

    VOLUME is a dataset in HDF5 (FILE::/path), an npy file, or slices in TIFF, EDF and
    other image files: a file, a folder or a glob. What an NXtomo, the --raw scan, tells
    of sample and source comes along, and so does the program, where the file names it.

    \b
    Examples:
        beamio nexus proc rec.h5 --raw scan.nx -o volume.nx --voxel-size 0.65um
        beamio nexus proc slices/ --program tomopy --raw scan.nx -o volume.nx
        beamio nexus proc rec.npy --program ours --parameter padding=edge -o volume.nx
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    chosen = common.given(options)
    chosen["parameters"] = dict(map(_parameter, parameters))
    storing = {
        name: chosen.pop(name) for name in ("filter", "threads") if name in chosen
    }
    if dry_run:
        Compression.parse(storing.get("filter", "none"))
        _chunks(chunks)
        plan = plan_processed(volume, output, **chosen)
        if as_json:
            click.echo(json.dumps({**asdict(plan), "unknown": plan.facts.unknown}))
        else:
            _print_plan(plan)
        return
    with progress_bar() as progress:
        report = write_processed(
            volume,
            output,
            verify=not no_verify,
            chunks=_chunks(chunks),
            progress=progress,
            **storing,
            **chosen,
        )
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        _print(report)


def _chunks(text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != _CHUNK_AXES or not all(part.strip().isdecimal() for part in parts):
        raise OptionError(f"chunks are three numbers such as 1,2048,2048, not {text!r}")
    first, rows, columns = map(int, parts)
    return first, rows, columns


def _parameter(text: str) -> tuple[str, object]:
    """Return the name and the value of a parameter, as a number where it is one."""
    name, equals, value = text.partition("=")
    if not name or not equals or "/" in name or name.strip(".") == "":
        raise OptionError(f"a parameter is written NAME=VALUE, not {text!r}")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value


def _print(report: ProcessedReport) -> None:
    click.echo(
        f"{extent(report.shape)} {report.dtype}, made by {printable(report.program)}, "
        f"{speed(report.nbytes, report.seconds)}\n"
        f"{written(report.bytes_written, report.output)}"
        f"{', compared' if report.verified else ''}"
    )
    _warn_of(report.unknown)


def _print_plan(plan: ProcessedPlan) -> None:
    """Print what would be written."""
    shape, nbytes = extent(plan.shape), size(plan.nbytes)
    rows = {"volume": plan.volume, "": f"{shape} {plan.dtype}, {nbytes}"}
    known = {
        field.name.replace("_", " "): _shown(getattr(plan.facts, field.name))
        for field in fields(plan.facts)
    }
    rows |= {name: text for name, text in known.items() if text}
    rows["output"] = plan.output
    wide = max(map(len, rows))
    for name, text in rows.items():
        click.echo(f"{click.style(f'{name:<{wide}}', bold=True)}  {printable(text)}")
    _warn_of(plan.facts.unknown)


def _shown(value: object) -> str:
    """Return what is known, as text; nothing of what is nothing."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {each}" for name, each in value.items())
    if isinstance(value, tuple):
        return f"{' x '.join(f'{side:g}' for side in value)} m, along z, y and x"
    return (
        ""
        if value is None
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _warn_of(unknown: tuple[str, ...]) -> None:
    if unknown:
        told = ", ".join(_OPTIONS[name] for name in unknown)
        warn(f"not known, though NXtomoproc asks for it: tell it with {told}")

"""``beamio nexus proc``."""

import json
from dataclasses import asdict
from typing import Any

import click

from beamio.cli import common
from beamio.cli.notices import warn
from beamio.cli.progress import progress_bar
from beamio.cli.report import speed, written
from beamio.cli.url import URL
from beamio.errors import OptionError
from beamio.model import COMPRESSIONS
from beamio.nexus import ProcessedReport, write_processed
from beamio.view import extent, printable

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
@common.as_json()
def proc(
    volume: str,
    *,
    output: str,
    parameters: tuple[str, ...],
    chunks: str | None,
    no_verify: bool,
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
    with progress_bar() as progress:
        report = write_processed(
            volume,
            output,
            verify=not no_verify,
            chunks=_chunks(chunks),
            parameters=dict(map(_parameter, parameters)),
            progress=progress,
            **common.given(options),
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
    if report.unknown:
        told = ", ".join(_OPTIONS[name] for name in report.unknown)
        warn(f"not known, though NXtomoproc asks for it: tell it with {told}")

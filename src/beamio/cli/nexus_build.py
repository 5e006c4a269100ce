"""``beamio nexus build``."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import click

from beamio.cli import common
from beamio.cli.nexus_built import print_built, print_plan, summary
from beamio.cli.notices import tell
from beamio.cli.progress import progress_bar
from beamio.cli.terminal import is_asked
from beamio.cli.url import URL
from beamio.errors import (
    MissingMetadataError,
    OptionError,
    PositionError,
    UnitError,
    UnreadableError,
)
from beamio.model import COMPRESSIONS
from beamio.tomography import BuildOptions, BuildPlan
from beamio.tomography.build import planned, run

_ANGLES = (
    "Of rotation, in degrees: 0:180 ends before 180, 0..180 with it, 0:180:0.5 in "
    "steps; or a file with one for each projection."
)
_FACTS = (
    ("--angles", _ANGLES),
    ("--energy", "Of the beam, such as 20keV."),
    ("--pixel-size", "Of a pixel at the sample, such as 0.65um."),
    ("--detector-pixel-size", "Of a pixel of the detector."),
    ("--distance", "From the sample to the detector, such as 0.5m."),
    ("--exposure", "Of a frame, such as 0.1s."),
    ("--current", "Of the storage ring, such as 200mA, or a file of currents in A."),
    ("--sample", "The name of the sample."),
    ("--title", "The title of the scan."),
    ("--instrument", "The name of the beamline."),
    ("--source", "The name of the facility."),
    ("--source-type", "Such as 'Synchrotron X-ray Source'."),
    ("--probe", "Such as x-ray."),
    ("--field-of-view", "Full, or Half where the axis is at the border."),
)


def _facts(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each fact."""
    for name, text in reversed(_FACTS):
        command = click.option(name, metavar="VALUE", help=text)(command)
    return command


@click.command()
@click.argument("sources", nargs=-1, required=True, type=URL)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    required=True,
    help="The file to write, or FILE.nx::/entry to add an entry to.",
)
@click.option(
    "--flat",
    "--flats",
    "flats",
    metavar="PLACE",
    multiple=True,
    help="Where flats are; by default they are looked for.",
)
@click.option(
    "--dark",
    "--darks",
    "darks",
    metavar="PLACE",
    multiple=True,
    help="Where darks are; by default they are looked for.",
)
@click.option("--no-flat", "without_flats", is_flag=True, help="There are no flats.")
@click.option("--no-dark", "without_darks", is_flag=True, help="There are no darks.")
@click.option(
    "--position",
    metavar="HOW",
    help="Where the positions of projections come from: number, index, @NAME, a PLACE.",
)
@click.option("--flat-position", metavar="HOW", help="Those of flats; or numbers.")
@click.option("--dark-position", metavar="HOW", help="Those of darks; or numbers.")
@click.option("--detector", metavar="NAME", help="BLISS: one of several detectors.")
@_facts
@click.option(
    "--metadata",
    metavar="TOML",
    help="A file that tells the same, as in: energy = '20keV'. Options come first.",
)
@click.option(
    "--gaps",
    type=click.Choice(["stop", "skip"]),
    help="What to do about frames that were never written. [default: stop]",
)
@click.option(
    "--link",
    is_flag=True,
    help="Leave frames in their HDF5 files, and write a virtual dataset over them.",
)
@click.option(
    "--filter",
    metavar="NAME[:OPTIONS]",
    help=f"Compress the frames: one of {', '.join(COMPRESSIONS)}.",
)
@click.option("--chunks", metavar="SHAPE", help="Numbers such as 1,2048,2048.")
@click.option(
    "--verify/--no-verify",
    default=None,
    help="Compare every frame that is linked with its source, too; or none at all. "
    "[default: frames that are copied, and the ends of parts that are linked]",
)
@common.overwrite()
@common.threads()
@common.dry_run
@common.as_json("the plan, or the report, as JSON")
def build(
    sources: tuple[str, ...],
    *,
    output: str,
    verify: bool | None,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Make an NXtomo of the projections, flats and darks in SOURCES.

    SOURCES are an HDF5 file of BLISS, of DXchange, with groups as in the ESRF tutorial,
    or an NXtomo; a path in one (FILE::/path); or EDF or TIFF files: several, a glob, a
    folder, or a folder of folders of projections, flats and darks. What headers and
    datasets tell of the scan comes along.

    \b
    Examples:
        beamio nexus build scan.h5 -o scan.nx --dry-run
        beamio nexus build sample_0001.h5::/1.1 -o scan.nx --link
        beamio nexus build proj/ --flat flats/ --dark darks/ --angles 0:180 -o scan.nx
        beamio nexus build exchange.h5 -o scan.nx --filter bitshuffle-lz4
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    chosen = common.given(options)
    if verify is not None:
        chosen["verify"] = verify
    asks = is_asked() and not as_json
    with ExitStack() as stack:
        plan = _planned(sources, output, chosen, stack, asks=asks)
        if dry_run and as_json:
            click.echo(json.dumps(summary(plan)))
        elif not as_json:
            print_plan(plan)
        if dry_run:
            return
        with progress_bar() as progress:
            report = run(plan, progress)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        print_built(report)


def _planned(
    sources: tuple[str, ...],
    output: str,
    chosen: dict[str, Any],
    stack: ExitStack,
    *,
    asks: bool,
) -> BuildPlan:
    """Return the plan; ask for the angles where nothing tells them."""
    try:
        options = BuildOptions.parse(**chosen)
        return stack.enter_context(planned(sources, output, options))
    except MissingMetadataError as error:
        if not asks:
            raise
        tell(error)
    while True:
        angles = click.prompt("rotation angles, such as 0:180 or a file", err=True)
        try:
            options = BuildOptions.parse(**{**chosen, "angles": angles})
            return stack.enter_context(planned(sources, output, options))
        except (OptionError, PositionError, UnitError, UnreadableError) as error:
            tell(error)

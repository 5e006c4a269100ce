"""``beamio convert``."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from beamio.cli import common
from beamio.cli.converted import print_converted, print_files, print_plan
from beamio.cli.copied import print_copied, print_copy_plan
from beamio.cli.progress import progress_bar
from beamio.cli.url import URL
from beamio.convert import ConvertOptions, Failed, Way, make_plan, way_of
from beamio.convert import convert as convert_files
from beamio.convert.hdf5 import planned_copy
from beamio.convert.hdf5_options import DANGLING
from beamio.convert.hdf5_report import CopyReport
from beamio.convert.options import MODES, POLICIES
from beamio.model import COMPRESSIONS
from beamio.repack.gather import LINKS


@click.command(short_help="Convert files of any format, and compare.")
@click.argument("sources", type=URL, nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=URL,
    metavar="OUT",
    required=True,
    help="The file to write; its suffix says the format. FILE.h5::/group for a group, "
    "frame_%04d.edf for numbered files, %s.edf for the names of the sources.",
)
@click.option(
    "--stack",
    is_flag=True,
    help="The files that are named one by one are one stack, in the order of their "
    "numbers.",
)
@click.option(
    "--shape",
    metavar="SHAPE",
    help="SOURCES are raw binary: the length of each axis, such as 10,512,512. The "
    "type of a value is given with --dtype.",
)
@click.option(
    "--offset", type=int, metavar="N", help="Raw binary: bytes before the first value."
)
@click.option(
    "--begin", type=int, metavar="N", help="The first number of a series to take."
)
@click.option("--end", type=int, metavar="N", help="The last one, which is taken.")
@click.option(
    "--gaps",
    type=click.Choice(POLICIES),
    help="What to do where a number of a series is missing. [default: stop]",
)
@click.option(
    "--odd-shapes",
    type=click.Choice(POLICIES),
    help="What to do about images of another shape than the first. [default: stop]",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="x: OUT must not exist; w: it is replaced; a: it is added to, or made; r+: it "
    "is added to. [default: x, and a for FILE.h5::/group]",
)
@common.overwrite()
@click.option(
    "--filter",
    metavar="NAME[:OPTIONS]",
    help=f"Compress arrays of numbers: one of {', '.join(COMPRESSIONS)}.",
)
@click.option(
    "--chunks",
    metavar="SHAPE",
    help="Numbers such as 1,2048,2048, for arrays of as many dimensions; or auto.",
)
@click.option(
    "--links",
    type=click.Choice(LINKS),
    help="HDF5 to HDF5: keep links as they are, copy what they lead to, or make the "
    "names of files relative to OUT. [default: keep]",
)
@click.option(
    "--dangling",
    type=click.Choice(DANGLING),
    help="With --links copy: what to do about links that lead nowhere. [default: keep]",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="HDF5 to HDF5: what a source is called in OUT; once for each.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PATH",
    help="HDF5 to HDF5: only these datasets get the filter and the chunks.",
)
@click.option(
    "--checksum", is_flag=True, help="HDF5 to HDF5: add a checksum to each chunk."
)
@click.option("--format", metavar="NAME", help="The format, if OUT is a folder.")
@click.option(
    "--slice", metavar="SLICE", help="To other formats: only this part, as 0:10,:,5."
)
@click.option(
    "--dtype",
    metavar="TYPE",
    help="To other formats: the type of the values. With --shape: their type in the "
    "raw source, such as uint16, or >u2 with big bytes first.",
)
@click.option(
    "--unsafe-cast", is_flag=True, help="Values may change with their type (--dtype)."
)
@click.option(
    "--series", is_flag=True, help="A file for each image, where one could hold all."
)
@click.option(
    "--range",
    metavar="LOW,HIGH",
    help="PNG: the values drawn black and white; numbers, percentiles, min or max. "
    "[default: 1%,99%]",
)
@click.option("--log", is_flag=True, help="PNG: draw the logarithm.")
@click.option("--colormap", metavar="NAME", help="PNG: a colour map of matplotlib.")
@click.option("--bits", type=int, help="PNG: bits of a grey pixel, 8 or 16.")
@click.option(
    "--no-verify", is_flag=True, help="Do not compare the output with the sources."
)
@click.option(
    "--delete-source",
    is_flag=True,
    help="To HDF5: remove files that were wholly converted and compared.",
)
@common.threads()
@common.dry_run
@common.as_json()
def convert(
    sources: tuple[str, ...],
    *,
    output: str,
    no_verify: bool,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Convert SOURCES to the file OUT, and compare it with them.

    A glob in quotes, a folder of images or a series such as scan_%04d.edf is one
    stack. Other files get an entry each. A source may be a part of a file:
    FILE::/path[slice].

    \b
    Examples:
        beamio convert scan.edf -o scan.h5
        beamio convert 'scan_*.edf' -o scan.h5 --filter bitshuffle-lz4
        beamio convert scan_%04d.edf -o scan.h5 --begin 10 --end 99 --gaps pad
        beamio convert scan.spec::/94.1 -o all.h5::/94.1
        beamio convert monday.edf tuesday.edf -o week.h5
        beamio convert scan.h5::/entry/data -o frame_%04d.tif
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    chosen = common.given(options)
    if no_verify:
        chosen["verify"] = False
    if dry_run:
        if _show(sources, output, chosen, as_json=as_json):
            sys.exit(1)
        return
    with progress_bar() as progress:
        report = convert_files(sources, output, progress=progress, **chosen)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    elif isinstance(report, CopyReport):
        print_copied(report)
    else:
        print_converted(report)
    if report.failed or report.undeleted:
        sys.exit(1)


def _show(
    sources: tuple[str, ...], output: str, chosen: dict[str, Any], *, as_json: bool
) -> Sequence[Failed]:
    """Print what would be done; return what could not be."""
    way = way_of(sources, output, chosen)
    if way is Way.COPY:
        with planned_copy(sources, output, **chosen) as copy:
            print_copy_plan(copy, as_json=as_json)
            return copy.failed
    if way is Way.TO_FILES:
        report = convert_files(sources, output, **chosen, dry_run=True)
        print_files(report, as_json=as_json)
        return report.failed
    plan = make_plan(sources, output, ConvertOptions.parse(**chosen))
    return print_plan(plan, as_json=as_json)

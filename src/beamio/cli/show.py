"""``beamio show``."""

import json
import sys
from typing import Any

import click

from beamio.cli import common
from beamio.cli.notices import tell
from beamio.cli.url import URL
from beamio.errors import BeamioError
from beamio.picture.choose import picture_of
from beamio.picture.show import show as show_picture


@click.command()
@click.argument("urls", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
@click.option(
    "-f", "--frame", type=int, metavar="N", help="Frame N of a stack; -1 is the last."
)
@click.option(
    "--slice", metavar="SLICE", help="A part of the data, as in NumPy: 0,100:200,:"
)
@click.option("--log", is_flag=True, help="Show the logarithm of the values.")
@click.option(
    "--colormap", metavar="NAME", help="One of matplotlib's, such as viridis; grey."
)
@click.option(
    "--percentile",
    metavar="LO,HI",
    help="Percentages of the values that are darkest and brightest; 1,99 if not given.",
)
@click.option("--range", metavar="LO,HI", help="The values that are, instead.")
@click.option(
    "--reduce",
    type=click.Choice(["max", "mean"]),
    help="What one point shows of many pixels; max, so that no hot one is missed.",
)
@click.option("--width", type=int, metavar="N", help="Columns to fill.")
@click.option("--height", type=int, metavar="N", help="Lines to fill.")
@click.option(
    "--pixels/--no-pixels",
    default=None,
    help="Ask the terminal for its own graphics, or don't; known ones are asked.",
)
@click.option(
    "-o", "--output", metavar="OUT", help="Draw OUT.png, .svg or .pdf with matplotlib."
)
@common.overwrite()
@common.as_json("the statistics as JSON")
def show(  # noqa: PLR0913 (as many as there are options)
    urls: tuple[str, ...],
    *,
    output: str | None,
    overwrite: bool,
    as_json: bool,
    width: int | None,
    height: int | None,
    pixels: bool | None,
    **options: Any,
) -> None:
    """Draw what is in files in the terminal: images, curves, histograms, tables.

    Without a path it is the default plot of NeXus, the images, or the only dataset.
    Statistics are those of the whole frame, however small it is drawn.

    \b
    Examples:
        beamio show scan.h5
        beamio show scan.h5::/entry/data/data --frame 10 --log
        beamio show image.edf --range 0,500 --colormap viridis
        beamio show scan.h5 --slice 0,100:200,300:400
        beamio show scan.h5 -o scan.png
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    chosen = common.given(options)
    if output is not None and len(urls) > 1:
        raise click.UsageError("-o draws one file; name one")
    failed = False
    found = []
    for number, url in enumerate(urls):
        try:
            if as_json:
                found.append(picture_of(url, **chosen).facts())
                continue
            if number:
                click.echo()
            show_picture(
                url,
                width=width,
                height=height,
                pixels=pixels,
                output=output,
                overwrite=overwrite,
                **chosen,
            )
        except (BeamioError, OSError) as error:
            if len(urls) == 1 or isinstance(error, BrokenPipeError):
                raise
            failed = True
            tell(error)
    if as_json:
        click.echo(json.dumps(found))
    sys.exit(failed)

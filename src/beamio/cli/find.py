"""``beamio find``."""

import sys
from collections.abc import Iterable, Iterator

import click

from beamio.cli import common
from beamio.cli.notices import tell
from beamio.cli.terminal import json_array, write_lines
from beamio.cli.url import URL
from beamio.contents import Found
from beamio.contents import find as find_objects
from beamio.errors import BeamioError
from beamio.view import printable

_NONE, _ERROR = 1, 2
"""Exit status where nothing was found, and where something could not be looked at."""


@click.command()
@click.argument("urls", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
@click.option(
    "--name",
    metavar="GLOB",
    help="Name of the object, such as 'motor*'; its path if there is a slash.",
)
@click.option("--regex", metavar="RE", help="Regular expression, found in the path.")
@click.option(
    "--attr",
    "attribute",
    metavar="NAME[=VALUE]",
    help="Has this attribute, such as units=keV; patterns are welcome.",
)
@click.option(
    "--class", "nx_class", metavar="GLOB", help="NeXus class, such as NXdata."
)
@click.option(
    "--dtype",
    metavar="TYPE",
    help="Type of the elements: uint16, '>f4', 'float*', text, 'enum*'.",
)
@click.option(
    "--shape",
    metavar="SHAPE",
    help="2048,2048 or '*,2048,2048' or '>=100,*'; 2d or '>=2d'; scalar.",
)
@click.option(
    "--where",
    metavar="CONDITION",
    help="Groups whose datasets fulfil this: 'energy > 12 and any(counts > 5)'.",
)
@click.option("--text", metavar="TEXT", help="Text in values or attributes.")
@click.option("-r", "--recursive", is_flag=True, help="Also in folders below folders.")
@common.as_json("JSON, all that is known")
def find(
    urls: tuple[str, ...],
    *,
    recursive: bool,
    as_json: bool,
    **wanted: str | None,
) -> None:
    """Find objects in files of any format, and print them as FILE::/PATH.

    What is found fulfils all that is given. The exit status is 0 if something was
    found, 1 if nothing, 2 if something could not be read; the search goes on then.

    \b
    Examples:
        beamio find scan_*.h5 --class NXdata
        beamio find -r data --name 'samy*' --shape scalar
        beamio find scan.h5 --shape '*,2048,2048' --dtype uint16
        beamio find scan.h5 --attr units=keV
        beamio find *.h5 --where 'energy > 12 and any(counts > 1e6)'
        beamio find -r . --text 'diatom'
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    status = _Status()
    try:
        found = find_objects(urls, recursive=recursive, report=status.report, **wanted)
        shown = status.noting(found)
        write_lines(_json(shown) if as_json else _plain(shown))
    except BeamioError as error:
        status.report(error)
    sys.exit(status.code)


class _Status:
    """What came of a search."""

    def __init__(self) -> None:
        self.code = _NONE

    def report(self, error: BeamioError) -> None:
        """Show what could not be looked at."""
        self.code = _ERROR
        tell(error)

    def noting(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield what was found, and note that there was something."""
        for each in found:
            self.code = self.code if self.code == _ERROR else 0
            yield each


def _plain(found: Iterable[Found]) -> Iterator[str]:
    for each in found:
        yield printable(each.url)


def _json(found: Iterable[Found]) -> Iterator[str]:
    return json_array({"file": each.file, **each.item.facts()} for each in found)

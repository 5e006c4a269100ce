"""``beamio browse``."""

import sys
from importlib.util import find_spec

import click

from beamio.cli.url import URL
from beamio.errors import BeamioError


@click.command()
@click.argument("urls", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
def browse(urls: tuple[str, ...]) -> None:
    """Look through files and folders on the whole screen.

    Press ? for the keys, q to leave.

    \b
    Examples:
        beamio browse scan.h5
        beamio browse scan.h5::/entry/data
        beamio browse .
        beamio browse "scan_%04d.edf"
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    if not _has_textual():
        raise BeamioError(
            "beamio browse needs the package textual; install it with: "
            "pip install 'beamio[tui]'"
        )
    from beamio.tui.entries import Files, entry_of

    entries = [entry_of(url) for url in urls]
    if len(entries) == 1:  # of several, one that can't be read says so in its row
        entry, path = entries[0]
        next(Files().members(entry, path or "/"))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # where Textual writes
        raise BeamioError(
            "beamio browse fills the screen of a terminal, and there is none here; "
            "use beamio ls"
        )
    from beamio.tui.app import Browser

    Browser(entries).run()


def _has_textual() -> bool:
    try:
        return find_spec("textual") is not None
    except ValueError:  # what is left of an import that failed
        return False

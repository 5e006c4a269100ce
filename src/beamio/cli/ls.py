"""``beamio ls``."""

import sys
from collections.abc import Iterator
from functools import partial

import click

from beamio.cli import common
from beamio.cli.notices import tell
from beamio.cli.terminal import json_array, style, write_lines
from beamio.cli.url import URL
from beamio.contents import contents
from beamio.errors import BeamioError
from beamio.model import Item
from beamio.view import printable
from beamio.view.listing import Style, list_lines, tree_lines


@click.command()
@click.argument("urls", type=URL, metavar="FILE[::/PATH]...", nargs=-1, required=True)
@click.option(
    "-l",
    "--long",
    is_flag=True,
    help="Say how datasets are stored: chunks, filters, bytes; and count attributes.",
)
@click.option("-r", "--recursive", is_flag=True, help="The whole tree below.")
@click.option(
    "-d",
    "--depth",
    type=click.IntRange(min=0),
    metavar="N",
    help="The tree, N steps deep.",
)
@common.as_json("JSON, all that is known")
def ls(
    urls: tuple[str, ...],
    *,
    long: bool,
    recursive: bool,
    depth: int | None,
    as_json: bool,
) -> None:
    """List what files hold, of any format.

    Links are shown with their targets and not followed; those that lead nowhere say
    why. An object with several names is shown in full once.

    \b
    Examples:
        beamio ls scan.h5
        beamio ls -r scan.h5
        beamio ls -l scan.h5::/entry/data
        beamio ls -d 2 scan_*.h5
        beamio ls --json scan.edf
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    listing = _Listing(urls, recursive=recursive, depth=depth, long=long)
    if as_json:
        write_lines(listing.json())
    else:
        write_lines(listing.lines(style(long=long)))
    sys.exit(listing.failed)


class _Listing:
    """Lists several files; one that can't be opened does not stop the rest."""

    def __init__(
        self, urls: tuple[str, ...], *, recursive: bool, depth: int | None, long: bool
    ) -> None:
        self._urls = urls
        self._is_tree = recursive or depth is not None
        self._contents = partial(
            contents, recursive=recursive, depth=depth, details=long
        )
        self.failed = False
        """Whether one could not be listed."""

    def lines(self, look: Style) -> Iterator[str]:
        """Yield the lines for people."""
        for number, url in enumerate(self._urls):
            items = self._items(url)
            if self._is_tree:
                if number:
                    yield ""
                yield from tree_lines(items, look, root=printable(url))
                continue
            top = next(items, None)
            if top is None:
                continue
            if len(self._urls) > 1:
                yield from ["", f"{printable(url)}:"][not number :]
            yield from list_lines([top] if top.members is None else items, look)

    def json(self) -> Iterator[str]:
        """Return the lines of one JSON array."""
        return json_array(
            {"url": url, **item.facts()}
            for url in self._urls
            for item in self._items(url)
        )

    def _items(self, url: str) -> Iterator[Item]:
        try:
            yield from self._contents(url)
        except (BeamioError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            self.failed = True
            tell(error)

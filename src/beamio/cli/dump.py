"""``beamio dump``."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial

import click

from beamio.cli import common
from beamio.cli.notices import tell
from beamio.cli.terminal import style, write_lines
from beamio.cli.url import URL
from beamio.contents import Values, cdl_lines, values
from beamio.errors import BeamioError
from beamio.view import printable
from beamio.view.listing import Style, item_line
from beamio.view.values import value_lines

_COLUMNS = 80
_INDENT = "    "
_LARGEST = 1_000_000
"""Elements of an array in JSON, unless all are asked for."""


@click.command()
@click.argument(
    "urls", type=URL, metavar="FILE[::/PATH[SLICE]]...", nargs=-1, required=True
)
@click.option("--full", is_flag=True, help="All values, not only the ends of arrays.")
@common.as_json("JSON, all values")
@click.option(
    "--cdl",
    "as_cdl",
    is_flag=True,
    help="Print CDL, the text form of netCDF, all values, as ncdump does.",
)
@click.option("--header", is_flag=True, help="With --cdl: all but the values.")
def dump(
    urls: tuple[str, ...], *, full: bool, as_json: bool, as_cdl: bool, header: bool
) -> None:
    """Print the values and attributes in files, of any format.

    Of long arrays the ends are read and shown, as NumPy does.

    \b
    Examples:
        beamio dump scan.h5
        beamio dump scan.h5::/entry/energy
        beamio dump --full "scan.h5::/entry/counts[0:3]"
        beamio dump --json scan.h5::/entry
        beamio dump --cdl scan.nc
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    if header and not as_cdl:
        raise click.UsageError("--header goes with --cdl")
    if as_cdl and (as_json or full):
        raise click.UsageError("--cdl goes without --json and --full")
    failures: list[str] = []
    if as_json:
        texts = _each(urls, lambda url: iter([_json(url, full=full)]), failures)
        write_lines(_in_one(texts) if len(urls) > 1 else (text for _, text in texts))
    else:

        def lines_of(url: str) -> Iterator[str]:
            if as_cdl:
                return cdl_lines(url, header=header)
            return _lines(url, style(), full=full)

        write_lines(line for _, line in _each(urls, lines_of, failures))
    sys.exit(bool(failures))


def _each(
    urls: tuple[str, ...],
    lines_of: Callable[[str], Iterator[str]],
    failures: list[str],
) -> Iterator[tuple[str, str]]:
    """Yield URL and line; tell of those that fail, and go on."""
    for url in urls:
        try:
            for line in lines_of(url):
                yield url, line
        except BrokenPipeError:
            raise
        except (BeamioError, OSError) as error:
            failures.append(url)
            tell(error)


def _in_one(texts: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of one object, with what each URL holds."""
    before = "{"
    for url, text in texts:
        yield f"{before}{json.dumps(url)}: {text}"
        before = ","
    yield "}" if before == "," else "{}"


def _json(url: str, *, full: bool) -> str:
    from beamio.dictionary import to_dict, to_json
    from beamio.formats.opening import open as open_url

    with open_url(url) as found:
        is_group = hasattr(found, "items")
        tree = to_dict(found) if is_group else {"values": found[()]}
    largest = None if full else _LARGEST
    return to_json(tree, indent=2, exact=False, largest=largest)


def _lines(url: str, look: Style, *, full: bool) -> Iterator[str]:
    columns = look.columns or _COLUMNS
    shown = partial(value_lines, columns=columns - len(_INDENT), full=full)
    for found in values(url, full=full):
        yield item_line(found.item, look)
        for name, value in found.attributes.items():
            first, *rest = shown(value)
            yield f"{_INDENT}@{printable(name)} = {first}"
            yield from (f"{_INDENT}{line}" for line in rest)
        yield from _values(found, shown, look)


def _values(
    found: Values, shown: "partial[Iterator[str]]", look: Style
) -> Iterator[str]:
    if found.values is not None:
        yield from (f"{_INDENT}{line}" for line in shown(found.values))
    elif found.problem and not found.item.problem:
        yield _INDENT + look.colours(printable(found.problem), "problem")

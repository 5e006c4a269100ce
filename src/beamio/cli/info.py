"""``beamio info``."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from beamio.cli import common
from beamio.cli.notices import tell
from beamio.cli.report import more
from beamio.cli.terminal import write_lines
from beamio.cli.url import URL
from beamio.contents import Description, Environment, describe, environment
from beamio.errors import BeamioError
from beamio.model import Way
from beamio.view import count, extent, printable, size

_LISTED = 10


@click.command()
@click.argument("urls", type=URL, metavar="[FILE[::/PATH]]...", nargs=-1)
@common.as_json("JSON, all that is known")
def info(urls: tuple[str, ...], *, as_json: bool) -> None:
    """Describe files as a whole, or without one, what beamio is made of here.

    Of a file: its format and size, how many of what it holds, its largest datasets,
    what will read them and why, and what it depends on outside of it.

    \b
    Examples:
        beamio info
        beamio info scan.h5
        beamio info --json scan.h5::/entry
    """  # noqa: D301 (\b keeps click from re-wrapping the examples)
    if not urls:
        made = environment()
        write_lines([json.dumps(asdict(made))] if as_json else environment_lines(made))
        return
    failed, found = False, []
    for url in urls:
        try:
            described = describe(url)
        except (BeamioError, OSError) as error:
            failed = True
            tell(error)
            continue
        if as_json:
            found.append(_facts(described))
        else:
            write_lines(description_lines(described))
    if as_json:
        click.echo(json.dumps(found))
    sys.exit(failed)


def environment_lines(made: Environment) -> Iterator[str]:
    """Yield what beamio is made of, for people."""
    for name, version in made.versions.items():
        yield f"{name:<12}{version or 'not installed'}"
    yield ""
    engine = "native" if made.is_native else "not built: h5py and NumPy do the work"
    yield f"{'engine':<12}{engine}{f', {made.simd}' if made.simd else ''}"
    yield f"{'threads':<12}{made.threads}"
    yield ""
    for way, title in (
        (Way.ENGINE, "in engine"),
        (Way.H5PY, "by plugin"),
        (Way.NONE, "missing"),
    ):
        names = [name for name, found in made.filters.items() if found is way]
        for number in range(0, len(names), _PER_LINE):
            part = " ".join(names[number:][:_PER_LINE])
            yield f"{'' if number else f'filters {title}':<20}{part}"
    yield ""
    terminal = made.terminal
    kind = f"{terminal.columns} columns" if terminal.is_terminal else "none here"
    yield f"{'terminal':<12}{kind}, colours: {terminal.colours}"
    yield f"{'pictures':<12}{terminal.pictures}"


_PER_LINE = 8


def description_lines(described: Description) -> Iterator[str]:
    """Yield what a file is, for people."""
    yield printable(described.url)
    yield f"  {described.format}, {size(described.size)} in the file"
    if described.hdf5 is not None:
        facts = described.hdf5
        block = f", user block of {size(facts.user_block)}" if facts.user_block else ""
        free = f", {size(facts.free)} unused" if facts.free else ""
        yield f"  superblock version {facts.superblock}{block}{free}"
    kinds = (count(number, kind) for kind, number in described.counts.items())
    yield f"  {', '.join(kinds)}"
    yield from _ways(described)
    yield from _largest(described)
    yield from _needed(described)
    yield from _some("problems", described.problems)


def _ways(described: Description) -> Iterator[str]:
    if described.ways:
        yield ""
        yield "  read by"
    ways = sorted(described.ways.items(), key=lambda item: -item[1][1])
    for (way, why), (number, nbytes) in ways:
        reason = f" ({printable(why)})" if why else ""
        yield f"    {way}: {count(number, 'dataset')}, {size(nbytes)}{reason}"


def _largest(described: Description) -> Iterator[str]:
    if described.largest:
        yield ""
        yield "  largest"
    for large in described.largest:
        item = large.item
        shape = extent(item.shape or ()) or "scalar"
        words = item.type.words if item.type else ""
        yield (
            f"    {printable(item.path)}  {shape} {printable(words)}, "
            f"{size(large.nbytes)}, {large.way}"
        )


def _needed(described: Description) -> Iterator[str]:
    lines = [
        f"{each.name} ({each.kind}{f', {each.reason}' if each.reason else ''})"
        for each in described.outside
    ]
    yield from _some("depends on", lines)


def _some(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield f"  {title}"
    for line in lines[:_LISTED]:
        yield f"    {printable(line)}"
    yield from more(len(lines), _LISTED, indent="    ")


def _facts(described: Description) -> dict[str, object]:
    return {
        "url": described.url,
        "format": described.format,
        "size": described.size,
        "hdf5": asdict(described.hdf5) if described.hdf5 else None,
        "counts": described.counts,
        "ways": [
            {"way": way, "why": why, "datasets": number, "nbytes": nbytes}
            for (way, why), (number, nbytes) in described.ways.items()
        ],
        "largest": [
            {**large.item.facts(), "way": large.way, "why": large.why}
            for large in described.largest
        ],
        "outside": [asdict(each) for each in described.outside],
        "problems": described.problems,
    }

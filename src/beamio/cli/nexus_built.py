"""What goes into an NXtomo, and what went there, printed."""

import os
from collections.abc import Sequence
from typing import Any

import click

from beamio.cli.notices import warn
from beamio.nexus.nxtomo.write import target_of
from beamio.tomography import BuildPlan, BuildReport
from beamio.tomography.facts import shown
from beamio.view import count, extent, printable, size
from beamio.view.width import fitted, padded, width

_LISTED = 12
_VALUE = 25
"""Columns of a value, at most."""


def summary(plan: BuildPlan) -> dict[str, Any]:
    """Return a plan as JSON has it."""
    file, entry = target_of(plan.output)
    frames = plan.found.frames
    return {
        "layout": plan.found.layout,
        "parts": [
            {"what": what, "frames": number, "where": where, "at": at}
            for what, number, where, at in plan.found.parts()
        ],
        "facts": {
            name: {"value": shown(name, fact.value), "from": fact.source}
            for name, fact in plan.facts.items()
        },
        "missing": plan.missing,
        "left_out": plan.left_out,
        "output": file,
        "entry": entry,
        "shape": frames.shape,
        "dtype": str(frames.dtype),
        "linked": plan.options.link,
    }


def print_plan(plan: BuildPlan) -> None:
    """Print which frames are what, what is known, from where, and what is missing."""
    told = summary(plan)
    click.echo(f"{_bold('layout')}  {told['layout']}")
    parts = told["parts"]
    rows = [
        (part["what"], f"{part['frames']:,}", part["at"], _near(part["where"]))
        for part in parts[:_LISTED]
    ]
    _table(("frames", "", "at", "where"), rows, right={1})
    if len(parts) > _LISTED:
        click.echo(f"and {len(parts) - _LISTED:,} more parts")
    facts = [
        (name, fitted(fact["value"], _VALUE), fact["from"])
        for name, fact in told["facts"].items()
    ]
    _table(("known", "", "from"), facts)
    missing = [(name, option) for name, option in told["missing"].items()]
    if missing:
        _table(("missing", "tell it with"), missing)
    if plan.left_out:
        warn(f"{count(plan.left_out, 'frame')} never written, left out")
    nbytes = plan.found.frames.dtype.itemsize
    for length in plan.shape:
        nbytes *= length
    how = "linked, not copied" if told["linked"] else size(nbytes)
    click.echo(
        f"\n{_bold('output')}  {printable(told['output'])}::{printable(told['entry'])}"
        f"  {extent(plan.shape)} {told['dtype']}, {how}"
    )


def print_built(report: BuildReport) -> None:
    """Print what was written."""
    done = "linked" if report.linked else "written"
    checked = " and compared"
    if report.compared < report.frames:
        few = f"{report.compared:,} of them compared, at the ends of parts"
        checked = f", {few if report.compared else 'not compared'}"
    rate = report.nbytes / report.seconds / 1e6
    click.echo(
        f"\n{count(report.frames, 'frame')} {done}{checked} in {report.seconds:.2f} s "
        f"({rate:,.0f} MB/s)\n{size(report.bytes_written)} written to "
        f"{printable(report.output)}"
    )


def _near(place: str) -> str:
    """Return a place as it is seen from here, if that is shorter."""
    file, separator, path = place.partition("::")
    return f"{min(file, os.path.relpath(file), key=len)}{separator}{path}"


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _table(
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    right: frozenset[int] | set[int] = frozenset(),
) -> None:
    """Print rows in columns; the last one may be long."""
    texts = [[printable(cell) for cell in row] for row in rows]
    columns = zip(heads, *texts, strict=True)
    widths = [max(map(width, column)) for column in columns]
    click.echo()
    for row in (heads, *texts):
        cells = [
            cell.rjust(length) if i in right else padded(cell, length)
            for i, (cell, length) in enumerate(zip(row, widths, strict=True))
        ]
        line = "  ".join(cells).rstrip()
        click.echo(_bold(line) if row is heads else line)

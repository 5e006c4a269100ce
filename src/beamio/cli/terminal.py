"""What standard output can show, and lines that are written to it."""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from beamio.view.colours import Colours
from beamio.view.listing import Style

_AT_ONCE = 64
"""Lines that are shown as they come; after them there is no hurry."""


def style(*, long: bool = False) -> Style:
    """Return how listings look here: in colours and cut only on a terminal."""
    is_terminal = sys.stdout.isatty()
    colours = (
        is_terminal
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if is_terminal else None
    return Style(
        Colours(enabled=colours),
        columns,
        long=long,
        is_ascii=not (sys.stdout.encoding or "").lower().startswith("utf"),
    )


def is_asked() -> bool:
    """Tell whether somebody is there who can be asked."""
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def json_array(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a JSON array, an element each, as they are found.

    Examples
    --------
    >>> list(json_array([{"a": 1}, {"b": 2}])), list(json_array([]))
    (['[{"a": 1}', ',{"b": 2}', ']'], ['[]'])
    """
    import json

    before = "["
    for each in found:
        yield before + json.dumps(each)
        before = ","
    yield "[]" if before == "[" else "]"


def write_lines(lines: Iterable[str]) -> None:
    """Write lines as they come, the first ones at once."""
    out = sys.stdout
    if hasattr(out, "reconfigure"):
        out.reconfigure(errors="backslashreplace")  # where it is not in UTF-8
    waiting = iter(lines)
    for line in islice(waiting, _AT_ONCE):
        out.write(f"{line}\n")
        out.flush()
    for line in waiting:
        out.write(f"{line}\n")
    out.flush()

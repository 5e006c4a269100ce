"""Where the scans of a SPEC file are."""

import re
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from beamio.errors import BeamioWarning, DamagedFileError

_BLOCK = 1 << 20
_LINE = 64 << 20
"""Bytes of a line, at most: one that is longer is no line of text."""
_BEGIN = re.compile(rb"\n#([SF])([^\n]{0,60})")
_WHOLE = re.compile(rb"\n#S +\d+\s")
"""A first line of a scan, though it has no end, whose number is not cut."""
_NUMBER = re.compile(rb"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """The bytes of a scan, and of the file header that it belongs to."""

    name: str
    """Its number, and which one of that number it is, such as "94.1"."""
    header: tuple[int, int]
    """First byte and the one after the last."""
    block: tuple[int, int]


def find_scans(path: str) -> list[ScanPlace]:
    """Return the scans of a file, in its order.

    Raises
    ------
    DamagedFileError
        If it is no text.
    """
    marks, end = _marks(path)
    starts = [start for start, _, _ in marks] + [end]
    header = (0, starts[0])
    seen: Counter[int] = Counter()
    scans = []
    for (start, letter, rest), stop in zip(marks, starts[1:], strict=True):
        if letter == b"F":
            header = (start, stop)
            continue
        # As silx has it: what is between the first two spaces, 0 if that is no number.
        number = _NUMBER.match(rest[1:].partition(b" ")[0].lstrip())
        seen[key := int(number[0]) if number else 0] += 1
        scans.append(ScanPlace(f"{key}.{seen[key]}", header, (start, stop)))
    return scans


def _marks(path: str) -> tuple[list[tuple[int, bytes, bytes]], int]:
    """Return where each scan and each file header begins, and where the file ends."""
    found = []
    place, rest = -1, b"\n"  # a line begins after a line end
    with Path(path).open("rb") as file:
        while more := file.read(_BLOCK):
            text = rest + more
            last = text.rfind(b"\n")
            found += [
                (place + 1 + mark.start(), mark[1], mark[2])
                for mark in _BEGIN.finditer(text, 0, last)
            ]
            rest = text[last:]
            place += last
            if len(rest) > _LINE:
                raise DamagedFileError(f"{path}: is no text", place=path)
    if _WHOLE.match(rest):
        found.append((place + 1, b"S", rest[3:60]))
    elif rest.startswith(b"\n#S"):
        warnings.warn(
            f"{path}: is cut in the first line of a scan, which is left out",
            BeamioWarning,
            stacklevel=2,
        )
    return found, place + len(rest)

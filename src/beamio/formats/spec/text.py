"""The text of a scan, so that silx can read it without a mistake.

The SPEC reader of silx is C of old: it drops lines with other numbers of columns
without a word, gives memory that was never set where the first line is cut, loses the
last number of a file without a last line end, and writes beyond its buffers where a
name or a number is very long. So it is given a copy in which none of that is left.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from beamio.errors import DamagedFileError
from beamio.view import count

_NUMBER = rb"[-+]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?+\d++)?+"
_IS_NUMBER = re.compile(_NUMBER)
_SPECTRUM = re.compile(rb"[\s\\]*+(?:" + _NUMBER + rb"(?:[\s\\]++|$))*+")
_LONG = re.compile(rb"[^\s\\]{39}")
_SPECIAL = {b"nan", b"-nan", b"inf", b"+inf", b"-inf"}
"""What C writes where there is no number; silx leaves it out, and shifts the rest."""
_POSITIONS, _NAME, _HEADER_LINE = 300, 400, 30_000
"""What silx has room for."""


@dataclass(slots=True)
class Record:
    """A header line, a row of numbers, or a spectrum on one or more lines."""

    number: int
    """Of its first line in the scan, from 1."""
    lines: list[bytes]

    @property
    def kind(self) -> bytes:
        """``#`` of a header line, ``@`` of a spectrum, nothing of a row."""
        first = self.lines[0][:1]
        return first if first in {b"#", b"@"} else b""


@dataclass(slots=True)
class ScanText:
    """What silx may read of a scan, and what it may not."""

    place: str
    """What messages call it."""
    records: list[Record]
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""
    cells: dict[tuple[int, int], float] = field(default_factory=dict)
    """Values that are no finite numbers, by row and column; silx reads a 0."""
    positions: dict[int, float] = field(default_factory=dict)
    """The same of the positions of motors."""

    def of(self, kind: bytes) -> list[Record]:
        """Return the records of a kind."""
        return [record for record in self.records if record.kind == kind]

    @property
    def labels(self) -> list[bytes]:
        """Names of the columns."""
        for record in self.of(b"#"):
            if record.lines[0].startswith(b"#L"):
                return re.split(rb" {2,}", record.lines[0][2:].strip())
        return []

    def bytes(self) -> bytes:
        """Return the text, with a line end."""
        lines = [line for record in self.records for line in record.lines]
        return b"\n".join([*lines, b""])


def damaged(place: str, reason: str) -> DamagedFileError:
    """Return the error to show for a scan that can't be read."""
    return DamagedFileError(
        f"{place}: {reason}; compare with the original", place=place
    )


def checked(block: bytes, place: str) -> ScanText:
    """Return what silx can read of a scan; what is left out is noted.

    Raises
    ------
    DamagedFileError
        If rows and spectra can't be told to belong together, or it is no text.
    """
    text = _parsed(block, place)
    for record in text.records:
        if record.kind == b"#":
            record.lines = [_header_line(record.lines[0], place)]
    text.records = [record for record in text.records if record.lines[0]]
    _check_rows(text)
    _check_spectra(text)
    _check_positions(text)
    return text


def file_header(block: bytes, place: str) -> bytes:
    """Return the lines of a file header, as silx can read them."""
    lines = [_header_line(line, place) for line in block.split(b"\n")]
    return b"\n".join([*(line for line in lines if line.startswith(b"#")), b""])


def _parsed(block: bytes, place: str) -> ScanText:
    if b"\0" in block:
        raise damaged(place, "holds null bytes, so it is no text")
    *lines, last = block.split(b"\n")
    text = ScanText(place, [])
    if last.strip():
        note = f"line {len(lines) + 1} has no end, so it may be cut"
        text.notes.append(note if last[:2] == b"#S" else f"{note}, and is left out")
    if last[:2] == b"#S":
        lines.append(last)
    for number, line in enumerate(lines, 1):
        if text.records and _goes_on(text.records[-1]):
            text.records[-1].lines.append(line)
        elif line.strip():
            text.records.append(Record(number, [line]))
    if text.records and _goes_on(text.records[-1]):
        cut = text.records.pop()
        text.notes = [f"the spectrum in line {cut.number} is cut, and is left out"]
    return text


def _goes_on(record: Record) -> bool:
    return record.kind == b"@" and record.lines[-1].rstrip().endswith(b"\\")


def _header_line(line: bytes, place: str) -> bytes:
    """Return a header line in UTF-8; nothing if silx would trip over it."""
    try:
        line.decode()
    except UnicodeDecodeError:
        line = line.decode("latin-1").encode()
    if b"\0" in line:
        raise damaged(place, "holds null bytes, so it is no text")
    if line[1:2] in {b"O", b"P", b"L"}:
        if len(line) > _HEADER_LINE:
            raise damaged(place, f"a header line has {len(line):,} bytes")
        names = line[3 if line[1:2] == b"L" else 4 :]
        if not names.strip():
            return b""
        if max(map(len, re.split(rb" {2,}", names))) > _NAME and line[1:2] != b"P":
            raise damaged(place, f"a name has more than {_NAME} bytes")
    return line


def _check_rows(text: ScanText) -> None:
    """Leave out rows that have not a number for each column."""
    rows = text.of(b"")
    named, width = len(text.labels), 0
    good: list[Record] = []
    bad: dict[int, str] = {}
    for record in rows:
        tokens = record.lines[0].split()
        problem = _problem(tokens)
        if not problem and (len(tokens) < named or (width and len(tokens) != width)):
            problem = f"has {count(len(tokens), 'value')}, not {width or named}"
        if problem:
            bad[id(record)] = f"line {record.number} {problem}"
            continue
        width = len(tokens)
        record.lines = [_row(tokens, len(good), text)]
        good.append(record)
    if not bad:
        return
    first = next(iter(bad.values()))
    if text.of(b"@") and list(bad) != [id(rows[-1])]:
        raise damaged(text.place, first)
    others = f"; {count(len(bad) - 1, 'other line')} as well" if len(bad) > 1 else ""
    text.notes.append(f"{first}, and is left out{others}")
    text.records = [record for record in text.records if id(record) not in bad]


def _row(tokens: list[bytes], row: int, text: ScanText) -> bytes:
    """Return a row as silx can read it, and remember what is no finite number."""
    for column, token in enumerate(tokens):
        if token.lower() in _SPECIAL:
            text.cells[row, column] = float(token)
            tokens[column] = b"0"
    return b" ".join(tokens)


def _problem(tokens: list[bytes]) -> str:
    """Return why silx can't read a row; nothing if it can."""
    for token in tokens:
        if not (_IS_NUMBER.fullmatch(token) or token.lower() in _SPECIAL):
            shown = token[:20].decode("latin-1")
            return f"holds {shown!r}, which is no number"
        if len(token) > 38:  # noqa: PLR2004 (what silx has room for)
            return "holds a number of more than 38 characters"
    return ""


def _check_spectra(text: ScanText) -> None:
    """Leave out the last point if its spectra are not all there."""
    for record in text.of(b"@"):
        body = b"\n".join(record.lines)[2:]
        if not _SPECTRUM.fullmatch(body) or _LONG.search(body):
            raise damaged(
                text.place, f"the spectrum in line {record.number} is not all numbers"
            )
    points = _points(text)
    sizes = [len(point) for point in points]
    if len(set(sizes)) < 2 or _are_apart(text):  # noqa: PLR2004 (all are alike)
        return
    if len(set(sizes[:-1])) > 1 or sizes[-1] > sizes[0]:
        raise damaged(text.place, "has not the same number of spectra for each point")
    left = {id(record) for record in points[-1]}
    text.records = [record for record in text.records if id(record) not in left]
    text.notes.append(f"point {len(points)} has not all its spectra, and is left out")


def _are_apart(text: ScanText) -> bool:
    """Tell whether all rows stand together, before or after spectra that fit them."""
    kinds = [record.kind for record in text.records if record.kind != b"#"]
    changes = sum(one != other for one, other in pairwise(kinds))
    rows = kinds.count(b"")
    return changes < 2 and (not rows or (len(kinds) - rows) % rows == 0)  # noqa: PLR2004 (one change)


def _points(text: ScanText) -> list[list[Record]]:
    """Return the row and the spectra of each point."""
    data = [record for record in text.records if record.kind != b"#"]
    row_is_first = bool(data) and not data[0].kind
    points: list[list[Record]] = [[]]
    for record in data:
        if row_is_first and not record.kind and points[-1]:
            points.append([])
        points[-1].append(record)
        if not row_is_first and not record.kind:
            points.append([])
    return [point for point in points if point]


def _check_positions(text: ScanText) -> None:
    """Remember the positions of motors that are no numbers."""
    position = 0
    for record in text.of(b"#"):
        line = record.lines[0]
        if not line.startswith(b"#P"):
            continue
        tokens = line[4:].split()
        for place, token in enumerate(tokens):
            if _problem([token]) or token.lower() in _SPECIAL:
                special = token.lower() in _SPECIAL
                text.positions[position] = float(token) if special else float("nan")
                if not special:
                    note = f"a position in line {record.number} is no number"
                    text.notes.append(note)
                tokens[place] = b"0"
                record.lines = [line[:4] + b" ".join(tokens)]
            position += 1
        if position > _POSITIONS:
            raise damaged(text.place, f"has more than {_POSITIONS} positions of motors")

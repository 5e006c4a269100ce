"""FIO files, of DESY's beamlines, as silx shows them."""

import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from beamio.errors import BeamioWarning, DamagedFileError
from beamio.formats.silx_nodes import array_values, attributes, entry_of
from beamio.formats.tree import ArrayValues, Branch, Tree, Values

_COLUMN = re.compile(r" Col\s+\S+\s+(.*\S)\s+(\w+)\s*")
_FLOAT = r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)"
_VALUES = {
    "DOUBLE": re.compile(_FLOAT, re.IGNORECASE),
    "FLOAT": re.compile(_FLOAT, re.IGNORECASE),
    "INTEGER": re.compile(r"[-+]?\d+"),
}
"""What NumPy reads as it stands; of anything else it would make a nan or a -1."""
_NO_DATA = "<no-data>"
"""What Sardana writes where there is no value."""


def open_fio(path: str) -> Tree:
    """Return the scan of a FIO file; a last line that is cut is left out.

    Raises
    ------
    DamagedFileError
        If it is cut before its data, or a row has not a value for each column.
    """
    content = Path(path).read_bytes()
    text, kinds = _checked(_decoded(content), path)
    try:
        if text.encode() == content and not kinds:
            return _tree(path, path)
        with tempfile.TemporaryDirectory(prefix="beamio-") as folder:
            # silx takes the number of the scan from the name.
            copy = Path(folder) / Path(path).name
            row = " ".join("0" for _ in kinds)
            copy.write_text(text + row, encoding="utf-8", newline="")
            return _tree(path, str(copy), is_empty=bool(kinds))
    except Exception as error:  # silx raises anything
        cause = error.__cause__ or error
        reason = " ".join(str(cause).split()) or type(cause).__name__
        raise _damaged(path, f"silx can't read it ({reason})") from error


def _tree(path: str, copy: str, *, is_empty: bool = False) -> Tree:
    from silx.io.fioh5 import FioH5

    file = FioH5(copy)
    attrs: dict[str, Any] = {**attributes(file), "file_name": path}
    values = _no_values if is_empty else array_values
    members = {name: entry_of(file, name, values) for name in file}
    return Tree(path, Branch(members, attrs))


def _no_values(node: Any) -> Values:
    """Return a column without the one row that silx must be given."""
    if node.parent.basename != "measurement":
        return array_values(node)
    return ArrayValues(np.empty(0, node.dtype))


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _damaged(path: str, reason: str) -> DamagedFileError:
    return DamagedFileError(f"{path}: {reason}; compare with the original", place=path)


def _checked(text: str, path: str) -> tuple[str, list[str]]:
    """Return the text of a file without a last line that is cut.

    If it has no row, also the types of its columns.
    """
    if "\0" in text:
        raise _damaged(path, "holds null bytes, so it is no FIO file")
    whole, _, last = text.rpartition("\n")
    if last.strip():
        number = text.count("\n") + 1
        warnings.warn(
            f"{path}: line {number} has no end, so it may be cut, and is left out",
            BeamioWarning,
            stacklevel=4,
        )
        text = whole + "\n"
    if re.search(r"^%d", text, re.MULTILINE) is None:
        # silx would look for the end of what is before for ever.
        raise _damaged(path, "is cut before its data (there is no line %d)")
    return text, _kinds_without_rows(text, path)


def _kinds_without_rows(text: str, path: str) -> list[str]:
    """Return the types of the columns if there is no row; check the rows."""
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith("%d")) + 1
    columns = [_COLUMN.fullmatch(line) for line in lines[first:]]
    kinds = [column[2] for column in columns if column is not None]
    missing: set[str] = set()
    is_empty = True
    for number, line in enumerate(lines[first + len(kinds) :], first + len(kinds) + 1):
        values = line.partition("!")[0].split()
        if not values:
            continue
        is_empty = False
        if len(values) != len(kinds):
            told = f"line {number} has {len(values)} values for {len(kinds)} columns"
            raise _damaged(path, told)
        for kind, value in zip(kinds, values, strict=True):
            if value == _NO_DATA:
                missing.add(kind)
            elif kind in _VALUES and not _VALUES[kind].fullmatch(value):
                raise _damaged(path, f"line {number} holds {value!r}, no {kind}")
    if missing & {"INTEGER", "BOOLEAN"}:
        warnings.warn(
            f"{path}: where {_NO_DATA} stands, integers are -1 and booleans False",
            BeamioWarning,
            stacklevel=5,
        )
    return kinds if is_empty else []

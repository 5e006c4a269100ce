"""Rows of text in columns."""

from beamio.model.picture import Table
from beamio.view.text import printable
from beamio.view.width import fitted, padded, width

_GAP = 2
_LEFT_OUT = 2
"""Lines that say how many rows are left out, and the names of the columns."""


def table_lines(table: Table, columns: int, rows: int) -> list[str]:
    """Return the first and last rows of a table, cut to so many columns and lines.

    Examples
    --------
    >>> rows = (("1", "a"), ("2", "b"), ("3", "c"), ("4", "d"))
    >>> for line in table_lines(Table(("n", "name"), rows, 9), 20, 5):
    ...     print(line)
    n  name
    1  a
    2  b
       6 more rows
    4  d
    """
    room = max(rows - 1, 2)
    known = len(table.rows)
    if table.total <= min(room, known):
        head, tail = table.rows, table.rows[:0]
    else:
        last = min((room - 1) // 2, known // 2)
        head = table.rows[: min(room - 1 - last, known - last)]
        tail = table.rows[known - last :] if last else ()
    shown = [tuple(map(printable, row)) for row in (table.columns, *head, *tail)]
    widths = [max(map(width, cells)) for cells in zip(*shown, strict=True)]
    lines = [fitted(_line(row, widths), columns) for row in shown]
    missing = table.total - len(head) - len(tail)
    if missing:
        lines.insert(1 + len(head), f"{' ' * (_GAP + 1)}{missing:,} more rows")
    return lines


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    found = (padded(cell, most) for cell, most in zip(cells, widths, strict=True))
    return (" " * _GAP).join(found).rstrip()

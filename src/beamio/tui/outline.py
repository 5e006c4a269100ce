"""The rows of a tree whose groups are open or closed, as many as there may be."""

from collections.abc import Iterator, Sequence

from beamio.tui.entries import Entry


class Row:
    """An entry, and where it stands."""

    __slots__ = ("above", "depth", "entry", "is_open", "is_read", "members", "problem")

    def __init__(self, entry: Entry, above: "Row | None" = None) -> None:
        self.entry = entry
        self.above = above
        self.depth: int = 0 if above is None else above.depth + 1
        self.is_open = False
        self.is_read = False
        """Whether its members are all there."""
        self.members: list[Row] = []
        self.problem = ""
        """Why its members can't be listed."""

    def member(self, name: str) -> "Row | None":
        """Return the member of a name in a file."""
        for row in self.members:
            item = row.entry.item
            if item is not None and item.name == name:
                return row
        return None


class Outline:
    """The rows that can be seen, from top to bottom.

    Examples
    --------
    >>> outline = Outline([Entry("a.h5"), Entry("b.h5")])
    >>> first = outline.rows[0]
    >>> outline.open(first)
    >>> outline.add(first, [Entry("c"), Entry("d")])
    >>> [row.entry.file for row in outline.rows]
    ['a.h5', 'c', 'd', 'b.h5']
    >>> outline.close(first)
    >>> len(outline.rows)
    2
    """

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self.rows = [Row(entry) for entry in entries]

    def append(self, entry: Entry) -> Row:
        """Return a new row at the end, which is in no other."""
        row = Row(entry)
        self.rows.append(row)
        return row

    def place(self, row: Row) -> int | None:
        """Return where a row stands; None if it can't be seen."""
        try:
            return self.rows.index(row)
        except ValueError:
            return None

    def open(self, row: Row) -> None:
        """Show the members of a row, as many as are known."""
        if row.is_open:
            return
        row.is_open = True
        place = self.place(row)
        if place is not None:
            self.rows[place + 1 : place + 1] = _shown(row)

    def close(self, row: Row) -> None:
        """Hide the members of a row."""
        if not row.is_open:
            return
        place = self.place(row)
        if place is not None:
            del self.rows[place + 1 : self._end(place)]
        row.is_open = False

    def add(self, row: Row, entries: Sequence[Entry]) -> None:
        """Put further members after those of a row."""
        new = [Row(entry, row) for entry in entries]
        if row.is_open:
            last = _last_shown(row)
            place = self.place(last)
            if place is not None:
                self.rows[place + 1 : place + 1] = new
        row.members += new

    def clear(self, row: Row) -> None:
        """Forget the members of a row, and close it."""
        self.close(row)
        row.members, row.is_read, row.problem = [], False, ""

    def _end(self, place: int) -> int:
        """Return where the rows below one end."""
        depth = self.rows[place].depth
        end = place + 1
        while end < len(self.rows) and self.rows[end].depth > depth:
            end += 1
        return end


def _shown(row: Row) -> Iterator[Row]:
    """Yield the rows below one that can be seen if it is open."""
    for member in row.members:
        yield member
        if member.is_open:
            yield from _shown(member)


def _last_shown(row: Row) -> Row:
    """Return the last row below one that can be seen, or itself."""
    while row.is_open and row.members:
        row = row.members[-1]
    return row

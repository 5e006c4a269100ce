"""Which frames, rows and columns are wanted."""

import re
from dataclasses import dataclass

from beamio.errors import OptionError

_SLICE = re.compile(r"\s*([+-]?\d*)\s*(?::\s*([+-]?\d*)\s*(?::\s*([+-]?\d*)\s*)?)?")


def parse_slice(text: str) -> slice:
    """Return the slice that `text` writes as Python would; one number is that item.

    Raises
    ------
    OptionError
        If `text` is no slice, or its step is not positive.

    Examples
    --------
    >>> parse_slice("10:100:5"), parse_slice("7"), parse_slice("-1")
    (slice(10, 100, 5), slice(7, 8, None), slice(-1, None, None))
    """
    match = _SLICE.fullmatch(text)
    if match is None or not text.strip():
        raise OptionError(f"{text!r} is not a range like 10:100 or 0:100:5")
    try:
        start, stop, step = (int(part) if part else None for part in match.groups())
    except ValueError:  # a lone sign
        raise OptionError(f"{text!r} is not a range like 10:100 or 0:100:5") from None
    if step is not None and step < 1:
        raise OptionError(f"the step of {text!r} must be 1 or more")
    if ":" not in text and start is not None:
        return slice(start, start + 1 or None)
    return slice(start, stop, step)


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of an image: rows and columns, stops exclusive."""

    rows: slice
    columns: slice

    @classmethod
    def parse(cls, text: str) -> "Region":
        """Return the region that `text` writes as ``rows,columns``.

        Examples
        --------
        >>> Region.parse("100:200,:50")
        Region(rows=slice(100, 200, None), columns=slice(None, 50, None))
        """
        parts = text.split(",")
        if len(parts) != 2 or ":" not in parts[0] or ":" not in parts[1]:  # noqa: PLR2004 (rows, columns)
            raise OptionError(
                f"{text!r} is not a region; write rows,columns as in 100:400,50:600"
            )
        rows, columns = map(parse_slice, parts)
        if rows.step not in (None, 1) or columns.step not in (None, 1):
            raise OptionError(f"the region {text!r} can't have a step")
        return cls(rows, columns)

    @classmethod
    def whole(cls, shape: tuple[int, int]) -> "Region":
        """Return the region that covers an image of `shape` (rows, columns)."""
        return cls(slice(0, shape[0]), slice(0, shape[1]))

    def within(self, shape: tuple[int, int]) -> "Region":
        """Return this region with bounds that lie in an image of `shape`.

        Raises
        ------
        OptionError
            If nothing is left, or a bound lies outside the image.
        """
        rows = _bounded(self.rows, shape[0], "rows")
        return Region(rows, _bounded(self.columns, shape[1], "columns"))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a region that came from `within` or `whole`."""
        return (
            int(self.rows.stop - self.rows.start),
            int(self.columns.stop - self.columns.start),
        )

    def __str__(self) -> str:
        return ",".join(
            f"{'' if part.start is None else part.start}:"
            f"{'' if part.stop is None else part.stop}"
            for part in (self.rows, self.columns)
        )


def _bounded(part: slice, length: int, axis: str) -> slice:
    start, stop, _ = part.indices(length)
    beyond = part.stop is not None and part.stop > length
    if start >= stop or beyond:
        asked = str(Region(part, slice(None))).split(",")[0]
        raise OptionError(f"{axis} {asked} of the region: images have {length} {axis}")
    return slice(start, stop)

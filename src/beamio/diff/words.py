"""Differences in words, for people. Pure."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from beamio.diff.report import Difference, DiffReport, ValueDifference
from beamio.view import count, printable, size
from beamio.view.paragraph import WIDE, paragraph

_LONGEST = 40
"""Characters of a value that are shown."""


def lines_of(difference: Difference) -> Iterator[str]:
    """Yield the lines that tell a difference, the first one with its place.

    Examples
    --------
    >>> print(*lines_of(Difference("/x", "shape", a="3", b="4")))
    /x  shape: 3 in A, 4 in B
    """
    place = printable(difference.place)
    if difference.values is not None:
        if difference.values.field:
            place += f".{printable(difference.values.field)}"
        yield from _of_values(place, difference.values)
        return
    a, b = printable(difference.a), printable(difference.b)
    if difference.what == "unreadable":
        yield f"{place}  can't be compared"
        for text in filter(None, (difference.a, difference.b)):
            yield from paragraph(text, "    ")
    elif difference.what.startswith("only"):
        yield f"{place}  {difference.what}: {a or b}"
    else:
        line = f"{place}  {difference.what}: {a} in A, {b} in B"
        if len(line) <= WIDE:
            yield line
        else:
            yield f"{place}  {difference.what}"
            yield f"    A: {a}"
            yield f"    B: {b}"


def _of_values(place: str, values: ValueDifference) -> Iterator[str]:
    a, b = shown(values.a), shown(values.b)
    if values.total == 1:
        line = f"{place}  value: {a} in A, {b} in B"
        if len(line) <= WIDE:
            yield line
        else:
            yield f"{place}  value"
            yield f"    A: {a}"
            yield f"    B: {b}"
        return
    share = 100 * values.count / values.total
    yield place
    verb = "differs" if values.count == 1 else "differ"
    yield f"    {values.count:,} of {values.total:,} values {verb} ({share:.2g} %)"
    at = ",".join(map(str, values.where))
    if values.absolute is None or not isfinite(values.absolute):
        yield f"    first at [{at}]: {a} in A, {b} in B"
        return
    yield f"    most at [{at}]: {a} in A, {b} in B"
    relative = "" if values.relative is None else _relative(values.relative)
    yield f"    by at most {_number(values.absolute)}{relative}"


def _relative(share: float) -> str:
    return f", or {share:.3g} times the value in B"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def shown(value: Any) -> str:
    r"""Return a value in short, safe for a terminal.

    Examples
    --------
    >>> shown(b"scan\x1b"), shown(2), shown(0.1), shown(True)
    ("'scan\\x1b'", '2', '0.1', 'True')
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        cut = value if len(value) <= _LONGEST else value[:_LONGEST] + "..."
        return f"'{printable(cut)}'"
    text = printable(" ".join(str(value).split()))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def summary(report: DiffReport) -> str:
    """Return what came out, in one line or two."""
    compared = report.compared
    looked = (
        f"{count(compared.groups, 'group')}, {count(compared.datasets, 'dataset')}, "
        f"{count(compared.attributes, 'attribute')}"
    )
    rate = compared.nbytes / max(report.seconds, 1e-9) / 1e6
    speed = f"in {report.seconds:.2f} s ({rate:,.0f} MB/s)"
    unreadable = len(report.unreadable)
    found = len(report.differences) - unreadable
    if found:
        what = f"A and B differ: {count(found, 'difference')}"
    elif unreadable:
        what = "A and B could not be compared as a whole"
    else:
        what = "A and B are the same"
    if unreadable:
        what += f" ({count(unreadable, 'object')} can't be read)"
    return f"{what}\n{looked} compared, {size(compared.nbytes)} {speed}"

"""Dates and times as text that keeps the zone, by its name where it has one."""

from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MICROSECOND = timedelta(microseconds=1)


def as_text(value: date) -> tuple[str, str]:
    """Return a date or a time in ISO 8601, and a mark with what that leaves out.

    Examples
    --------
    >>> as_text(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Paris")))
    ('2026-07-01T12:00:00+02:00', 'datetime zone Europe/Paris')
    """
    if not isinstance(value, datetime):
        return value.isoformat(), "date"
    words = ["datetime"]
    if value.fold:
        words.append("fold")
    words.extend(_zone(value))
    return value.isoformat(), " ".join(words)


def _zone(value: datetime) -> list[str]:
    zone = value.tzinfo
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if isinstance(name, str):
        return ["zone", name]
    named = value.tzname()
    if named is None or named == datetime.fromisoformat(value.isoformat()).tzname():
        return []
    return ["name", named]


def from_text(text: str, mark: str) -> date:
    """Return the date or the time that `as_text` wrote.

    Raises
    ------
    ValueError
        If it is none.
    """
    if mark == "date":
        return date.fromisoformat(text)
    words = mark.split(" ", 1)[1:]
    rest = words[0] if words else ""
    found = datetime.fromisoformat(text)
    if rest == "fold" or rest.startswith("fold "):
        rest, found = rest[5:], found.replace(fold=1)
    kind, _, name = rest.partition(" ")
    if kind == "zone":
        return _in_zone(found, name)
    if kind == "name" and found.tzinfo is not None:
        offset = found.utcoffset() or timedelta(0)
        return found.replace(tzinfo=timezone(offset, name))
    return found


def _in_zone(found: datetime, name: str) -> datetime:
    """Return a time in a zone; with its offset alone where the zone is not known."""
    try:
        zone: tzinfo = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return found
    return found.replace(tzinfo=zone)


def microseconds(value: timedelta) -> int:
    """Return a length of time in microseconds.

    Examples
    --------
    >>> microseconds(timedelta(seconds=1.5))
    1500000
    """
    return value // _MICROSECOND


def from_microseconds(number: Any) -> timedelta:
    """Return the length of time of so many microseconds, exactly."""
    return int(number) * _MICROSECOND

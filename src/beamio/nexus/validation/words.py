"""What a validation found, in words, for people. Pure."""

from collections.abc import Iterator
from textwrap import wrap

from beamio.formats.plot import Step
from beamio.nexus.validation.report import EntryReport, Finding, ValidationReport
from beamio.view import printable

_WIDE = 78


def verdict(entry: EntryReport, release: str) -> str:
    """Return what came out of an entry, in one line.

    Examples
    --------
    >>> verdict(EntryReport("/entry", "NXtomo", True, ()), "v2026.01")
    '/entry is a valid NXtomo (v2026.01)'
    """
    counts = [
        f"{len(found):,} {noun if len(found) == 1 else nouns}"
        for noun, nouns, found in (
            ("error", "errors", entry.errors),
            ("warning", "warnings", entry.warnings),
            ("piece of advice", "pieces of advice", entry.advice),
            ("note", "notes", entry.notes),
        )
        if found
    ]
    is_what = "is a valid" if entry.is_valid else "is not a valid"
    of = f" ({release})" if release else ""
    found = f": {', '.join(counts)}" if counts else ""
    return printable(f"{entry.path} {is_what} {entry.definition}{of}{found}")


def lines_of(finding: Finding) -> Iterator[str]:
    """Yield the lines that tell a finding, the first one with its place.

    Examples
    --------
    >>> list(lines_of(Finding("error", "/entry/a", "is missing", "write text")))
    ['error  /entry/a', '    is missing', '    -> write text']
    """
    yield f"{finding.severity}  {printable(finding.path)}"
    yield from _wrapped(finding.message, "")
    if finding.remedy:
        yield from _wrapped(finding.remedy, "-> ")


def lines_of_plot(report: ValidationReport) -> Iterator[str]:
    """Yield the way to the default plot."""
    yield "default plot" if report.has_plot else "no default plot"
    wide = max((len(printable(step.path)) for step in report.plot), default=0)
    for step in report.plot:
        yield from _of_step(step, min(wide, _WIDE // 2))


def _of_step(step: Step, wide: int) -> Iterator[str]:
    message = printable(step.message)
    mark = "! " if step.is_broken else "  "
    yield f"  {mark}{printable(step.path):<{wide}}  {message}"
    if step.remedy:
        yield from _wrapped(step.remedy, "-> ", "        ")


def _wrapped(text: str, mark: str, indent: str = "    ") -> list[str]:
    return wrap(
        printable(text),
        _WIDE,
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )

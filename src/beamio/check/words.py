"""What was found, in words, for people. Pure."""

from collections.abc import Iterator

from beamio.check.report import CheckReport, Dependency, Finding, order
from beamio.view import count, printable, size
from beamio.view.paragraph import paragraph

_INDENT = "    "


def lines_of(finding: Finding) -> Iterator[str]:
    """Yield the lines that tell a finding, the first one with its place.

    Examples
    --------
    >>> list(lines_of(Finding("error", "dangling link", "/a", "is gone")))
    ['error: dangling link  /a', '    is gone']
    """
    place = f"  {printable(finding.path)}" if finding.path else ""
    yield f"{finding.severity}: {finding.kind}{place}"
    yield from paragraph(finding.message, _INDENT)
    if finding.remedy:
        yield from paragraph(f"-> {finding.remedy}", _INDENT, f"{_INDENT}   ")


def line_of(dependency: Dependency) -> str:
    """Return what is told of something outside the file.

    Examples
    --------
    >>> line_of(Dependency("raw file", "a.bin", "/x", found=False))
    'missing  raw file a.bin, of /x'
    """
    state = "found" if dependency.found else "missing"
    name, path = printable(dependency.name), printable(dependency.path)
    return f"{state:<8} {dependency.kind} {name}, of {path}"


def ordered(report: CheckReport) -> list[Finding]:
    """Return what was found, the worst first."""
    return order(report.findings)


def verdict(report: CheckReport) -> str:
    """Return what came out, in one line."""
    problems = len(report.problems)
    if not report.is_readable:
        return "can't be read"
    looked = report.looked_at
    parts = [
        count(looked[name], name[:-1])
        for name in ("groups", "datasets", "links", "chunks")
        if looked.get(name)
    ]
    seen = f" ({', '.join(parts)})" if parts else ""
    decoded = looked.get("bytes", 0)
    rate = decoded / max(report.seconds, 1e-9) / 1e6
    deep = ""
    if decoded:
        deep = f"; {size(decoded)} read in {report.seconds:.2f} s ({rate:,.0f} MB/s)"
    what = count(problems, "problem") if problems else "no problem"
    return f"{what}{seen}{deep}"

"""Compare a file with the definitions of NeXus, in this process."""

from collections.abc import Callable, Iterator
from typing import Any

from beamio.errors import (
    BeamioError,
    DamagedFileError,
    MissingPathError,
    OptionError,
)
from beamio.formats.attributes import nx_class
from beamio.formats.external import followed
from beamio.formats.opening import open as open_url
from beamio.formats.plot import PlotWay, plot_way
from beamio.nexus.nxdl import Definitions, shipped
from beamio.nexus.validation.entry import definition_of
from beamio.nexus.validation.groups import Walk
from beamio.nexus.validation.notes import BROKEN, Notes
from beamio.nexus.validation.report import EntryReport, ValidationReport

_ENTRIES = ("NXentry", "NXsubentry")


def examine(
    url: str,
    definition: str | None = None,
    *,
    entry: str | None = None,
    definitions: str | None = None,
    at: Callable[[str], None] = lambda _: None,
) -> ValidationReport:
    """Return what `validate` does; `at` is told of each group that is looked at."""
    known = shipped() if definitions is None else Definitions(definitions)
    if definition is not None:
        known[definition]  # which says so if there is none
    with open_url(url) as found:
        try:
            groups = list(_groups(found, entry, url))
            way = _way(found)
            entries = tuple(_report(each, definition, known, at) for each in groups)
        except BeamioError:
            raise
        except BROKEN as error:
            message = f"{url}: is damaged ({error}); beamio check tells more"
            raise DamagedFileError(message, place=url) from error
    has_plot = way.signal is not None
    return ValidationReport(url, known.version, entries, way.steps, has_plot)


def _groups(found: Any, entry: str | None, url: str) -> Iterator[Any]:
    """Yield the groups to look at."""
    if not hasattr(found, "keys"):
        raise OptionError(f"{url}: is a dataset; name a group, or the file")
    if entry is not None:
        group = found[entry]
        if not hasattr(group, "keys"):
            raise OptionError(f"{url}: {entry} is a dataset; name a group")
        yield group
        return
    if nx_class(found) not in {"", "NXroot"}:
        yield found
        return
    members = (followed(found, name) for name in found)
    entries = [
        each
        for each in members
        if each is not None and hasattr(each, "keys") and nx_class(each) in _ENTRIES
    ]
    if not entries:
        raise MissingPathError(
            f"{url}: holds no group of the class NXentry, so it is no NeXus file; "
            "name a group to compare with its class (::/path, --entry)",
            place=url,
        )
    yield from entries


def _way(group: Any) -> PlotWay:
    try:
        return plot_way(group)
    except BROKEN:  # damaged attributes
        return PlotWay((), None)


def _report(
    group: Any,
    definition: str | None,
    known: Definitions,
    at: Callable[[str], None],
) -> EntryReport:
    """Return what was found of one group."""
    path = str(group.name)
    declared = definition_of(group)
    wanted = declared if definition is None else definition
    notes = Notes()
    if definition is None and declared and declared not in known:
        notes.add(
            f"{path.rstrip('/')}/definition",
            f"is {declared!r}, which NeXus does not define{known.nearest(declared)}",
            "correct it, or name the definition to compare with (--definition)",
        )
        wanted = ""
    Walk(known, notes, at).entry(path, group, wanted)
    name = wanted or nx_class(group) or "NXobject"
    return EntryReport(path, name, declared == name, notes.ordered())

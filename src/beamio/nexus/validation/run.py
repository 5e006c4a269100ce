"""Compare a file with the definitions of NeXus."""

import os
from collections.abc import Iterator
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


def validate(
    url: str | os.PathLike[str],
    definition: str | None = None,
    *,
    entry: str | None = None,
    definitions: str | os.PathLike[str] | None = None,
) -> ValidationReport:
    """Compare a file of any format with the definitions of NeXus.

    Parameters
    ----------
    url
        ``file``, or ``file::/path`` of a group in it.
    definition
        An application definition such as "NXtomo", or a base class; by default, what
        the field ``definition`` of each entry names. An entry that names none is
        compared with the base classes.
    entry
        The path of a group to look at; by default, every NXentry of the file.
    definitions
        A folder of definitions, laid out as the repository of NeXus; by default, those
        that the package nexusformat ships.

    Raises
    ------
    OptionError
        If the definitions are not installed, or not in the folder.
    MissingPathError
        If there is no such definition, or nothing under the path.
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it can't be opened.

    Examples
    --------
    >>> import h5py
    >>> path = getfixture("tmp_path") / "scan.nx"
    >>> with h5py.File(path, "w") as file:
    ...     entry = file.create_group("entry")
    ...     entry.attrs["NX_class"] = "NXentry"
    ...     entry["definition"] = "NXtomo"
    >>> report = validate(path)
    >>> report.is_valid
    False
    >>> for finding in report.entries[0].errors:
    ...     print(finding.path, finding.message.partition(" (")[0])
    /entry/instrument is missing; NXtomo requires it
    /entry/sample is missing; NXtomo requires it
    /entry/data is missing; NXtomo requires it
    """
    known = shipped() if definitions is None else Definitions(definitions)
    if definition is not None:
        known[definition]  # which says so if there is none
    text = os.fsdecode(url)
    with open_url(url) as found:
        try:
            groups = list(_groups(found, entry, text))
            way = _way(found)
            entries = tuple(_report(each, definition, known) for each in groups)
        except BeamioError:
            raise
        except BROKEN as error:
            message = f"{text}: is damaged ({error}); beamio check tells more"
            raise DamagedFileError(message, place=text) from error
    has_plot = way.signal is not None
    return ValidationReport(text, known.version, entries, way.steps, has_plot)


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


def _report(group: Any, definition: str | None, known: Definitions) -> EntryReport:
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
    Walk(known, notes).entry(path, group, wanted)
    name = wanted or nx_class(group) or "NXobject"
    return EntryReport(path, name, declared == name, notes.ordered())

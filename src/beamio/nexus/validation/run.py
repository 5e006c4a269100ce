"""Have files compared with the definitions of NeXus by another process."""

import os
from typing import Any, Self

from beamio import errors
from beamio.engine.asking import Child, ChildDiedError
from beamio.errors import BeamioError, DamagedFileError, UnreadableError
from beamio.nexus.validation.report import ValidationReport

_MODULE = "beamio.nexus.validation.child"
_PATIENCE = 60.0
"""Seconds of computing on one group, after which a process is given up."""


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

    Notes
    -----
    Another process opens the file, since libhdf5 may crash, or not come to an end, on a
    damaged one. What this process has written into it is seen there once it is closed.

    Raises
    ------
    OptionError
        If the definitions are not installed, or not in the folder.
    MissingPathError
        If there is no such definition, or nothing under the path.
    MissingFileError, UnknownFormatError, DamagedFileError
        If there is no such file, or it can't be opened, or looked at to its end.

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
    with Validator() as validator:
        return validator.validate(url, definition, entry=entry, definitions=definitions)


class Validator:
    """The process that compares; a new one takes over if it has died of a file.

    Parameters
    ----------
    patience
        Seconds of computing on one group after which libhdf5 is taken to be caught in a
        loop.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._child = Child(_MODULE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._child.__exit__(*exc)

    def validate(
        self,
        url: str | os.PathLike[str],
        definition: str | None = None,
        *,
        entry: str | None = None,
        definitions: str | os.PathLike[str] | None = None,
    ) -> ValidationReport:
        """Compare a file; see the function `validate`."""
        text, place, summary = os.fsdecode(url), "", None
        job = {
            "url": text,
            "definition": definition,
            "entry": entry,
            "definitions": None if definitions is None else os.fsdecode(definitions),
            "patience": self._patience,
        }
        try:
            for name, fact in self._child.answers(job):
                if name == "at":
                    place = fact[0]
                elif name == "error":
                    raised = _error(**fact)
                else:
                    summary = fact
        except ChildDiedError as death:
            raise _died(text, place, death) from death
        if summary is None:
            raise raised
        return ValidationReport.from_facts(summary)


def _died(url: str, place: str, death: ChildDiedError) -> DamagedFileError:
    where = f" at {place}" if place else ""
    what = (
        f"reading it does not come to an end{where}"
        if death.is_loop
        else f"libhdf5 crashes on this file ({death.how}){where}"
    )
    return DamagedFileError(
        f"{url}: {what}; the file is damaged, and beamio check tells more", place=url
    )


def _error(kind: str, message: str, place: str, traceback: str) -> Exception:
    """Return the error that the other process met."""
    found: Any = getattr(errors, kind, None)
    if isinstance(found, type) and issubclass(found, BeamioError):
        simple = (
            DamagedFileError if issubclass(found, errors.CorruptChunkError) else found
        )
        return simple(message, place=place)
    if kind == "OSError":
        return UnreadableError(message, place=place)
    error = RuntimeError(f"{kind}: {message}")
    error.add_note(traceback)
    return error

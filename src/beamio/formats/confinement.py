"""Which files this process opens, where it was told to open some only.

A file of HDF5 leads to others: by links, by sources of virtual datasets, by raw files.
Who shows files to others confines the process that reads them, for as long as it lives.
What opens a file that another file names asks `check_allowed` before it looks for it.
"""

import os
from collections.abc import Callable
from pathlib import Path

from beamio.errors import OutsideError

Allows = Callable[[str], bool]
"""Tells whether a file may be opened, wherever symbolic links lead."""


class _Confinement:
    allows: Allows | None = None
    refused: OutsideError | None = None


_here = _Confinement()


def confine(allows: Allows) -> None:
    """Let this process open only what `allows` holds for, of what files lead to."""
    _here.allows = allows


def is_confined() -> bool:
    """Tell whether only some files may be opened."""
    return _here.allows is not None


def check_allowed(path: str | Path, place: str) -> None:
    """Make sure that a file may be opened, without a look at it.

    Raises
    ------
    OutsideError
        If it may not; `place` is what leads to it.
    """
    allows = _here.allows
    if allows is not None and not allows(os.fspath(path)):
        _here.refused = outside(str(path), place)
        raise _here.refused


def refusal() -> OutsideError | None:
    """Return why a file was not opened last, for who is told only that it was not."""
    return _here.refused


def forget_refusal() -> None:
    """Begin anew: what is refused next is what `refusal` gives."""
    _here.refused = None


def outside(path: str, place: str) -> OutsideError:
    """Return the error to show of a file that may not be opened.

    Examples
    --------
    >>> print(outside("/etc/passwd", "a.h5::/link"))
    a.h5::/link: leads to /etc/passwd, which is outside of what was opened; start with \
--follow-outside to allow it
    """
    return OutsideError(
        f"{place}: leads to {path}, which is outside of what was opened; "
        "start with --follow-outside to allow it",
        place=place,
    )

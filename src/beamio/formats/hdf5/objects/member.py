"""What files, groups, datasets and types share: how they are read and written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from beamio.engine import usable_threads
from beamio.errors import OptionError
from beamio.formats.hdf5.known import Known
from beamio.formats.hdf5.objects.names import Attributes, Names

Class = TypeVar("Class", bound=type)


@dataclass(frozen=True, slots=True)
class Access:
    """How the objects of a file are read and written; given when it is opened."""

    threads: int | None = None
    """Native threads for each call; None for as many as may be used."""
    missing: str = "error"
    """What a missing source of a virtual dataset gives: an "error", or "fill"."""
    known: Known = field(default_factory=Known, repr=False, compare=False)
    """Where the bytes of its datasets lie, as far as it is known and stays so."""

    def __post_init__(self) -> None:
        if self.threads is not None:
            usable_threads(self.threads)
        if self.missing not in {"error", "fill"}:
            raise OptionError(f'missing= is "error" or "fill", not {self.missing!r}')


class Member(Names):
    """An object of a file that was opened by beamio."""

    access = Access()
    """How it is read and written, as its file was opened."""
    opened_with: Any = None
    """The file that was opened for this object alone: a ``with`` block closes it."""

    @property
    def attrs(self) -> Attributes:
        """The attributes, by their names."""
        return Attributes(self)

    @property
    def file(self) -> Any:
        """The `File` that this object is in."""
        return adopt(super().file, self.access)

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows."""
        from beamio.formats.outline import html_of

        return html_of(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.opened_with is not None:
            self.opened_with.close()


_OURS: dict[type, type] = {}


def replaces(theirs: type) -> Callable[[Class], Class]:
    """Make the class that is decorated the one that `adopt` gives for h5py's."""

    def register(ours: Class) -> Class:
        _OURS[theirs] = ours
        return ours

    return register


def adopt(item: Any, access: Access) -> Any:
    """Return what h5py made as beamio's own; anything else as it is.

    The very object changes its class, so whatever h5py keeps in it, stays.
    """
    ours = _OURS.get(type(item))
    if ours is not None:
        item.__class__ = ours
        item.access = access
    return item

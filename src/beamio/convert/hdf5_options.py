"""What may be asked of a copy from HDF5 to HDF5."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from beamio.engine import usable_threads
from beamio.errors import OptionError
from beamio.repack import RepackOptions
from beamio.repack.gather import LINKS

DANGLING = ("keep", "error")
"""What may be done with links that lead nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOptions:
    """How objects of HDF5 files are copied."""

    links: str = "keep"
    """"keep" soft and external links, virtual datasets and raw files as they are;
    "copy" what they lead to in their place; or write external names "relative" to the
    folder of the output."""
    dangling: str = "keep"
    """With links="copy", whether a link that leads nowhere is kept, or an "error"."""
    mode: str | None = None
    """"x" for a new file, "w" to replace one, "a" to add to one or make it, "r+" to
    add to one; by default "a" if the output names a place in it, else "x"."""
    names: tuple[str, ...] = ()
    """What the sources are called in the output."""
    delete_source: bool = False
    """Whether to remove sources that were copied whole, and lost nothing."""
    storage: RepackOptions = field(default_factory=RepackOptions)
    """Filters, chunks, which datasets get them, threads; whether to replace what
    exists, and to compare."""

    @classmethod
    def parse(
        cls,
        *,
        links: str = "keep",
        dangling: str = "keep",
        mode: str | None = None,
        names: str | Sequence[str] = (),
        delete_source: bool = False,
        **storage: Any,
    ) -> "CopyOptions":
        """Return the options that texts stand for.

        Raises
        ------
        OptionError
            If one has a value that can't be used.
        """
        usable_threads(storage.get("threads"))
        _one_of("links", links, LINKS)
        _one_of("dangling", dangling, DANGLING)
        if mode is not None:
            _one_of("the mode", mode, ("w", "x", "a", "r+"))
        if delete_source and not storage.get("verify", True):
            raise OptionError(
                "sources are deleted only when the output was compared with them; "
                "leave out --no-verify or --delete-source"
            )
        given = (names,) if isinstance(names, str) else tuple(names)
        return cls(
            links=links,
            dangling=dangling,
            mode=mode,
            names=given,
            delete_source=delete_source,
            storage=RepackOptions.parse(**storage),
        )


def _one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise OptionError(f"{what}: one of {', '.join(known)}, not {value!r}")

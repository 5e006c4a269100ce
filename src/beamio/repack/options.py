"""What may be asked of a copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from beamio.engine import usable_threads
from beamio.errors import OptionError
from beamio.model import Compression

CHUNKS = ("keep", "auto")
"""What chunks are called that are not given as numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepackOptions:
    """How a file is copied."""

    filter: Compression | None = None
    """What datasets are compressed with; None to keep their filters."""
    chunks: str | tuple[int, ...] = "keep"
    """"keep", "auto" for chunks that suit frames, or a shape."""
    only: tuple[str, ...] = ()
    """Paths, or patterns of them, of the datasets that change; all if empty."""
    checksum: bool = False
    """Whether to add a checksum to each chunk."""
    overwrite: bool = False
    verify: bool = True
    """Whether to compare the copy with the source before it gets its name."""
    threads: int | None = None

    @classmethod
    def parse(
        cls,
        *,
        filter: str | Compression | None = None,  # noqa: A002 (its name in HDF5)
        chunks: str | Iterable[int] | None = None,
        only: str | Iterable[str] = (),
        **others: Any,
    ) -> "RepackOptions":
        """Return the options that texts stand for.

        Raises
        ------
        OptionError
            If one has a value that can't be used.
        """
        usable_threads(others.get("threads"))
        paths = (only,) if isinstance(only, str) else tuple(only)
        return cls(
            filter=Compression.parse(filter) if isinstance(filter, str) else filter,
            chunks=_chunks(chunks),
            only=tuple("/" + path.strip("/") for path in paths),
            **others,
        )

    @property
    def change(self) -> bool:
        """Whether any dataset is to be stored in another way."""
        return self.filter is not None or self.chunks != "keep" or self.checksum

    def concerns(self, path: str) -> bool:
        """Tell whether a dataset is one of those that change."""
        return not self.only or any(fnmatchcase(path, one) for one in self.only)


def _chunks(given: str | Iterable[int] | None) -> str | tuple[int, ...]:
    if given is None:
        return "keep"
    if isinstance(given, str):
        if given in CHUNKS:
            return given
        given = given.split(",")  # type: ignore[assignment] # as numbers below
    try:
        shape = tuple(int(length) for length in given)
    except ValueError:
        shape = ()
    if not shape or min(shape) < 1:
        raise OptionError(
            f"chunks are keep, auto, or a shape such as 1,2048,2048, not {given!r}"
        )
    return shape

"""Compression filters by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from beamio.errors import OptionError

_LEVELS: Mapping[str, tuple[int, int] | None] = {
    "none": None,
    "gzip": (0, 9),
    "lzf": None,
    "lz4": None,
    "zstd": (1, 22),
    "bitshuffle": None,
    "bitshuffle-lz4": None,
    "bitshuffle-zstd": (1, 22),
    "blosc": (0, 9),
    "blosc2": (0, 9),
}

COMPRESSIONS = tuple(_LEVELS)
"""Every name that is known."""


@dataclass(frozen=True, slots=True)
class Compression:
    """A compression filter: its name and, where it has one, its level."""

    name: str = "none"
    level: int | None = None

    def __post_init__(self) -> None:
        if self.name not in _LEVELS:
            raise OptionError(
                f"no compression is called {self.name!r}; "
                f"there are: {', '.join(COMPRESSIONS)}"
            )
        bounds = _LEVELS[self.name]
        if self.level is None:
            return
        if bounds is None:
            raise OptionError(f"compression {self.name} has no level")
        if not bounds[0] <= self.level <= bounds[1]:
            raise OptionError(
                f"the level of {self.name} is {bounds[0]} to {bounds[1]}, "
                f"not {self.level}"
            )

    @classmethod
    def parse(cls, text: str) -> "Compression":
        """Return the filter that `text` names, as ``NAME`` or ``NAME:LEVEL``.

        Examples
        --------
        >>> str(Compression.parse("zstd:5"))
        'zstd:5'
        """
        name, separator, level = text.strip().lower().partition(":")
        if not separator:
            return cls(name)
        if not level.isdecimal():
            raise OptionError(f"compression {text!r}: the level is not a number")
        return cls(name, int(level))

    def __str__(self) -> str:
        return self.name if self.level is None else f"{self.name}:{self.level}"


NO_COMPRESSION = Compression()

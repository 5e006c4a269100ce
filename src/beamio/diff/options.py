"""What counts as a difference."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import inf
from typing import Any

from beamio.engine import usable_threads
from beamio.errors import OptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """What counts as a difference, and what is not looked at."""

    atol: float = 0.0
    """How far numbers may lie apart, in their unit."""
    rtol: float = 0.0
    """How far they may lie apart, as a part of the number in B."""
    equal_nan: bool = True
    """Whether NaN is the same as NaN."""
    values_only: bool = False
    """Whether types may differ as long as the values are the same."""
    follow: bool = False
    """Whether to compare what links lead to, instead of the links."""
    ignore: tuple[str, ...] = ()
    """Patterns of the paths, or of the names, of what is not compared."""
    ignore_attributes: tuple[str, ...] = ()
    """Patterns of the names of attributes that are not compared."""
    threads: int | None = None

    @classmethod
    def parse(
        cls,
        *,
        ignore: str | Iterable[str] = (),
        ignore_attributes: str | Iterable[str] = (),
        **others: Any,
    ) -> "DiffOptions":
        """Return the options that a caller gives.

        Raises
        ------
        OptionError
            If one has a value that can't be used.
        """
        usable_threads(others.get("threads"))
        for name in ("atol", "rtol"):
            value = others.get(name, 0.0)
            if not 0 <= value < inf:
                raise OptionError(f"{name} must be 0 or more, not {value!r}")
        return cls(
            ignore=_patterns(ignore),
            ignore_attributes=_patterns(ignore_attributes),
            **others,
        )

    @property
    def is_exact(self) -> bool:
        """Whether numbers must be the same."""
        return not self.atol and not self.rtol

    def ignores(self, path: str) -> bool:
        """Tell whether an object is left out, and what lies below it.

        Examples
        --------
        >>> options = DiffOptions(ignore=("*_time", "/entry/log/*"))
        >>> [options.ignores(p) for p in ("/entry/end_time", "/entry/log/a", "/time")]
        [True, True, False]
        """
        name = path.rpartition("/")[2]
        return any(
            fnmatchcase(path if "/" in pattern else name, pattern)
            for pattern in self.ignore
        )

    def ignores_attribute(self, name: str) -> bool:
        """Tell whether an attribute is left out."""
        return any(fnmatchcase(name, pattern) for pattern in self.ignore_attributes)


def _patterns(given: str | Iterable[str]) -> tuple[str, ...]:
    patterns = (given,) if isinstance(given, str) else tuple(given)
    return tuple(
        f"/{pattern.strip('/')}" if "/" in pattern and pattern[0] != "*" else pattern
        for pattern in patterns
    )

"""What a conversion may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from beamio.errors import OptionError, nearest
from beamio.model import NO_COMPRESSION, Compression

Policy: TypeAlias = Literal["stop", "skip", "pad"]
"""What is done about a frame that is missing, or of another shape."""

POLICIES: tuple[Policy, ...] = ("stop", "skip", "pad")
MODES = ("x", "w", "a", "r+")


@dataclass(frozen=True, slots=True)
class Raw:
    """What the sources are, if they are raw binary."""

    shape: tuple[int, ...]
    dtype: str
    """With its byte order, as ">u2"."""
    offset: int = 0
    """Bytes before the first value."""

    @classmethod
    def parse(
        cls,
        shape: str | Sequence[int] | None,
        dtype: Any,
        offset: int | None,
    ) -> "Raw | None":
        """Return what options say of raw binary; None if they say nothing.

        Raises
        ------
        OptionError
            If they do not say enough.

        Examples
        --------
        >>> Raw.parse("10,512,512", ">u2", None)
        Raw(shape=(10, 512, 512), dtype='>u2', offset=0)
        """
        if shape is None and dtype is None and offset is None:
            return None
        if shape is None or dtype is None:
            raise OptionError(
                "raw binary needs its shape and the type of a value, as in --shape "
                "10,512,512 --dtype uint16"
            )
        try:
            kind = np.dtype(dtype).str
        except TypeError as error:
            raise OptionError(
                f"{dtype!r} is no type; write one such as uint16, >u2 or float32"
            ) from error
        lengths = _lengths(shape, "the shape of raw binary is numbers")
        return cls(lengths, kind, offset or 0)

    def rest(self, file: str) -> int:
        """Return how many bytes of a file are behind the last value."""
        values = prod(self.shape) * np.dtype(self.dtype).itemsize
        return Path(file).stat().st_size - self.offset - values


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """How files are converted.

    Raises
    ------
    OptionError
        If a value makes no sense.
    """

    mode: str | None = None
    """x: the output must not exist; w: it is replaced; a: it is added to, or made;
    r+: it is added to. By default x, and a where a group in it is named."""
    overwrite: bool = False
    """Replace the output, or a group that the output has already."""
    stack: bool = False
    """The files are one stack, in the order of their names."""
    begin: int | None = None
    """The first number of a series."""
    end: int | None = None
    """The last one, which belongs to it."""
    gaps: Policy = "stop"
    """What is done where a number of a series is missing."""
    odd_shapes: Policy = "stop"
    """What is done about images of another shape than the first."""
    compression: Compression = NO_COMPRESSION
    """The filter of datasets of numbers of 4 kB or more."""
    chunks: tuple[int, ...] | None = None
    """Their chunks, where the dimensions are as many; chosen by default."""
    verify: bool = True
    """Read the output back, and compare."""
    delete_source: bool = False
    """Remove files that were wholly converted and compared."""
    raw: Raw | None = None
    """What the sources are, if they are raw binary."""
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.mode is not None and self.mode not in MODES:
            raise OptionError(
                f"no mode is called {self.mode!r}{nearest(self.mode, MODES)}"
            )
        for policy in (self.gaps, self.odd_shapes):
            if policy not in POLICIES:
                raise OptionError(f"{policy!r} is none of {', '.join(POLICIES)}")
        if self.delete_source and not self.verify:
            raise OptionError(
                "sources are deleted only when the output was compared with them; "
                "leave out --no-verify or --delete-source"
            )
        both = self.begin is not None and self.end is not None
        if both and self.begin > self.end:  # type: ignore[operator] # not None
            raise OptionError(f"the series begins at {self.begin}, after {self.end}")

    @classmethod
    def parse(
        cls,
        *,
        filter: str | Compression | None = None,  # noqa: A002 (the option's name)
        chunks: str | tuple[int, ...] | None = None,
        shape: str | Sequence[int] | None = None,
        dtype: Any = None,
        offset: int | None = None,
        **options: Any,
    ) -> "ConvertOptions":
        """Return options of which some may be text, as on the command line."""
        if filter is not None:
            options["compression"] = (
                Compression.parse(filter) if isinstance(filter, str) else filter
            )
        raw = Raw.parse(shape, dtype, offset)
        try:
            return cls(raw=raw, chunks=_chunks(chunks), **options)
        except TypeError as error:
            raise OptionError(f"{error}; see the options of beamio.convert") from error


def _chunks(chunks: str | tuple[int, ...] | None) -> tuple[int, ...] | None:
    if chunks is None or chunks == "auto":
        return None
    return _lengths(chunks, "chunks are a shape")


def _lengths(text: str | Sequence[int], what: str) -> tuple[int, ...]:
    parts = text.split(",") if isinstance(text, str) else text
    try:
        lengths = tuple(int(part) for part in parts)
    except (TypeError, ValueError):
        lengths = ()
    if not lengths or min(lengths) < 1:
        raise OptionError(f"{what} such as 1,2048,2048, not {text!r}")
    return lengths

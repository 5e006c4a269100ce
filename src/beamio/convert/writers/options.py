"""What may be asked of files that are written."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from beamio.engine import usable_threads
from beamio.errors import OptionError
from beamio.model.url import Index, parse_selection

_BOUND = re.compile(r"min|max|[+-]?[\d.]+(?:[eE][+-]?\d+)?%?")
_BITS = (8, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """How files that are not HDF5 are written."""

    format: str | None = None
    """"edf", "tiff" ...; None to go by the suffix of the output."""
    selection: tuple[Index, ...] | None = None
    """The part of each dataset that is wanted."""
    dtype: np.dtype[Any] | None = None
    """The type of the values in the files; None to keep theirs."""
    unsafe_cast: bool = False
    """Whether values may change with their type."""
    series: bool = False
    """Whether each image gets a file of its own where one could hold them all."""
    limits: tuple[str, str] = ("1%", "99%")
    """Values drawn black and white in PNG files: numbers, percentiles, "min", "max"."""
    log: bool = False
    """Whether PNG files show the logarithm."""
    colormap: str | None = None
    """One of matplotlib's, for PNG files; grey if None."""
    bits: int = 8
    """Bits of a grey PNG pixel, 8 or 16."""
    overwrite: bool = False
    dry_run: bool = False
    """Whether to tell only which files would be written."""
    verify: bool = True
    """Whether each file is read back and compared before it gets its name."""
    threads: int | None = None

    @classmethod
    def parse(
        cls,
        *,
        slice: str | None = None,  # noqa: A002 (the option's name)
        dtype: str | None = None,
        range: str | None = None,  # noqa: A002 (the option's name)
        bits: int = 8,
        **others: Any,
    ) -> "FileOptions":
        """Return the options that texts stand for.

        Raises
        ------
        OptionError
            If one has a value that can't be used.

        Examples
        --------
        >>> FileOptions.parse(slice="0:10,:,5", range="0,99.5%").limits
        ('0', '99.5%')
        """
        usable_threads(others.get("threads"))
        if bits not in _BITS:
            raise OptionError(f"a grey pixel has 8 or 16 bits, not {bits}")
        return cls(
            selection=parse_selection(slice.strip("[]")) if slice else None,
            dtype=_dtype(dtype) if dtype else None,
            limits=_limits(range) if range else ("1%", "99%"),
            bits=bits,
            **others,
        )


def _dtype(name: str) -> np.dtype[Any]:
    try:
        dtype = np.dtype(name)
    except TypeError:
        dtype = np.dtype("V")
    if dtype.kind not in "biufc":
        raise OptionError(
            f"{name!r} is no type of numbers; uint16, int32, float32 and the like are"
        )
    return dtype


def _limits(text: str) -> tuple[str, str]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(map(_BOUND.fullmatch, parts)):  # noqa: PLR2004 (black, white)
        raise OptionError(
            f"{text!r} is no range; write two of numbers, percentiles, min and max, "
            "as in 0,4095 or 1%,99.5% or min,max"
        )
    return parts[0], parts[1]

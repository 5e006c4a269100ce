"""One image on its way into a file, and what the formats of images have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from beamio.model import Array

Part: TypeAlias = bytes | memoryview
"""Bytes of a file, one part after the other."""


@dataclass(frozen=True, slots=True)
class Page:
    """An image that is to be written."""

    pixels: Array
    """Shape (rows, columns), contiguous, of a type that the format holds."""
    header: Mapping[str, str]
    index: int = 0
    """Its place in the file, from 0."""
    position: int = 0
    """Bytes of the file before it."""
    is_last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageForm:
    """A format of images."""

    name: str
    """As people write it, "EDF"."""
    suffixes: tuple[str, ...]
    holds: Callable[[np.dtype[Any]], np.dtype[Any] | None]
    """The type of the pixels in a file for pixels of another; None if there is none."""
    pack: Callable[[Page], Sequence[Part]]
    """Gives the bytes of an image with its header. Safe to call from many threads."""
    begin: bytes = b""
    """Bytes before the first image."""
    stacks: bool = False
    """Whether a file may hold more than one image."""
    limit: int | None = None
    """The bytes that a file can have."""
    room: int | None = None
    """The bytes that a header can have; what follows is left out."""
    is_exact: bool = True
    """Whether the pixels can be read back."""


def bytes_of(pixels: Array) -> memoryview:
    """Return the bytes of a contiguous array, without a copy."""
    return pixels.reshape(-1).view(np.uint8).data


def one_line(text: str) -> str:
    r"""Return text without line ends and control characters.

    Examples
    --------
    >>> one_line("a\r\n b\x00")
    'a b '
    """
    lines = " ".join(line.strip() for line in text.splitlines())
    return "".join(char if char.isprintable() else " " for char in lines)


def plain_ascii(text: str) -> str:
    r"""Return text whose other characters are written out, as headers need it.

    Examples
    --------
    >>> plain_ascii("µm")
    '\\xb5m'
    """
    return one_line(text).encode("ascii", "backslashreplace").decode()

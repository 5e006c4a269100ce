"""How the server and the processes that read talk: frames of a header and a body."""

import json
import struct
from typing import Any

_LENGTHS = struct.Struct("!IQ")
SIZE = _LENGTHS.size
"""Bytes of what comes before a header and its body."""


def head(header: dict[str, Any], length: int = 0) -> bytes:
    """Return what comes before a body of so many bytes.

    Examples
    --------
    >>> data = head({"kind": "end"}, 5)
    >>> lengths(data[:SIZE])
    (14, 5)
    """
    text = json.dumps(header, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), length) + text


def lengths(data: bytes) -> tuple[int, int]:
    """Return the bytes of a header and of its body."""
    found: tuple[int, int] = _LENGTHS.unpack(data)
    return found

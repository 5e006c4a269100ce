"""The form of an answer."""

import json
from dataclasses import dataclass, field
from struct import Struct
from typing import Any

import numpy as np

from beamio.web.names import sent_all
from beamio.web.questions.question import BYTES, JSON

_LENGTH = Struct("<I")
_ALIGNED = 8
"""A typed array of a browser begins at a multiple of the size of its elements."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent to the browser."""

    body: bytes
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def as_json(value: Any) -> Answer:
    """Return an answer of JSON; what has no number in JSON is null."""
    return Answer(dumped(value))


def as_array(array: np.ndarray[Any, Any], **facts: object) -> Answer:
    """Return an array with its type and shape, and `facts` about it.

    The length of a header (4 bytes); the header, JSON, filled with spaces so that the
    elements begin at a multiple of 8; the elements, little endian in C order.
    """
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    about = dumped({"dtype": plain.dtype.str, "shape": list(array.shape), **facts})
    about += b" " * (-(len(about) + _LENGTH.size) % _ALIGNED)
    elements = plain.reshape(-1).view(np.uint8).data  # joined without another copy
    return Answer(b"".join((_LENGTH.pack(len(about)), about, elements)), BYTES)


def dumped(value: Any) -> bytes:
    """Return a value as JSON, in ASCII."""
    text = json.dumps(_finite(value), separators=(",", ":"), default=_plain)
    if "\\udc" in text:  # a name that is no UTF-8
        text = json.dumps(sent_all(json.loads(text)), separators=(",", ":"))
    return text.encode()


def _finite(value: Any) -> Any:
    """Return a value without NaN and infinity, which are not JSON."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, np.ndarray | np.generic):
        return _finite(value.tolist())
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, complex):
        return [value.real, value.imag]
    return str(value)

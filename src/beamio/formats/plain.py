"""Values as Python has them."""

from typing import Any

import h5py
import numpy as np

from beamio.model import Array


def plain(value: Any, dtype: np.dtype[Any]) -> Any:
    r"""Return a value as Python has it: text as `str`, scalars of its own types.

    Examples
    --------
    >>> plain(np.float32(1.5), np.dtype("f4")), plain(b"caf\xc3\xa9", np.dtype("O"))
    (1.5, 'café')
    >>> plain(np.array([b"a", b"b"]), np.dtype("S1")).tolist()
    ['a', 'b']
    """
    is_text = dtype.kind == "S" or h5py.check_string_dtype(dtype) is not None
    if isinstance(value, bytes):
        return _decoded(value) if is_text or dtype.kind == "O" else value
    if isinstance(value, np.ndarray):
        if is_text or (dtype.kind == "O" and _holds_bytes(value)):
            texts = [_decoded(item) for item in value.flat]
            return np.array(texts, object).reshape(value.shape)
        return value
    if isinstance(value, np.void) and dtype.names:
        return value
    return value.item() if isinstance(value, np.generic) else value


def _holds_bytes(values: Array) -> bool:
    return bool(values.size) and all(isinstance(value, bytes) for value in values.flat)


def _decoded(value: Any) -> Any:
    """Return text; bytes that are no UTF-8 are those of Latin-1."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")

"""Comments of objects; what h5py returns for one is memory that was freed."""

import ctypes
from functools import cache
from typing import Any

from h5py import h5o
from h5py._objects import phil  # libhdf5's lock; there is no public name for it


def comment_of(item: Any) -> bytes:
    """Return the comment of an object; empty if it has none."""
    read = _reader()
    with phil:
        length = max(0, read(item.id, None, 0))
        text = ctypes.create_string_buffer(length + 1)
        read(item.id, text, length + 1)
    return text.value


def copy_comment(source: Any, target: Any) -> None:
    """Give an object the comment of another, if that has one."""
    comment = comment_of(source)
    if comment:
        h5o.set_comment(target, comment)


@cache
def _reader() -> Any:
    # The library that h5py has loaded, whichever that is.
    read = ctypes.CDLL(h5o.__file__).H5Oget_comment
    read.argtypes = [ctypes.c_int64, ctypes.c_char_p, ctypes.c_size_t]
    read.restype = ctypes.c_ssize_t
    return read

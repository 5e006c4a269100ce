"""Text in attributes and datasets, however it was stored."""

from typing import Any

import numpy as np


def text(value: Any) -> str:
    r"""Return text; empty where there is none.

    Examples
    --------
    >>> text(b"caf\xc3\xa9"), text(np.array(["NXtomo"])), text(None), text(2.5)
    ('café', 'NXtomo', '', '2.5')
    """
    if value is None:
        return ""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "S" and value.size > 1:  # one letter each
            return text(b"".join(value.ravel().tolist()))
        return text(value.ravel()[0]) if value.size else ""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")
    return str(value)


def attribute(item: Any, name: str) -> str:
    """Return the text of an attribute of an HDF5 object; empty where there is none."""
    try:
        return text(item.attrs.get(name))
    except (OSError, RuntimeError, AttributeError, TypeError):  # damaged, or no object
        return ""

"""Digests that tell whether datasets were written as they were read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import h5py
import numpy as np

from beamio.convert.text import as_text, is_text
from beamio.model import Array

_BYTES = 16


@dataclass(slots=True)
class Digest:
    """The digest of the datasets below a path, in whatever order they are added.

    Examples
    --------
    >>> one, other = Digest("/a"), Digest("/a")
    >>> one.add("/a/x", np.arange(3)); one.add("/a/y", np.array("text"))
    >>> other.add("/a/y", np.array("text")); other.add("/a/x", np.arange(3))
    >>> one == other
    True
    """

    path: str
    total: int = 0
    passed: set[str] = field(default_factory=set, compare=False)
    """Paths of what is no part of it."""

    def add(self, path: str, values: Array) -> None:
        """Add the values of a dataset."""
        digest = blake2b(path.encode(), digest_size=_BYTES)
        if is_text(values.dtype):
            digest.update(repr(values.shape).encode())
            for value in values.flat:
                digest.update(as_text(value).encode() + b"\0")
        else:
            digest.update(repr((values.shape, values.dtype.str)).encode())
            digest.update(np.ascontiguousarray(values).tobytes())
        self.total ^= int.from_bytes(digest.digest(), "big")

    def matches(self, file: Any) -> bool:
        """Tell whether a file has the same datasets below the path."""
        written = Digest(self.path)

        for dataset in self._datasets(file[self.path]):
            written.add(dataset.name, np.asarray(dataset[()]))
        return written == self

    def _datasets(self, item: Any) -> Iterator[Any]:
        """Yield a dataset, or those below a group; links are not followed."""
        if item.name in self.passed:
            return
        if isinstance(item, h5py.Dataset):
            yield item
            return
        for name in item:
            if isinstance(item.get(name, getlink=True), h5py.HardLink):
                yield from self._datasets(item[name])

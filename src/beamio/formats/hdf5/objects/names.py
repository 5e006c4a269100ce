"""Names in files: text, also where their bytes are no UTF-8."""

import os
from collections.abc import Iterator
from typing import Any

import h5py

from beamio.formats.hdf5.damage import told_in_one_line


class Names(h5py.HLObject):  # type: ignore[misc] # h5py has no types
    r"""Names as texts, each byte that is no UTF-8 a surrogate, as in listings.

    h5py gives such names as bytes and takes none of them as text, so that whoever
    puts names together, or prints them, meets the wrong type in one file of a million.
    """

    def _e(self, name: Any, lcpl: Any = None) -> Any:
        return super()._e(stored(name), lcpl)

    def _d(self, name: Any) -> Any:
        return told(super()._d(name))


class Attributes(h5py.AttributeManager):  # type: ignore[misc] # h5py has no types
    """The attributes of an object, by names that are all text.

    Raises
    ------
    DamagedFileError
        If they can't be listed.
    """

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        with told_in_one_line(lambda: file_of(self._id)):
            yield from super().__iter__()

    def _e(self, name: Any, lcpl: Any = None) -> Any:
        return super()._e(stored(name), lcpl)

    def _d(self, name: Any) -> Any:
        return told(super()._d(name))


def file_of(item: Any) -> str:
    """Return the name of the file that an identifier of h5py lies in."""
    return os.fsdecode(h5py.h5f.get_name(item))


def stored(name: Any) -> Any:
    r"""Return a name as h5py takes it: the bytes, if it is no UTF-8.

    Examples
    --------
    >>> stored("caf\udce9"), stored("café")
    (b'caf\xe9', 'café')
    """
    if not isinstance(name, str) or name.isascii():
        return name
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape")
    return name


def told(name: Any) -> Any:
    r"""Return a name from h5py as text.

    Examples
    --------
    >>> told(b"caf\xe9")
    'caf\udce9'
    """
    if isinstance(name, bytes):
        return name.decode("utf-8", "surrogateescape")
    return name

"""What a file is: told by its first bytes, then by its name."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from beamio.formats.tree import Tree

Reader: TypeAlias = Callable[[str], Tree]
"""What makes a tree of the path of a file."""

_HEAD = 4096
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SPEC = re.compile(rb"^#(?:F \S|S +\d)", re.MULTILINE)
_FIO = re.compile(rb"^%[cpd]\s*$", re.MULTILINE)


def reader_of(path: str) -> Reader:
    """Return what reads a file that is not HDF5.

    Raises
    ------
    OSError
        If its first bytes can't be read.
    """
    with Path(path).open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"\x93NUMPY"):
        from beamio.formats.numpy_files import open_npy

        return open_npy
    if head.startswith(_ZIP):
        from beamio.formats.archives import open_npz

        return open_npz
    if is_fio(head):
        from beamio.formats.fio import open_fio

        return open_fio
    if is_spec(head):
        from beamio.formats.spec import open_spec

        return open_spec
    return _open_image


def is_image(path: str) -> bool:
    """Tell whether a file that is not HDF5 is read as an image, if as anything."""
    return reader_of(path) is _open_image


def _open_image(path: str) -> Tree:
    from beamio.formats.images.tree import open_images

    return open_images([path])


def is_spec(head: bytes) -> bool:
    r"""Tell whether the first bytes are those of a SPEC file.

    Examples
    --------
    >>> is_spec(b"#F scan.dat\n"), is_spec(b"\n#S 1 ascan\n"), is_spec(b"# x y\n1 2\n")
    (True, True, False)
    """
    return (
        b"\0" not in head
        and head.lstrip().startswith(b"#")
        and _SPEC.search(head) is not None
    )


def is_fio(head: bytes) -> bool:
    r"""Tell whether the first bytes are those of a FIO file, of DESY's beamlines.

    Examples
    --------
    >>> is_fio(b"!\n! Comments\n!\n%c\nascan\n"), is_fio(b"! a Fortran file\n")
    (True, False)
    """
    return head.lstrip().startswith((b"!", b"%")) and _FIO.search(head) is not None

"""Keep libhdf5 from what a process may not open.

libhdf5 opens other files by itself: at an external link on the way to an object, when
it is asked for the shape of a virtual dataset that grows with its sources, and when
values are read that lie elsewhere. Code that uses h5py need not know of any of this.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import h5py
from h5py import h5d, h5f, h5i, h5o, h5s

from beamio.errors import OptionError, UnreadableError
from beamio.formats.confinement import (
    Allows,
    check_allowed,
    confine,
    forget_refusal,
    is_confined,
)
from beamio.formats.hdf5.dependencies import check_sources
from beamio.formats.hdf5.links import find_place
from beamio.formats.hdf5.mappings import in_block
from beamio.formats.hdf5.raw import raw_start
from beamio.formats.hdf5.sources import open_unlocked

_EXTERNAL = 64
"""The type of external links, H5L_TYPE_EXTERNAL."""
_CLASS_VERSION = 1
_NAME = 4096
_BLOCKS = 100_000
"""Sources of one pattern that are looked for, at most."""
_DEEP = 32
"""Virtual datasets over virtual datasets that are followed, at most."""

_id = ctypes.c_int64
_Traverse = ctypes.CFUNCTYPE(
    _id, ctypes.c_char_p, _id, ctypes.c_void_p, ctypes.c_size_t, _id, _id
)
_Query = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t,
    ctypes.c_char_p,
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_void_p,
    ctypes.c_size_t,
)


class _LinkClass(ctypes.Structure):
    """H5L_class_t: what libhdf5 calls for a type of links."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("type", ctypes.c_int),
        ("comment", ctypes.c_char_p),
        ("create", ctypes.c_void_p),
        ("move", ctypes.c_void_p),
        ("copy", ctypes.c_void_p),
        ("traverse", _Traverse),
        ("delete", ctypes.c_void_p),
        ("query", _Query),
    ]


def confine_hdf5(allows: Allows) -> None:
    """Let this process open only what `allows` holds for, of what files lead to.

    It can't be undone. A link that leads out is one that leads nowhere to libhdf5, and
    an `OutsideError` to who opens it with beamio. A dataset whose elements lie there is
    an `OutsideError` as soon as h5py makes an object of it.

    Raises
    ------
    OptionError
        If libhdf5 can't be told, since h5py hides it.
    """
    confine(allows)
    try:
        library = ctypes.PyDLL(h5py.h5d.__file__)
        failed = library.H5Lregister(ctypes.byref(_LINKS))
    except (AttributeError, OSError):
        failed = -1
    if failed < 0:
        raise OptionError(
            "links can't be kept inside of what was opened with this build of h5py; "
            "install h5py with pip, or start with --follow-outside"
        )
    _Checked.install()


def _traverse(
    _name: bytes, group: int, data: int, size: int, _lapl: int, _dxpl: int
) -> int:
    """Return the object that an external link leads to; -1 if there is none for us."""
    forget_refusal()
    with suppress(Exception):  # libhdf5 knows no exceptions
        return _linked(group, ctypes.string_at(data, size))
    return -1


def _linked(group: int, value: bytes) -> int:
    name, path = value[1:].split(b"\0")[:2]
    library = ctypes.PyDLL(h5py.h5d.__file__)
    parent = ctypes.create_string_buffer(_NAME)
    if library.H5Fget_name(_id(group), parent, ctypes.c_size_t(_NAME)) < 0:
        return -1
    source = os.fsdecode(parent.value)
    found, _ = find_place(source, os.fsdecode(name), "HDF5_EXT_PREFIX")
    if found is None or not found.is_file():
        return -1
    target = h5o.open(open_unlocked(found), path)
    library.H5Iinc_ref(_id(target.id))  # h5py gives its own back
    return int(target.id)


def _query(_name: bytes, data: int, size: int, buffer: int | None, room: int) -> int:
    """Give what an external link holds, as libhdf5 does."""
    if buffer:
        ctypes.memmove(buffer, data, min(room, size))
    return size


_LINKS = _LinkClass(
    version=_CLASS_VERSION,
    type=_EXTERNAL,
    comment=b"external",
    traverse=_Traverse(_traverse),
    query=_Query(_query),
)


class _Checked:
    """Datasets of h5py that are checked when they are made, and when they are read."""

    @classmethod
    def install(cls) -> None:
        made = h5py.Dataset.__init__

        def init(self: Any, bind: Any, *args: Any, **options: Any) -> None:
            check_outside(bind)
            made(self, bind, *args, **options)

        h5py.Dataset.__init__ = init
        for name in ("__getitem__", "read_direct"):
            setattr(h5py.Dataset, name, cls.read(getattr(h5py.Dataset, name)))

    @staticmethod
    def read(reads: Callable[..., Any]) -> Callable[..., Any]:
        def checked(self: Any, *args: Any, **options: Any) -> Any:
            if self.id.get_create_plist().get_layout() == h5d.VIRTUAL:
                check_sources(self)
            return reads(self, *args, **options)

        return checked


def check_outside(dataset: Any) -> None:
    """Make sure that the elements of an open `h5py.h5d.DatasetID` may be looked for.

    Of virtual datasets over virtual datasets only the first is looked at, unless
    libhdf5 would look at them for the shape.

    Raises
    ------
    OutsideError
        If they lie where this process may not open files.
    """
    _check(dataset, 0)


def check_growing(dataset: Any) -> None:
    """Make sure of an open `h5py.h5d.DatasetID` that its shape may be asked for.

    libhdf5 looks for it in the sources of a virtual dataset that grows with them.

    Raises
    ------
    OutsideError
        If they lie where this process may not open files.
    """
    if not is_confined() or dataset.get_offset() is not None:
        return
    properties = dataset.get_create_plist()
    if properties.get_layout() == h5d.VIRTUAL:
        for name, path, grows in _sources(properties):
            if grows:
                _check_source(dataset, name, path, 1)


def _check(dataset: Any, depth: int) -> None:
    if not isinstance(dataset, h5d.DatasetID) or dataset.get_offset() is not None:
        return
    properties = dataset.get_create_plist()
    if properties.get_layout() == h5d.VIRTUAL:
        for name, path, grows in _sources(properties):
            _check_source(dataset, name, path, depth + 1 if grows else 0)
    elif properties.get_external_count():
        parent = os.fsdecode(h5f.get_name(dataset))
        start = raw_start(dataset.get_access_plist(), parent)
        for index in range(properties.get_external_count()):
            name = os.fsdecode(properties.get_external(index)[0])
            check_allowed((start / name).absolute(), parent)


def _sources(properties: Any) -> Iterator[tuple[str, str, bool]]:
    """Yield file and path of each source, and whether libhdf5 asks for its shape."""
    found = {
        (
            os.fsdecode(properties.get_virtual_filename(index)),
            os.fsdecode(properties.get_virtual_dsetname(index)),
            _grows(properties.get_virtual_vspace(index)),
        )
        for index in range(properties.get_virtual_count())
    }
    yield from sorted(found)


def _grows(space: Any) -> bool:
    if space.get_select_type() != h5s.SEL_HYPERSLABS:
        return False
    return space.is_regular_hyperslab() and any(
        h5s.UNLIMITED in part for part in space.get_regular_hyperslab()
    )


def _check_source(dataset: Any, name: str, path: str, depth: int) -> None:
    """Check one source, or all that a pattern stands for until one is missing.

    What it takes its own elements from is checked as well, unless `depth` is 0.
    """
    is_pattern = "%" in name + path
    for block in range(_BLOCKS if is_pattern else 1):
        file, inside = (in_block(text, block) for text in (name, path))
        if not _is_there(dataset, file, inside, depth):
            return


def _is_there(dataset: Any, name: str, path: str, depth: int) -> bool:
    """Tell whether a source is there, and check it if `depth` counts it."""
    parent = os.fsdecode(h5f.get_name(dataset))
    found = None
    if name != ".":
        found, _ = find_place(parent, name, "HDF5_VDS_PREFIX")
        if found is None:
            return False
    if not depth:
        return True
    if found is not None and not found.is_file():
        raise UnreadableError(
            f"{parent}: takes data from {found}, which is no regular file", place=parent
        )
    if depth > _DEEP:
        return False
    file = h5i.get_file_id(dataset)
    if found is not None and not found.samefile(parent):
        file = open_unlocked(found)
    try:
        _check(h5o.open(file, os.fsencode(path)), depth)
    except (KeyError, RuntimeError, ValueError):
        return False
    return True

"""What an object is, asked with as few calls of libhdf5 as can be.

h5py makes Python objects for each answer, which takes several times as long as the
answers: a file of 100,000 objects is listed in a third of the time without them.
"""

import ctypes
import struct
from typing import Any

from h5py import h5d, h5g, h5o, h5s
from h5py._objects import phil  # libhdf5's lock; there is no public name for it

from beamio.formats.confinement import is_confined
from beamio.formats.hdf5.confined import check_growing
from beamio.formats.hdf5.peek import LONGEST, Peek, Peeker
from beamio.model import ElementType

_UNLIMITED = 2**64 - 1
_NOWHERE = 2**64 - 1
"""The address of what has none."""
_RANKS = 32
_TEXT = 3
"""The class of texts among types."""
_BASIC_AND_ATTRIBUTES = 1 | 4

_INFO = struct.Struct("@LQQiI4qQ")
"""H5O_info2_t: file, address (a token begins so), kind, links, times, attributes."""

_id = ctypes.c_int64
_pointer = ctypes.c_void_p
_int = ctypes.c_int
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "H5Oopen": (_id, _id, ctypes.c_char_p, _id),
    "H5Oclose": (_int, _id),
    "H5Oget_info3": (_int, _id, _pointer, ctypes.c_uint),
    "H5Iinc_ref": (_int, _id),
    "H5Dget_space": (_id, _id),
    "H5Dget_type": (_id, _id),
    "H5Dget_offset": (ctypes.c_uint64, _id),
    "H5Dget_create_plist": (_id, _id),
    "H5Dvlen_reclaim": (_int, _id, _id, _id, _pointer),
    "H5Pget_layout": (_int, _id),
    "H5Pget_external_count": (_int, _id),
    "H5Pclose": (_int, _id),
    "H5Sget_simple_extent_dims": (_int, _id, _pointer, _pointer),
    "H5Sget_simple_extent_type": (_int, _id),
    "H5Sget_simple_extent_npoints": (_id, _id),
    "H5Sclose": (_int, _id),
    "H5Tequal": (_int, _id, _id),
    "H5Tget_class": (_int, _id),
    "H5Tget_size": (ctypes.c_size_t, _id),
    "H5Tis_variable_str": (_int, _id),
    "H5Tclose": (_int, _id),
    "H5Aexists": (_int, _id, ctypes.c_char_p),
    "H5Aopen": (_id, _id, ctypes.c_char_p, _id),
    "H5Aget_type": (_id, _id),
    "H5Aget_space": (_id, _id),
    "H5Aread": (_int, _id, _id, _pointer),
    "H5Aclose": (_int, _id),
}
"""What each returns, and what it takes."""


def _library() -> Any:
    """Return the functions of the library that h5py has loaded; None without one."""
    try:
        # Python's own lock stays held, which is quicker than to give it back.
        library = ctypes.PyDLL(h5d.__file__)
        for name, (returned, *taken) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = returned, taken
    except (AttributeError, OSError):
        return None
    return library


_C = _library()


class QuickPeeker(Peeker):
    """Looks at objects by calling libhdf5 itself."""

    def __init__(self, *wanted: tuple[bytes, ...]) -> None:
        super().__init__(*wanted)
        self._about = ctypes.create_string_buffer(_INFO.size)
        self._lengths = (ctypes.c_uint64 * _RANKS)()
        self._limits = (ctypes.c_uint64 * _RANKS)()
        self._text = ctypes.create_string_buffer(LONGEST + 1)

    def look(self, group: Any, name: bytes) -> Peek:
        """Return what lies under a name in an `h5py.h5g.GroupID`.

        Raises
        ------
        KeyError, OSError, RuntimeError, ValueError
            If it can't be read, as h5py says.
        """
        with phil:
            identifier = _C.H5Oopen(group.id, name, 0)
            found = self._looked(identifier) if identifier >= 0 else None
        return super().look(group, name) if found is None else found

    def _looked(self, identifier: int) -> Peek | None:
        """Return what an open object is, and close it unless it is a group."""
        kept = False
        try:
            if _C.H5Oget_info3(identifier, self._about, _BASIC_AND_ATTRIBUTES) < 0:
                return None
            _, address, _, kind, links, *_, attributes = _INFO.unpack_from(self._about)
            if kind == h5o.TYPE_DATASET:
                return self._dataset(identifier, address, links, attributes)
            if kind != h5o.TYPE_GROUP:
                return Peek(kind, address, links, attributes, ())
            texts = self._texts(identifier, attributes, self.of_groups)
            kept = True
            group = h5g.GroupID(identifier)
            return Peek(kind, address, links, attributes, texts, group)
        finally:
            if not kept:
                _C.H5Oclose(identifier)

    def _dataset(
        self, identifier: int, address: int, links: int, attributes: int
    ) -> Peek | None:
        is_elsewhere = self._is_elsewhere(identifier)
        if is_elsewhere and is_confined():
            _C.H5Iinc_ref(identifier)  # the destructor of h5py's object takes one
            check_growing(h5d.DatasetID(identifier))
        space = _C.H5Dget_space(identifier)
        if space < 0:
            return None
        rank = _C.H5Sget_simple_extent_dims(space, self._lengths, self._limits)
        empty = rank == 0 and _C.H5Sget_simple_extent_type(space) == h5s.NULL
        _C.H5Sclose(space)
        kind = self._type(identifier)
        if rank < 0 or kind is None:
            return None
        shape = maxshape = None
        if not empty:
            shape = tuple(self._lengths[:rank])
            limits = self._limits[:rank]
            maxshape = tuple(None if n == _UNLIMITED else n for n in limits)
        return Peek(
            h5o.TYPE_DATASET,
            address,
            links,
            attributes,
            self._texts(identifier, attributes, self.of_datasets),
            None,
            kind,
            shape,
            maxshape,
            is_elsewhere,
        )

    def _is_elsewhere(self, identifier: int) -> bool:
        if _C.H5Dget_offset(identifier) != _NOWHERE:
            return False
        properties = _C.H5Dget_create_plist(identifier)
        if properties < 0:
            return False
        layout = _C.H5Pget_layout(properties)
        external = layout == h5d.CONTIGUOUS and _C.H5Pget_external_count(properties) > 0
        _C.H5Pclose(properties)
        return bool(external or layout == h5d.VIRTUAL)

    def _type(self, identifier: int) -> ElementType | None:
        kind = _C.H5Dget_type(identifier)
        if kind < 0:
            return None
        for known, words in self.types:
            if _C.H5Tequal(known.id, kind) > 0:
                _C.H5Tclose(kind)
                return words
        _C.H5Tclose(kind)
        _C.H5Iinc_ref(identifier)  # the destructor of h5py's object takes one
        found = h5d.DatasetID(identifier).get_type()
        return self.remembered(found)

    def _texts(
        self, identifier: int, attributes: int, names: tuple[bytes, ...]
    ) -> tuple[str, ...]:
        if not attributes:
            return ("",) * len(names)
        found = [""] * len(names)
        for i, name in enumerate(names):
            if _C.H5Aexists(identifier, name) > 0:
                found[i] = self._read_text(identifier, name)
                attributes -= 1
                if not attributes:
                    break
        return tuple(found)

    def _read_text(self, identifier: int, name: bytes) -> str:
        attribute = _C.H5Aopen(identifier, name, 0)
        if attribute < 0:
            return ""
        kind, space = _C.H5Aget_type(attribute), _C.H5Aget_space(attribute)
        text = b""
        if (
            kind >= 0
            and _C.H5Tget_class(kind) == _TEXT
            and _C.H5Sget_simple_extent_npoints(space) == 1
        ):
            if _C.H5Tis_variable_str(kind) > 0:
                text = self._variable(attribute, kind, space)
            elif _C.H5Tget_size(kind) <= LONGEST:
                ctypes.memset(self._text, 0, LONGEST)
                if _C.H5Aread(attribute, kind, self._text) >= 0:
                    text = self._text.value  # up to the first null byte
        for close, opened in ((_C.H5Sclose, space), (_C.H5Tclose, kind)):
            if opened >= 0:
                close(opened)
        _C.H5Aclose(attribute)
        return text.decode("utf-8", "surrogateescape").rstrip()

    def _variable(self, attribute: int, kind: int, space: int) -> bytes:
        pointer = ctypes.c_char_p()
        if _C.H5Aread(attribute, kind, ctypes.byref(pointer)) < 0:
            return b""
        text = pointer.value or b""
        _C.H5Dvlen_reclaim(kind, space, 0, ctypes.byref(pointer))
        return text[:LONGEST]


def new_peeker(*wanted: tuple[bytes, ...]) -> Peeker:
    """Return what looks at objects in the quickest way that there is here.

    Parameters
    ----------
    *wanted
        Names of the attributes with text that are wanted, of groups and of datasets.
    """
    return Peeker(*wanted) if _C is None else QuickPeeker(*wanted)

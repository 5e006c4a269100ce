"""Archives of arrays that NumPy wrote, npz."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from beamio.errors import DamagedFileError, UnknownFormatError, UnreadableError
from beamio.formats.numpy_files import (
    ArrayHeader,
    Transposed,
    holds_objects,
    read_header,
)
from beamio.formats.select import Selection
from beamio.formats.tree import (
    Branch,
    Entry,
    LazyMembers,
    Leaf,
    PlainValues,
    Tree,
    Values,
)
from beamio.formats.tree.values import delivered, slices, whole
from beamio.model import Array

_LOCAL_HEADER = 30
_EXPANSION = 1032
"""Bytes that one byte of a deflated stream can stand for, at most."""
_KEPT = 256 << 20
"""Bytes of a decoded member that are kept for the next read, at most."""
_BLOCK = 1 << 20


def open_npz(path: str) -> Tree:
    """Return the arrays of an npz file; slashes in names make groups.

    Raises
    ------
    UnknownFormatError
        If it is an archive without arrays.
    DamagedFileError
        If it is damaged.
    """
    try:
        with ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(path, error) from error
    arrays = [info for info in members if info.filename.endswith(".npy")]
    if members and not arrays:
        raise UnknownFormatError(
            f"{path}: is a zip archive without NumPy arrays", place=path
        )
    makers: dict[str, Any] = {}
    for info in arrays:
        _put(makers, info.filename.removesuffix(".npy"), partial(_leaf, path, info))
    return Tree(path, _branch(makers, "NXroot"))


def _put(makers: dict[str, Any], name: str, maker: Callable[[], Entry]) -> None:
    """Put a maker under a name, in groups if it has slashes, and never elsewhere."""
    *above, last = [part for part in name.split("/") if part not in {"", "."}] or ["_"]
    here = makers
    for part in above:
        here = here.setdefault(part, {})
        if not isinstance(here, dict):  # an array has that name already
            makers[name.replace("/", "%")] = maker
            return
    here[last if last not in here else name.replace("/", "%")] = maker


def _branch(makers: dict[str, Any], nx_class: str = "") -> Branch:
    attrs = {"NX_class": nx_class} if nx_class else {}
    lazy = {
        name: partial(_branch, maker) if isinstance(maker, dict) else maker
        for name, maker in makers.items()
    }
    return Branch(LazyMembers(lazy), attrs)


def _leaf(path: str, info: ZipInfo) -> Leaf:
    place = f"{path} ({info.filename})"
    try:
        with ZipFile(path) as archive, archive.open(info) as member:
            header = read_header(member, place)  # type: ignore[arg-type] # it reads
    except (BadZipFile, OSError, RuntimeError, zlib.error, EOFError) as error:
        if isinstance(error, DamagedFileError):
            raise
        raise _damaged(place, error) from error
    if header.dtype.hasobject:
        raise holds_objects(place)
    there = info.file_size - header.offset
    if there != header.nbytes:
        raise DamagedFileError(
            f"{place}: {header.nbytes:,} bytes of values are announced, {there:,} are "
            "there; copy the file again",
            place=path,
        )
    return Leaf(_values(path, info, header, place))


def _values(path: str, info: ZipInfo, header: ArrayHeader, place: str) -> Values:
    if info.compress_type == ZIP_STORED:
        start = _begin(path, info)
        shape = header.shape[::-1] if header.is_fortran else header.shape
        values = PlainValues(path, start + header.offset, shape, header.dtype)
        stored = Stored(values, start, info.CRC, place)
        return Transposed(stored) if header.is_fortran else stored
    packed = info.compress_size
    if info.compress_type == ZIP_DEFLATED and header.nbytes > packed * _EXPANSION:
        raise DamagedFileError(
            f"{place}: {packed:,} bytes can't be deflated from {header.nbytes:,}",
            place=path,
        )
    return Deflated(path, info, header, place)


def _begin(path: str, info: ZipInfo) -> int:
    """Return the place of the first byte of a member that is stored as it is."""
    with Path(path).open("rb") as file:
        file.seek(info.header_offset)
        head = file.read(_LOCAL_HEADER)
    name, extra = struct.unpack("<HH", head[26:30])
    return info.header_offset + _LOCAL_HEADER + int(name) + int(extra)


def _bytes(array: Array) -> memoryview:
    """Return the bytes of an array of any type, in C order."""
    return np.ascontiguousarray(array).reshape(-1).view("u1").data


def _damaged(place: str, error: Exception) -> UnreadableError:
    if "password" in str(error):
        return UnreadableError(f"{place}: is encrypted; unpack it first", place=place)
    return DamagedFileError(
        f"{place}: the archive can't be read ({error}); copy the file again",
        place=place,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """The values of a member that is stored as it is, in the order of the file.

    Its checksum is compared where all of it is read.
    """

    values: PlainValues
    start: int
    """Place of the header, from which on the checksum counts."""
    checksum: int
    place: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        return self.values.dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,
    ) -> Array:
        """Return a part."""
        if selection != whole(self.shape) or not self.values.shape:
            return self.values.read(selection, out=out, threads=threads)
        found = self.values.read(selection, threads=threads)
        with Path(self.values.path).open("rb") as file:
            file.seek(self.start)
            header = file.read(self.values.offset - self.start)
        if zlib.crc32(_bytes(found), zlib.crc32(header)) != self.checksum:
            raise _damaged(self.place, ValueError("the checksum is another"))
        return delivered(found, out)


@dataclass(frozen=True, slots=True, eq=False)
class Deflated:
    """The values of a compressed member; its checksum is compared on each decoding."""

    path: str
    info: ZipInfo
    header: ArrayHeader
    place: str
    kept: list[Array] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self.header.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        return self.header.dtype

    def read(
        self,
        selection: Selection,
        *,
        out: Array | None = None,
        threads: int | None = None,  # noqa: ARG002 (as Values)
    ) -> Array:
        """Return a part; the whole member is decoded, once if it is small."""
        with self.lock:
            decoded = self.kept[0] if self.kept else self._decoded()
            if decoded.nbytes <= _KEPT and not self.kept:
                self.kept.append(decoded)
        part = decoded[(*slices(selection), ...)]
        return part.copy() if out is None else delivered(part, out)

    def _decoded(self) -> Array:
        flat = np.empty(self.header.nbytes, "u1")
        filled = 0
        try:
            with ZipFile(self.path) as archive, archive.open(self.info) as member:
                member.read(self.header.offset)
                while block := member.read(_BLOCK):
                    flat[filled : filled + len(block)] = np.frombuffer(block, "u1")
                    filled += len(block)
        except (BadZipFile, OSError, RuntimeError, zlib.error, EOFError) as error:
            raise _damaged(self.place, error) from error
        except ValueError as error:  # more bytes than there is room for
            raise _damaged(self.place, error) from error
        if filled != flat.size:
            raise _damaged(self.place, EOFError(f"{filled:,} of {flat.size:,} bytes"))
        order: Literal["F", "C"] = "F" if self.header.is_fortran else "C"
        values: Array = flat.view(self.dtype).reshape(self.shape, order=order)
        return values

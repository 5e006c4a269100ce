"""Images that fabio knows: EDF, and through the same door TIFF, CBF and the rest.

fabio reads the headers. Where the pixels of an EDF frame lie plain in the
file, they are read from there: fabio would keep every frame in memory, and
fill up with zeros what is missing at the end of a file that was cut.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from typing import Any

import numpy as np

from beamio.engine.native import OpenFile, Selected, new_layout
from beamio.errors import (
    BeamioError,
    DamagedFileError,
    MissingPathError,
    NotAnImageError,
    UnknownFormatError,
    UnreadableError,
    nearest,
)
from beamio.formats.frames import (
    check_complete,
    check_same_shape,
    common_dtype,
    file_stem,
)
from beamio.model import Array, Region, check_pixels

_CBF_HEAD, _CBF_BINARY = b"###CBF", b"\x0c\x1a\x04\xd5"
_HEADER_LIMIT = 1 << 20
_OPEN = 200
"""Image files that are held open at the same time, at most."""
_MAGICS = (b"\x1f\x8b", b"BZh", b"{", b"\n{", b"\r\n{", b"II*\0", b"MM\0*", _CBF_HEAD)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where one image is."""

    file: str
    index: int
    """Its place in the file."""
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    offset: int | None
    """First byte of plain pixels; None where fabio has to decode them."""

    @property
    def nbytes(self) -> int:
        return self.shape[0] * self.shape[1] * self.dtype.itemsize


class ImageFrames:
    """The images of one or more files, in the order of the files.

    Raises
    ------
    UnknownFormatError
        If fabio does not know a file.
    DamagedFileError
        If a file is empty or cut short.
    ShapeMismatchError
        If the images differ in shape.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = list(files)
        self._frames = [frame for file in files for frame in _index(file)]
        first = self._frames[0]
        for frame in self._frames:
            place = _place(frame)
            check_pixels(frame.dtype, place)
            check_same_shape(frame.shape, place, first.shape, _place(first))
        self.url = files[0] if len(files) == 1 else f"{files[0]} ... {files[-1]}"
        self.dtype = common_dtype(frame.dtype for frame in self._frames)
        self.shape: tuple[int, int, int] = (len(self._frames), *first.shape)
        self.unwritten: frozenset[int] = frozenset()
        self.stem = file_stem(files[0])
        self.is_stack = len(self._frames) > len(files)

    def name(self, frame: int) -> str:
        """Return the name of the image's file, else the image's index in its file."""
        found = self._frames[frame]
        stem = file_stem(found.file)
        if not self.is_stack:
            return stem
        index = f"{found.index:04d}"
        return index if len(self.files) == 1 else f"{stem}_{index}"

    def read(self, frame: int, region: Region, *, out: Array | None = None) -> Array:
        """Return one image, shape (rows, columns) of `region`."""
        data = self._read(self._frames[frame], region)
        if out is None:
            return data
        out[...] = data
        return out

    def _read(self, found: _Frame, region: Region) -> Array:
        if found.offset is not None:
            return _read_plain(found, found.offset, region)
        with _fabio(found.file) as image:
            data: Array = _frame(image, found.index).data
        check_same_shape(data.shape, _place(found), found.shape, "its header")
        return data[region.rows, region.columns]

    def sources(
        self, frames: Sequence[int], region: Region, stack: ExitStack
    ) -> list[Selected] | None:
        """Return where the engine finds images, or None."""
        found = [self._frames[frame] for frame in frames]
        paths = {one.file for one in found}
        if len(paths) > _OPEN or any(one.dtype != self.dtype for one in found):
            return None
        files = {path: stack.enter_context(_opened_plain(path)) for path in paths}
        sources = [_source(one, region, files[one.file]) for one in found]
        known = [source for source in sources if source is not None]
        return known if len(known) == len(found) else None

    def gap(self, frame: int, region: Region) -> Array | None:  # noqa: ARG002 (as Frames)
        """Return None: an image file is there as a whole."""
        return None

    def attribute(self, name: str) -> Sequence[object]:
        """Return a header value, or the place of a motor or counter, of each image."""
        values = []
        for file in self.files:
            with _fabio(file) as image:
                values += [
                    _header_value(_frame(image, index).header, name, file)
                    for index in range(image.nframes)
                ]
        return values


def _place(frame: _Frame) -> str:
    return f"{frame.file} (image {frame.index})" if frame.index else frame.file


def _index(file: str) -> list[_Frame]:
    """Return where each image of `file` is; only headers are read."""
    size = os.stat(file).st_size  # noqa: PTH116 (one call for each of many files)
    with _fabio(file) as image:
        plain = _plain_frames(image)
        frames = []
        for index in range(image.nframes):
            at = plain[index] if plain else _frame(image, index)
            if len(at.shape) != 2 or min(at.shape) < 1:  # noqa: PLR2004 (rows, columns)
                raise NotAnImageError(
                    f"{file}: the header of image {index} gives the shape "
                    f"{tuple(at.shape)}, not that of an image (rows, columns)",
                    place=file,
                )
            dtype = np.dtype(at.dtype)
            if plain:
                dtype = dtype.newbyteorder(at.byteorder)
            offset = at.start if plain else None
            frames.append(_Frame(file, index, tuple(at.shape), dtype, offset))
        cut = getattr(image, "incomplete_file", False)
    for frame in frames:
        if frame.offset is not None:
            check_complete(size - frame.offset, frame.nbytes, _place(frame))
    if cut or not frames:
        raise DamagedFileError(
            f"{file}: is cut short after {len(frames)} images; copy the file again",
            place=file,
        )
    return frames


def _frame(image: Any, index: int) -> Any:
    """Return one image of an open file.

    fabio's `getframe` of a file with a single image opens the file of the same
    series with that number.
    """
    return image if image.nframes == 1 else image.getframe(index)


def _plain_frames(image: Any) -> list[Any] | None:
    """Return fabio's EDF frames if the bytes of all of them lie plain in the file."""
    from fabio.edfimage import EdfImage
    from fabio.fabioutils import File

    if not isinstance(image, EdfImage):
        return None
    frames = image._frames  # noqa: SLF001 (the only way to the offsets of the pixels)
    plain = all(
        isinstance(frame.file, File)
        and frame.bfname is None
        and frame._data_compression in {None, "NONE"}  # noqa: SLF001 (as above)
        for frame in frames
    )
    return list(frames) if plain else None


@contextmanager
def _opened_plain(path: str) -> Iterator[OpenFile]:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise UnreadableError(
            f"{path}: the pixels can't be read ({error})", place=path
        ) from error
    try:
        yield OpenFile(descriptor, path)
    finally:
        os.close(descriptor)


def _source(frame: _Frame, region: Region, file: OpenFile) -> Selected | None:
    """Return where the engine finds an image; None if fabio has to decode it."""
    if frame.offset is None:
        return None
    itemsize = frame.dtype.itemsize
    extents = [(frame.nbytes, 0, frame.offset)]
    layout = new_layout(frame.shape, itemsize, fill=bytes(itemsize), extents=extents)
    if layout is None:
        return None
    rows, columns = region.shape
    picks = [(region.rows.start, 1, rows), (region.columns.start, 1, columns)]
    return Selected(layout, [file], picks, _place(frame))


def _read_plain(frame: _Frame, offset: int, region: Region) -> Array:
    columns = frame.shape[1]
    rows, _ = region.shape
    start = offset + int(region.rows.start) * columns * frame.dtype.itemsize
    try:
        data: Array = np.fromfile(frame.file, frame.dtype, rows * columns, offset=start)
    except OSError as error:
        raise UnreadableError(
            f"{_place(frame)}: the pixels can't be read ({error})", place=frame.file
        ) from error
    if data.size != rows * columns:
        raise DamagedFileError(
            f"{_place(frame)}: was cut short while it was read", place=frame.file
        )
    return data.reshape(rows, columns)[:, region.columns]


class _Listener(logging.Handler):
    """Hears what fabio only logs: that it fills up with zeros what is missing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing = ""
        self._thread = get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message of this thread about missing data."""
        message = record.getMessage()
        if record.thread == self._thread and "incomplete" in message:
            self.missing = message


@contextmanager
def _fabio(file: str) -> Iterator[Any]:
    """Give fabio's image of a file; whatever goes wrong in the block names the file."""
    listener, log = _Listener(), logging.getLogger("fabio")
    log.addHandler(listener)
    try:
        with _opened(file) as image:
            yield image
    except BeamioError:
        raise
    except Exception as error:  # fabio's readers raise anything
        raise _damaged(file, error) from error
    finally:
        log.removeHandler(listener)
    if listener.missing:
        raise _damaged(file, listener.missing)


def _damaged(file: str, reason: object) -> DamagedFileError:
    return DamagedFileError(
        f"{file}: is cut short or damaged ({reason}); copy the file again", place=file
    )


def _opened(file: str) -> Any:
    import fabio

    with Path(file).open("rb") as raw:
        head = raw.read(len(_CBF_HEAD))
        cbf = head == _CBF_HEAD
        endless = cbf and _CBF_BINARY not in raw.read(_HEADER_LIMIT)
    if endless:
        # fabio would look for the end of the header for ever.
        raise DamagedFileError(
            f"{file}: the CBF header has no end; copy the file again", place=file
        )
    try:
        return fabio.open(file)
    except Exception as error:
        if head.startswith(_MAGICS):
            raise _damaged(file, error) from error
        raise UnknownFormatError(
            f"{file}: is neither HDF5 nor an image that fabio knows", place=file
        ) from error


def _header_value(header: Any, name: str, file: str) -> object:
    if name in header:
        return header[name]
    for names, values in (("motor_mne", "motor_pos"), ("counter_mne", "counter_pos")):
        places = dict(
            zip(
                header.get(names, "").split(),
                header.get(values, "").split(),
                strict=False,
            )
        )
        if name in places:
            return places[name]
    raise MissingPathError(
        f"{file}: has no header entry, motor or counter {name!r}"
        f"{nearest(name, header)}",
        place=file,
    )

"""Images one after the other, from any source, read ahead in threads."""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, TypeAlias

import numpy as np

from beamio.engine import ahead, usable_threads
from beamio.errors import NotAnImageError
from beamio.formats.default import default_dataset, default_signal
from beamio.formats.eiger import stacks_in
from beamio.formats.frames import file_stem
from beamio.formats.images.stack import StackValues
from beamio.formats.opening import open as open_any
from beamio.formats.tree import SelectedValues
from beamio.model import Array, check_pixels
from beamio.view import natural_order

_AHEAD = 4 << 20
"""Bytes that are read at once, about: small images are read together."""
_AT_ONCE = 32 << 20
"""The same at most, if the chunks hold several images."""
_IMAGE_AXES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """An image and what is known of it."""

    image: Array
    """Shape (rows, columns)."""
    index: int
    """Its place among those that are iterated, from 0."""
    name: str
    """The name of its file or dataset, else its place in the stack."""
    file: str
    """The file that it is in."""
    header: Mapping[str, Any]
    """The header of its image file; of HDF5, the attributes of its dataset."""


Batch: TypeAlias = Callable[[int], Sequence[Frame]]
"""Reads images that are read best together, in a number of threads."""


def frames(
    url: str | os.PathLike[str], *, threads: int | None = None
) -> Generator[Frame]:
    """Yield the images of any source, in order, while the next are read in threads.

    Parameters
    ----------
    url
        As `beamio.open` takes it: image files, a series, a stack in HDF5 or npy of two
        or more axes, of which the last two are rows and columns, an HDF5 group of
        images, or the master file of an Eiger detector. Without a path, the images of
        the default dataset.
    threads
        Native threads to use. While an image is used, the next ones are read: one,
        or some MB of small ones.

    Yields
    ------
    Frame
        The image, its place, its name, its file and its header.

    Raises
    ------
    NotAnImageError
        If there are no images under that name.
    UnreadableError
        If an image can't be read; those before it were given.

    Notes
    -----
    The file is closed at the end, or when the generator is closed.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "frames.npy"
    >>> np.save(path, np.arange(24).reshape(2, 3, 4))
    >>> [(frame.index, frame.image.sum()) for frame in frames(path)]
    [(0, np.int64(66)), (1, np.int64(210))]
    """
    number = usable_threads(threads)
    with open_any(url) as found:
        batches = _batches(found, os.fsdecode(url))
        for images in ahead(batch(number) for batch in batches):
            yield from images


def _batches(item: Any, place: str) -> Iterator[Batch]:
    """Yield what reads the images of a file, a group or a dataset."""
    if not hasattr(item, "shape"):
        parts = _images_in(item)
        if parts:
            return _of_parts(parts)
        signal = default_signal(item)
        if signal is None and item.name != "/":
            raise NotAnImageError(f"{place}: is a group without images", place=place)
        item = default_dataset(item) if signal is None else signal
    if item.shape is None or len(item.shape) < _IMAGE_AXES:
        raise NotAnImageError(
            f"{place}: {item.name} has the shape {item.shape}, not that of images",
            place=place,
        )
    check_pixels(item.dtype, place)
    return _of_stack(item)


def _images_in(group: Any) -> list[Any]:
    """Return the images that are datasets of a group, counted as people do.

    They are single images, or the stacks ``data_000001`` and so on that the master
    files of Eiger detectors lead to.
    """
    if default_signal(group) is not None:
        return []
    if group.name == "/":
        return stacks_in(group)
    found = [group.get(name) for name in sorted(group, key=natural_order)]
    images = [
        item
        for item in found
        if len(getattr(item, "shape", None) or ()) == _IMAGE_AXES
        and item.dtype.kind in "iuf"
    ]
    return images or stacks_in(group)


def _of_parts(parts: Sequence[Any]) -> Iterator[Batch]:
    """Yield what reads the images of datasets, one after the other."""
    first = 0
    for part in parts:
        if len(part.shape) == _IMAGE_AXES:
            name = str(part.name).rpartition("/")[2]
            file, header = str(part.file.filename), dict(part.attrs)
            told = partial(Frame, index=first, name=name, file=file, header=header)
            yield partial(_read_one, part, told)
            first += 1
        else:
            yield from _of_stack(part, first)
            first += prod(part.shape[:-2])


def _read_one(
    dataset: Any, told: Callable[[Array], Frame], threads: int
) -> list[Frame]:
    return [told(dataset.read((), threads=threads))]


def _of_stack(dataset: Any, first: int = 0) -> Iterator[Batch]:
    """Yield what reads the images of a stack, which are counted from `first`."""
    *lead, rows, columns = dataset.shape
    told = _teller(dataset)
    if not lead:
        yield partial(_read_one, dataset, partial(told, 0))
        return
    size = max(rows * columns * dataset.dtype.itemsize, 1)
    step = _together(dataset, size)
    for above in np.ndindex(*lead[:-1]):
        for start in range(0, lead[-1], step):
            stop = min(start + step, lead[-1])
            place = (*above, slice(start, stop))

            yield partial(_read_some, dataset, place, told, first + start)
        first += lead[-1]


def _read_some(
    dataset: Any,
    place: tuple[int | slice, ...],
    told: Callable[[int, Array], Frame],
    first: int,
    threads: int,
) -> list[Frame]:
    images = dataset.read(place, threads=threads)
    return [told(first + index, image) for index, image in enumerate(images)]


def _together(dataset: Any, size: int) -> int:
    """Return how many images of `size` bytes are read at once."""
    few = max(_AHEAD // size, 1)
    chunks = getattr(dataset, "chunks", None)
    in_chunk = int(chunks[-3]) if chunks else 1
    if in_chunk == 1:
        return few
    whole = -(-few // in_chunk) * in_chunk
    return whole if whole * size <= max(_AT_ONCE, size) else max(_AT_ONCE // size, 1)


def _teller(dataset: Any) -> Callable[[int, Array], Frame]:
    """Return what makes a frame of an image and its place in a dataset."""
    images = _files_of(dataset)
    if images is not None:
        has_name = len(images) == len({image.file for image in images})

        def of_file(index: int, pixels: Array) -> Frame:
            image = images[index]
            name = file_stem(image.file) if has_name else f"{image.index:04d}"
            return Frame(pixels, index, name, image.file, dict(image.fields))

        return of_file
    file, header = str(dataset.file.filename), dict(dataset.attrs)
    width = max(4, len(str(prod(dataset.shape[:-2]) - 1)))

    def of_stack(index: int, pixels: Array) -> Frame:
        return Frame(pixels, index, f"{index:0{width}d}", file, header)

    return of_stack


def _files_of(dataset: Any) -> Sequence[Any] | None:
    """Return the images whose pixels a dataset of a tree is; None of any other."""
    stored = getattr(dataset, "stored", None)
    if isinstance(stored, StackValues):
        return stored.images
    if not isinstance(stored, SelectedValues):
        return None
    images = _files_of(stored.dataset)
    if images is None or len(images) == 1:
        return images
    start, step, count = stored.selection.picks[0]
    return images[start : start + count * step : step]

"""What is drawn of a dataset: as its file says, else by its type and shape."""

from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import Any

from beamio.errors import OptionError
from beamio.model.picture import Picture
from beamio.nexus.plottable import Plottable, plottable
from beamio.picture.colours import colour_frame, has_colours
from beamio.picture.curve import curves, scatter
from beamio.picture.image import image
from beamio.picture.options import PictureOptions
from beamio.picture.source import Found, Part, found_in, place_of
from beamio.picture.words import table, value
from beamio.view import size as size_in_words

MOST = 2048
"""Rows and columns of an image that is drawn, and twice the points of a curve."""
_IMAGE_AXES = 2
_LARGEST = 64 << 30
"""Bytes of one frame or curve that are read for a picture, at most."""
_SPECTRA = {"spectrum", "scalar", "scaler"}


def picture_of(source: Any, *, most: int = MOST, **options: Any) -> Picture:
    """Return what is drawn of a URL, an object of a file, or an array.

    Parameters
    ----------
    source
        A URL as `beamio.open` takes it; a file, group or dataset; an ndarray.
    most
        Rows and columns of an image, and half the points of a curve, to keep.
    **options
        Those of `PictureOptions`.

    Raises
    ------
    MissingPathError
        If there is nothing there, or no dataset to choose.
    OptionError
        If an option can't be used, or there is no such frame.
    UnreadableError
        If the values can't be read.

    Examples
    --------
    >>> import numpy as np
    >>> found = picture_of(np.arange(24).reshape(2, 3, 4), frame=1)
    >>> found.kind, found.frame, found.statistics.maximum
    ('image', 1, 23.0)
    """
    wanted = PictureOptions.of(**options)
    with found_in(source) as found:
        return _drawn(found, wanted, most)


def _drawn(found: Found, options: PictureOptions, most: int) -> Picture:
    dataset = found.dataset
    if found.members:
        return _of_members(found, options, most)
    if dataset.shape is None or 0 in dataset.shape:
        return value(dataset)
    part = Part.of(dataset, _selection(found, options))
    if 0 in part.shape:
        return value(dataset)
    if part.dtype.kind not in "biufc" or part.dtype.subdtype is not None:
        return table(part) if len(part.shape) == 1 else value(dataset, part)
    plot = plottable(dataset)
    if found.along is not None:
        plot = replace(plot, axes=(found.along,))
    return _of_numbers(plot, part, options, most)


def _of_members(found: Found, options: PictureOptions, most: int) -> Picture:
    """Return an image of several datasets, whose frames are numbered as one stack."""
    lengths = [1 if len(m.shape) == _IMAGE_AXES else m.shape[0] for m in found.members]
    ends = list(accumulate(lengths))
    number = frame_number(options.frame, ends[-1], place_of(found.dataset))
    index = bisect_right(ends, number)
    dataset = found.members[index]
    within = number - ends[index] + lengths[index]
    place = () if len(dataset.shape) == _IMAGE_AXES else (within,)
    part = Part.of(dataset, (*place, *(_selection(found, options) or ())))
    one = _of_numbers(plottable(dataset), part, replace(options, frame=None), most)
    if ends[-1] == 1:
        return one
    return replace(one, frame=number, frames=ends[-1])


def _selection(found: Found, options: PictureOptions) -> Any:
    if found.selection is not None and options.slice is not None:
        raise OptionError(
            f"{place_of(found.dataset)}: the URL has a slice already; leave one out"
        )
    return options.slice if found.selection is None else found.selection


def _of_numbers(
    plot: Plottable, part: Part, options: PictureOptions, most: int
) -> Picture:
    shape = part.shape
    if not shape:
        return value(part.dataset, part)
    if has_colours(plot, part):
        leading = shape[:-3]
        _check_size(part, 3)
        frame = frame_number(options.frame, _product(leading), place_of(part.dataset))
        return colour_frame(plot, part, options, most, (frame, _product(leading)))
    is_curve = len(shape) < _IMAGE_AXES or plot.interpretation in _SPECTRA
    leading = shape[:-1] if is_curve else shape[:-2]
    if plot.points is None:
        _check_size(part, len(shape) - len(leading))
    number = _product(leading)
    frame = frame_number(options.frame, number, place_of(part.dataset))
    if not is_curve:
        return image(plot, part, options, most, (frame, number))
    if plot.points is not None:
        return scatter(plot, part, options)
    return curves(plot, part, options, most, (frame, number))


def _check_size(part: Part, axes: int) -> None:
    """Refuse to read for hours, and what no memory holds a band of."""
    nbytes = _product(part.shape[-axes:]) * part.dtype.itemsize
    if nbytes > _LARGEST:
        place = place_of(part.dataset)
        shown = ", ".join(["0:1000"] * min(axes, 2))
        raise OptionError(
            f"{place}: there are {size_in_words(nbytes)} to draw, too much for a "
            f"picture; name a part, as in {place}[{shown}]",
            place=place,
        )


def _product(lengths: tuple[int, ...]) -> int:
    number = 1
    for length in lengths:
        number *= length
    return number


def frame_number(asked: int | None, frames: int, place: str) -> int:
    """Return which frame is asked for, from 0; the first one if none is.

    Raises
    ------
    OptionError
        If there is no such frame.

    Examples
    --------
    >>> frame_number(-1, 6, "scan.h5::/data"), frame_number(None, 6, "")
    (5, 0)
    """
    number = asked or 0
    number += frames if number < 0 else 0
    if not 0 <= number < frames:
        many = (
            "is 1 frame" if frames == 1 else f"are {frames:,} frames, 0 to {frames - 1}"
        )
        raise OptionError(f"{place}: there is no frame {asked}; there {many}")
    return number

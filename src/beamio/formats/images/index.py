"""Which images a file holds."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from beamio.errors import (
    BeamioError,
    DamagedFileError,
    NotAnImageError,
    UnknownFormatError,
)
from beamio.formats.images.image import Image
from beamio.formats.images.listening import damaged, truthful
from beamio.formats.images.pixels import Pixels, check_credible
from beamio.formats.images.stored import Stored

_MAGICS = (
    b"\x1f\x8b", b"BZh", b"{", b"\n{", b"\r\n{", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+",
    b"###CBF", b"FORMAT :", b"R-AXIS", b"ESPERANTO",
)  # fmt: skip
"""What files of the formats below begin with; a text file begins with none of them."""


def images_of(file: str) -> list[Image]:
    """Return the images of a file, known by their headers; no pixels are kept.

    Raises
    ------
    UnknownFormatError
        If fabio does not know the file.
    DamagedFileError
        If it is empty or cut short, or its header contradicts itself.
    NotAnImageError
        If a header gives no shape.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import fabio, numpy
    >>> file = mkdtemp() + "/dark.edf"
    >>> pixels = numpy.ones((2, 3), "u2")
    >>> fabio.edfimage.EdfImage(pixels, {"count_time": "0.1"}).write(file)
    >>> [image] = images_of(file)
    >>> image.shape, image.header["count_time"], int(image.read().sum())
    ((2, 3), '0.1', 6)
    """
    try:
        with truthful(file):
            images = _found(file)
    except DamagedFileError as error:
        if error.__cause__ is None or _head(file).startswith(_MAGICS):
            raise
        raise _unknown(file) from error
    if not images:
        raise damaged(file, "it holds no image")
    for image in images:
        _check_shape(image)
    return [Image.of(image) for image in images]


def _check_shape(image: Stored) -> None:
    if not image.shape or min(image.shape) < 1:
        raise NotAnImageError(
            f"{image.file}: the header of image {image.index} gives the shape "
            f"{image.shape}, not that of an image (rows, columns)",
            place=image.file,
        )
    if not isinstance(image.pixels, Pixels):
        size = Path(image.file).stat().st_size
        check_credible(size, image.nbytes, image.place)


def kind_of(file: str) -> Any:
    """Return an object of fabio's class for a file, of which nothing was read."""
    from fabio.openimage import _openimage

    try:
        return _openimage(file)
    except Exception as error:
        if _head(file).startswith(_MAGICS):
            raise damaged(file, error) from error
        raise _unknown(file) from error


def _found(file: str) -> list[Stored]:
    reader = kind_of(file)
    for kind, find in _finders():
        images = find(file, reader) if isinstance(reader, kind) else None
        if images is not None:
            return images
    return []


Finder: TypeAlias = Callable[[str, Any], list[Stored] | None]
"""Gives the images of a file; None if it does not know where their pixels are."""


@cache
def _finders() -> list[tuple[Any, Finder]]:
    """Return for classes of fabio, before those that they are made of, what finds."""
    from fabio.brukerimage import BrukerImage
    from fabio.cbfimage import CbfImage
    from fabio.dtrekimage import DtrekImage
    from fabio.edfimage import EdfImage
    from fabio.fabioimage import FabioImage
    from fabio.mar345image import Mar345Image
    from fabio.tifimage import TifImage

    from beamio.formats.images import cbf, decoded, edf, headed, tiff, unended

    return [
        (EdfImage, lambda file, _: edf.edf_images(file)),
        (CbfImage, lambda file, _: cbf.cbf_images(file)),
        (TifImage, tiff.tiff_images),
        (DtrekImage, lambda file, _: headed.dtrek_images(file)),
        (BrukerImage, headed.bruker_images),
        (Mar345Image, lambda file, _: unended.mar345_images(file)),
        (FabioImage, decoded.decoded_images),
    ]


def _head(file: str) -> bytes:
    with Path(file).open("rb") as raw:
        return raw.read(16)


def _unknown(file: str) -> BeamioError:
    return UnknownFormatError(
        f"{file}: is neither HDF5 nor an image that fabio knows", place=file
    )

"""Formats of one plain image after a header that fabio parses: d*TREK, Bruker.

ADSC is a name of files in d*TREK's format.
"""

import os
from math import prod
from typing import Any

import numpy as np
from fabio.brukerimage import BrukerImage
from fabio.dtrekimage import _DATA_TYPES, DtrekImage

from beamio.errors import DamagedFileError, UnreadableError
from beamio.formats.images.pixels import Pixels, check_there
from beamio.formats.images.stored import Stored


def dtrek_images(file: str) -> list[Stored]:
    """Return the image of a file of d*TREK or ADSC."""
    reader = DtrekImage()
    reader.readheader(file)
    header = reader.header
    kind = header.get("Data_type", "unsigned short int")
    if _DATA_TYPES.get(kind) is None:
        raise UnreadableError(
            f"{file}: the pixels are of the type {kind!r}, which nothing here decodes",
            place=file,
        )
    order = header.get("BYTE_ORDER", "little_endian")
    if "little" not in order and "big" not in order:
        raise DamagedFileError(
            f"{file}: the header's BYTE_ORDER is {order!r}, neither little_endian nor "
            "big_endian, so what the pixels are is unknown; correct the header",
            place=file,
        )
    dtype = np.dtype(_DATA_TYPES[kind]).newbyteorder("<" if "little" in order else ">")
    axes = range(int(header.get("DIM", 2)), 0, -1)
    shape = tuple(int(header[f"SIZE{axis}"]) for axis in axes)
    return [_image(file, shape, dtype, header, int(header["HEADER_BYTES"]))]


def bruker_images(file: str, reader: Any) -> list[Stored] | None:
    """Return the image of a Bruker file of format 86; None if pixels are derived."""
    if type(reader) is not BrukerImage:  # format 100 packs them
        return None
    reader.readheader(file)
    header = reader.header
    scale = [float(value) for value in header.get("LINEAR", "1 0").split()]
    if int(header["NOVERFL"]) or scale != [1, 0]:
        return None
    dtype = np.dtype(BrukerImage.bpp_to_numpy[int(header["NPIXELB"])])
    dtype = dtype.newbyteorder("<")
    return [_image(file, tuple(reader.shape), dtype, header, header["datastart"])]


def _image(
    file: str, shape: tuple[int, ...], dtype: np.dtype[Any], header: Any, offset: int
) -> Stored:
    nbytes = prod(shape) * dtype.itemsize
    pixels = Pixels(file, ((nbytes, offset),))
    check_there(pixels, os.stat(file).st_size, nbytes, file)  # noqa: PTH116 (of thousands)
    return Stored(file, 0, shape, dtype, header, pixels)

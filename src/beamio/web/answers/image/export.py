"""Files of the data of a frame."""

import io
from collections.abc import Callable

import numpy as np

from beamio.convert.writers.page import Page
from beamio.convert.writers.tiff import TIFF
from beamio.errors import OptionError, TooLargeError
from beamio.model import Array
from beamio.view.png import png
from beamio.view.pyramid import valid_only
from beamio.view.shades import MISSING, shares
from beamio.web.answers.answer import Answer
from beamio.web.answers.image.plane import cut, plane_of
from beamio.web.answers.reading import Reading
from beamio.web.questions.image import ExportAsked

_BYTES = 512 << 20
_TEXT = 4_000_000
"""Pixels that are written as text, at most."""
_SHADES = 256


def export(reading: Reading, asked: ExportAsked) -> Answer:
    """Return a file of a frame or of a part of it: its numbers, or as it is shown."""
    with plane_of(reading, asked) as plane:
        rows, columns = cut(asked, plane.shape, asked.path)
        number = (rows.stop - rows.start) * (columns.stop - columns.start)
        most = _TEXT if asked.format == "csv" else _BYTES // plane.dtype.itemsize
        if number > most:
            raise TooLargeError(
                f"{number:,} pixels are more than are written as {asked.format}; "
                "choose a part of them, or use `beamio convert`"
            )
        pixels = plane.read(rows, columns)
        if asked.format == "png":
            return Answer(_png(pixels, plane.invalid, asked), "image/png")
        write, media_type = _WRITERS[asked.format]
        return Answer(write(pixels), media_type)


def _npy(pixels: Array) -> bytes:
    out = io.BytesIO()
    np.save(out, pixels, allow_pickle=False)
    return out.getvalue()


def _csv(pixels: Array) -> bytes:
    lines = [",".join(map(repr, row)) for row in pixels.tolist()]
    return "\n".join([*lines, ""]).encode()


def _tiff(pixels: Array) -> bytes:
    dtype = TIFF.holds(pixels.dtype)
    if dtype is None:
        raise OptionError(f"TIFF does not hold {pixels.dtype}; use npy")
    whole = np.ascontiguousarray(pixels, dtype)
    page = Page(whole, {}, position=len(TIFF.begin), is_last=True)
    return b"".join([TIFF.begin, *map(bytes, TIFF.pack(page))])


_WRITERS: dict[str, tuple[Callable[[Array], bytes], str]] = {
    "npy": (_npy, "application/octet-stream"),
    "csv": (_csv, "text/csv"),
    "tiff": (_tiff, "image/tiff"),
}


def _png(pixels: Array, invalid: int | None, asked: ExportAsked) -> bytes:
    """Return a picture with the colours and the limits that the page shows."""
    scaled = [
        _scaled(valid_only(np.asarray(each), invalid), asked.scale)
        for each in (pixels, [asked.low], [asked.high])
    ]
    share = shares(scaled[0], (float(scaled[1][0]), float(scaled[2][0])))
    missing = np.isnan(share)
    index = np.rint(np.where(missing, 0, share) * (_SHADES - 1)).astype(np.uint8)
    picture = _table(asked.colours)[index]
    picture[missing] = MISSING
    return png(picture[::-1] if asked.flipped else picture, level=1)


def _table(colours: str) -> Array:
    if not colours:
        return np.repeat(np.arange(_SHADES, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    return np.frombuffer(bytes.fromhex(colours), np.uint8).reshape(_SHADES, 3)


def _scaled(values: Array, scale: str) -> Array:
    """Return values so that the colours are evenly spread over them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if scale == "log":
            return np.where(values > 0, np.log10(values), np.nan)
        if scale == "symlog":
            found: Array = np.sign(values) * np.log10(1 + np.abs(values))
            return found
        return np.sqrt(values) if scale == "sqrt" else values

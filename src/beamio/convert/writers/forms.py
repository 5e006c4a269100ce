"""Which formats there are, by suffix and by name, and what each can hold."""

from typing import Any

import numpy as np

from beamio.convert.writers.cast import Cast
from beamio.convert.writers.cbf import CBF
from beamio.convert.writers.edf import EDF
from beamio.convert.writers.options import FileOptions
from beamio.convert.writers.page import ImageForm
from beamio.convert.writers.png import png
from beamio.convert.writers.tiff import TIFF
from beamio.errors import OptionError, nearest

IMAGES = (EDF, TIFF, CBF, png())
"""Formats of images; PNG still has to be told how to show values."""
TABLES = {".csv": ",", ".tsv": "\t"}
"""Suffixes of tables, and what stands between their cells."""
NPY, JSON = ".npy", ".json"
SUFFIXES = (
    *(suffix for form in IMAGES for suffix in form.suffixes),
    NPY,
    *TABLES,
    JSON,
)
"""All suffixes of files that are written."""


def suffix_of(name: str) -> str:
    """Return the suffix of a format that the user names.

    Raises
    ------
    OptionError
        If there is no such format.

    Examples
    --------
    >>> suffix_of("tiff"), suffix_of(".CSV")
    ('.tiff', '.csv')
    """
    suffix = "." + name.lower().lstrip(".")
    if suffix not in SUFFIXES:
        known = [known[1:] for known in SUFFIXES]
        raise OptionError(f"{name!r} is no format to write{nearest(name, known)}")
    return suffix


def image_form(suffix: str) -> ImageForm | None:
    """Return the format of images with that suffix."""
    return next((form for form in IMAGES if suffix in form.suffixes), None)


def image_cast(
    form: ImageForm, dtype: np.dtype[Any], options: FileOptions, place: str
) -> Cast:
    """Return how pixels become those of a file.

    Raises
    ------
    OptionError
        If the format can't hold them; the message names one that can.
    """
    wanted = options.dtype or dtype
    stored = form.holds(wanted)
    if stored is None:
        raise OptionError(
            f"{place}: {form.name} can't hold {wanted.name}; "
            f"{' and '.join(_holders(wanted))} can{_hint(form, wanted)}",
            place=place,
        )
    return Cast(dtype, stored, options.unsafe_cast)


def _hint(form: ImageForm, dtype: np.dtype[Any]) -> str:
    """Return what else would do: the largest type of the same kind."""
    if dtype.kind not in "iuf":
        return ""
    for size in (8, 4, 2):
        for kind in "f" if dtype.kind == "f" else "ui":
            other = np.dtype(f"{kind}{size}")
            if form.holds(other) is not None:
                return f", or {other.name} with --dtype {other.name}"
    return ""


def _holders(dtype: np.dtype[Any]) -> list[str]:
    names = [form.name for form in (EDF, TIFF) if form.holds(dtype) is not None]
    return [*names, "npy"][:2]

"""What beamlines call raw frames, flats and darks."""

import re

RAW = (
    "data",
    "raw",
    "projections",
    "projection",
    "frames",
    "images",
    "sample",
    "instrument",
)
"""Names of groups and datasets of raw frames, the most telling first."""

_FLAT = frozenset(
    {
        "flat",
        "flats",
        "flat_field",
        "flat_fields",
        "flatfield",
        "flatfields",
        "data_white",
        "white",
        "whites",
        "reference",
        "references",
        "ref",
        "refs",
        "refhst",
        "empty_beam",
        "open_beam",
        "bright_field",
    }
)
_DARK = frozenset(
    {
        "dark",
        "darks",
        "dark_field",
        "dark_fields",
        "darkfield",
        "darkfields",
        "data_dark",
        "background",
        "backgrounds",
        "darkend",
        "darkhst",
        "dark_current",
    }
)


def kind(name: str) -> str:
    """Return raw, flat or dark for the name of a file, a group or a dataset.

    Examples
    --------
    >>> kind("flatfield_0500"), kind("ref0000_0500"), kind("DarkEnd"), kind("sample_1")
    ('flat', 'flat', 'dark', 'raw')
    """
    plain = without_numbers(name).lower().replace("-", "_")
    if plain in _FLAT:
        return "flat"
    return "dark" if plain in _DARK else "raw"


def without_numbers(name: str) -> str:
    """Return a name without the numbers at its end.

    Examples
    --------
    >>> without_numbers("ref0000_0500"), without_numbers("0500")
    ('ref', '')
    """
    return re.sub(r"[\W_\d]+$", "", name)

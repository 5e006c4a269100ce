"""The built viewer, as it is sent to a notebook."""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

from beamio.errors import MissingFileError

_STATIC = Path(__file__).parents[1] / "static" / "notebook"
_LEVEL = 6


def stub() -> str:
    """Return the script that each notebook saves: it asks for the rest.

    Raises
    ------
    MissingFileError
        If the viewer was not built.
    """
    return _built("stub.js").decode()


@cache
def digest() -> str:
    """Return what tells one built viewer from another."""
    return sha256(_built("viewer.js") + _built("viewer.css")).hexdigest()[:16]


@cache
def packed() -> tuple[bytes, bytes]:
    """Return the script and the style sheet, each compressed with gzip."""
    return (
        gzip.compress(_built("viewer.js"), _LEVEL, mtime=0),
        gzip.compress(_built("viewer.css"), _LEVEL, mtime=0),
    )


def _built(name: str) -> bytes:
    path = _STATIC / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingFileError(
            "the viewer is not built into this installation; "
            "run `make viewer` in the sources",
            place=str(path),
        ) from None

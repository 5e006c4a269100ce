"""The exception tree.

::

    BeamioError
    ├── UnreadableError          (also an OSError)
    │   ├── MissingFileError     (also a FileNotFoundError)
    │   ├── UnknownFormatError   (also a ValueError)
    │   ├── DamagedFileError
    │   │   └── CorruptChunkError
    │   ├── BusyFileError        (also a BlockingIOError)
    │   ├── MissingFilterError
    │   ├── UnknownTypeError     (also a TypeError)
    │   ├── OutsideError         (also a PermissionError)
    │   └── GivenUpError         (also a TimeoutError)
    ├── MissingPathError         (also a KeyError)
    ├── NotAnImageError          (also a TypeError)
    ├── ShapeMismatchError       (also a ValueError)
    ├── MissingImagesError       (also a LookupError)
    ├── MissingMetadataError     (also a LookupError)
    ├── PositionError            (also a ValueError)
    ├── NoBeamError              (also a ValueError)
    ├── OptionError              (also a ValueError)
    │   ├── UrlError
    │   └── TooLargeError
    ├── UnitError                (also a ValueError)
    └── OutputError              (also an OSError)
        ├── OutputExistsError    (also a FileExistsError)
        └── DiskFullError

Each class is also the built-in that a caller would expect to catch. Each
message is one line that names the file, the path inside it and what would
work; each instance keeps the place as attributes, so that a front end can
show it its own way. What can be read, but not all of it or not as it stands, is a
`BeamioWarning`, which is a `UserWarning`.
"""

from collections.abc import Iterable


class BeamioError(Exception):
    """Base of every error that this package raises on purpose."""

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        """The file, or ``file::/path``, that the message is about."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message.
        return self.message


class BeamioWarning(UserWarning):
    """Something was left out, or is not as the file says; the message names it."""


class UnreadableError(BeamioError, OSError):
    """Bytes that were asked for could not be read."""


class MissingFileError(UnreadableError, FileNotFoundError):
    """There is no file of that name."""


class UnknownFormatError(UnreadableError, ValueError):
    """The file is of no format that beamio knows."""


class DamagedFileError(UnreadableError):
    """The file is empty, cut short, or its data do not decode."""


class CorruptChunkError(DamagedFileError):
    """A chunk does not decode: its bytes are not those that were written."""

    def __init__(
        self, message: str, *, place: str, chunk: tuple[int, ...], filter_name: str
    ) -> None:
        super().__init__(message, place=place)
        self.chunk = chunk
        """Its first element, along each axis of the dataset."""
        self.filter_name = filter_name
        """The filter that met the damage."""


class BusyFileError(UnreadableError, BlockingIOError):
    """Another program is writing the file, or has it locked."""


class MissingFilterError(UnreadableError):
    """A dataset is compressed with a filter that is not installed."""


class UnknownTypeError(UnreadableError, TypeError):
    """The values are of a type that NumPy does not have."""


class OutsideError(UnreadableError, PermissionError):
    """The file lies outside of the folders that may be looked at."""


class GivenUpError(UnreadableError, TimeoutError):
    """Reading crashed, or did not come to an end, and was given up."""


class MissingPathError(BeamioError, KeyError):
    """The file holds nothing under that path."""


class NotAnImageError(BeamioError, TypeError):
    """A dataset can't be used as images: its type or its dimensions are wrong."""


class ShapeMismatchError(BeamioError, ValueError):
    """Images that belong together differ in shape."""


class MissingImagesError(BeamioError, LookupError):
    """Raw frames, flats or darks could not be found, or not without doubt."""


class MissingMetadataError(BeamioError, LookupError):
    """Something that is needed of a scan is neither found nor told."""


class PositionError(BeamioError, ValueError):
    """A position is missing, or is not a finite number."""


class NoBeamError(BeamioError, ValueError):
    """The flats are not brighter than the darks in any pixel."""


class UnitError(BeamioError, ValueError):
    """A quantity has no unit, or one that measures something else."""


class OptionError(BeamioError, ValueError):
    """An option has a value that can't be used."""


class UrlError(OptionError):
    """What names a file, a path inside it and a slice can't be parsed."""

    @classmethod
    def at(cls, text: str, start: int, length: int, reason: str) -> "UrlError":
        """Return the error that marks the part of `text` that is wrong.

        Examples
        --------
        >>> print(UrlError.at("a.h5::/b[0:x]", 9, 3, "is no range"))
        a.h5::/b[>>0:x<<]: is no range (character 10)
        """
        before, part = text[:start], text[start : start + length]
        marked = f"{before}>>{part}<<{text[start + length :]}"
        return cls(f"{marked}: {reason} (character {start + 1})", place=text)


class TooLargeError(OptionError):
    """More was asked for at once than is given."""


class OutputError(BeamioError, OSError):
    """The output could not be written."""


class OutputExistsError(OutputError, FileExistsError):
    """The output exists already."""


class DiskFullError(OutputError):
    """The disk, or the quota on it, is too small for the output."""


def nearest(wanted: str, known: Iterable[str], *, limit: int = 3) -> str:
    """Return the names most like `wanted`, as the end of an error message.

    Examples
    --------
    >>> nearest("flat", ["flats", "dark", "data"])
    '; did you mean flats?'
    >>> nearest("xyz", ["flats", "dark"])
    '; there are: flats, dark'
    >>> nearest("xyz", [])
    ''
    """
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(wanted, names, limit)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    if not names:
        return ""
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return f"; there are: {', '.join(names[:limit])}{more}"

"""What a name stands for: a file, a folder of images, a glob, a numbered series."""

import os
import re
import stat
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from glob import escape, glob, has_magic
from pathlib import Path, PurePath

from beamio.errors import (
    BeamioWarning,
    MissingFileError,
    OptionError,
    UnknownFormatError,
    UnreadableError,
    nearest,
)
from beamio.view import count, natural_order

_LISTED = 3
_NO_IMAGES = {"h5", "hdf5", "nxs", "xml", "xsd", "bin", "npy", "map"}
"""Suffixes that fabio claims, and that other files have as well."""
_MORE_IMAGES = {"0001", "ccd", "gfrm", "osc", "stl"}
_NUMBER = re.compile(r"%(0?)(\d*)d")


def is_there(name: str) -> bool:
    """Tell whether there is a file or a folder of a name, or a link of that name."""
    return os.path.lexists(name)


def is_series(name: str) -> bool:
    """Tell whether a name stands for several files.

    Examples
    --------
    >>> is_series("scan_%04d.edf"), is_series("scan_*.edf"), is_series("scan.edf")
    (True, True, False)
    """
    if is_there(name):
        return os.path.isdir(name)  # noqa: PTH112 (False where nobody may look)
    return has_magic(name) or _NUMBER.search(name) is not None


def files_of(name: str) -> list[str]:
    """Return the regular files that a name stands for, counted as people do.

    Parameters
    ----------
    name
        A file, a folder, a glob such as ``scan_*.edf``, or a numbered series such as
        ``scan_%04d.edf``. A file that has this name as it stands comes first.

    Raises
    ------
    MissingFileError
        If there is none; the message names those like it.
    UnreadableError
        If it is a pipe or a device, or a folder that can't be listed.
    """
    if is_there(name) or not is_series(name):
        is_folder = os.path.isdir(name)  # noqa: PTH112 (as above)
        return _in_folder(name) if is_folder else [_regular(name)]
    found = _numbered(name) if _NUMBER.search(name) else []
    found = found or (glob(name, recursive=True) if has_magic(name) else [])  # noqa: PTH207 (an absolute pattern is welcome)
    files = [file for file in found if os.path.isfile(file)]  # noqa: PTH113 (as above)
    if not files:
        raise _missing(name, "no file matches")
    return sorted(files, key=natural_order)


def _regular(name: str) -> str:
    """Return the name of a file, if it is one that has bytes to be read."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 (one call of many)
    except FileNotFoundError:
        if is_there(name):
            raise MissingFileError(
                f"{name}: is a link that leads nowhere", place=name
            ) from None
        raise _missing(name, "there is no such file") from None
    except OSError as error:
        raise UnreadableError(
            f"{name}: can't be read ({error.strerror})", place=name
        ) from error
    if not stat.S_ISREG(mode):
        raise UnreadableError(
            f"{name}: is {_kind(mode)}, not a file; save what it gives in a file",
            place=name,
        )
    return name


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _missing(name: str, reason: str) -> MissingFileError:
    path = Path(name)
    try:
        others = sorted(os.listdir(path.parent), key=natural_order)  # noqa: PTH208 (names)
    except OSError as error:
        others = []
        why = f"the folder can't be read: {error.strerror}"
        if isinstance(error, FileNotFoundError):
            why = f"there is no folder {path.parent}"
        reason = f"{reason} ({why})"
    return MissingFileError(f"{name}: {reason}{nearest(path.name, others)}", place=name)


def _numbered(name: str) -> list[str]:
    """Return the files of a series such as ``scan_%04d.edf``, in the numbers' order."""
    places = list(_NUMBER.finditer(name))
    if len(places) > 1:
        raise OptionError(
            f"{name}: has {len(places)} numbers; a series counts with one", place=name
        )
    place = places[0]
    before, after = name[: place.start()], name[place.end() :]
    if "/" in after:
        raise OptionError(f"{name}: the number must be in the file's name", place=name)
    width = int(place[2] or 1) if place[1] else 1
    known = re.compile(
        re.escape(PurePath(before + "0").name[:-1])
        + rf"(0*\d{{{width},}})"
        + re.escape(after)
    )
    found = glob(f"{escape(before)}*{escape(after)}")  # noqa: PTH207 (as above)
    return [file for file in found if known.fullmatch(PurePath(file).name)]


def _in_folder(name: str) -> list[str]:
    """Return the image files of a folder; a warning tells what is left out."""
    try:
        with os.scandir(name) as entries:
            files = [entry.path for entry in entries if entry.is_file()]
    except OSError as error:
        raise UnreadableError(
            f"{name}: the folder can't be read ({error.strerror})", place=name
        ) from error
    kinds = _kinds(files)
    images = image_kinds(files)
    chosen = images if images or len(kinds) != 1 else kinds
    if len(chosen) != 1:
        raise _no_stack(name, kinds, images)
    (found,) = chosen.values()
    if len(kinds) > 1:
        others = [file for of in kinds.values() if of is not found for file in of]
        left = listed([PurePath(file).name for file in others])
        warnings.warn(
            f"{name}: left out, no images: {left}", BeamioWarning, stacklevel=2
        )
    return found


def image_kinds(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the images among files by the suffix of their kind.

    Examples
    --------
    >>> image_kinds(["a10.edf", "a9.edf", "notes.md", "b.cbf.gz"])
    {'edf': ['a9.edf', 'a10.edf'], 'cbf': ['b.cbf.gz']}
    """
    known = _image_suffixes()
    return {kind: of for kind, of in _kinds(files).items() if kind in known}


def _kinds(files: Iterable[str]) -> dict[str, list[str]]:
    """Return files by their suffix, without those that are hidden."""
    kinds: dict[str, list[str]] = {}
    for file in sorted(files, key=natural_order):
        if not PurePath(file).name.startswith("."):
            kinds.setdefault(_suffix(file), []).append(file)
    return kinds


def _no_stack(
    name: str, kinds: dict[str, list[str]], images: dict[str, list[str]]
) -> UnreadableError:
    """Return the error to show when the files of a folder are no stack."""
    if not kinds:
        return MissingFileError(f"{name}: the folder holds no file", place=name)
    if images:
        kind = next(iter(images))
        return UnknownFormatError(
            f"{name}: holds images of {count(len(images), 'kind')} "
            f"({', '.join(images)}); choose one, as in {name}/*.{kind}",
            place=name,
        )
    names = [PurePath(file).name for of in kinds.values() for file in of]
    return UnknownFormatError(
        f"{name}: the folder holds no images, but {listed(names)}", place=name
    )


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _suffix(file: str) -> str:
    """Return what kind of file a name tells.

    Examples
    --------
    >>> _suffix("a.EDF.gz"), _suffix("frame.0012"), _suffix("notes")
    ('edf', '0001', '')
    """
    name = re.sub(r"\.(gz|bz2)$", "", PurePath(file).name, flags=re.IGNORECASE)
    suffix = PurePath(name).suffix[1:].lower()
    return "0001" if suffix.isdecimal() else suffix


@cache
def _image_suffixes() -> frozenset[str]:
    """Return the suffixes of files that are images."""
    from fabio import fabioformats

    known = {
        suffix.lower()
        for kind in fabioformats.get_classes(reader=True)
        for suffix in kind.DEFAULT_EXTENSIONS
    }
    return frozenset(known - _NO_IMAGES | _MORE_IMAGES)

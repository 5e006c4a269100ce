"""Where HDF5 objects come from, and where in an HDF5 file they go."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import h5py
from h5py import h5l, h5o

from beamio.convert.numbered import numbered
from beamio.errors import MissingFileError, OptionError, OutputError, OutputExistsError
from beamio.formats.hdf5 import open_file
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.hdf5.links import missing_member
from beamio.formats.series import files_of, is_series, is_there
from beamio.model import DataUrl
from beamio.repack.gather import Entry, OpenOther, located


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or an object of it."""

    file: str
    path: str
    """From the root, "/" for all of the file."""

    @classmethod
    def parse(cls, text: str) -> "list[Source]":
        """Return what ``file::/path`` stands for; the file may be a pattern.

        Raises
        ------
        OptionError
            If it selects a part of a dataset.
        MissingFileError
            If no file matches the pattern.
        """
        url = DataUrl.parse(text, is_file=is_there)
        if url.selection is not None:
            raise OptionError(
                f"{text}: a part of a dataset can't be copied from HDF5 to HDF5; "
                "name the dataset, or write the part to another format",
                place=text,
            )
        files = files_of(url.file) if is_series(url.file) else [url.file]
        return [cls(file, url.path or "/") for file in files]

    @property
    def name(self) -> str:
        """What it is called if nobody says otherwise."""
        return self.path.rpartition("/")[2] or Path(self.file).stem

    def __str__(self) -> str:
        return self.file if self.path == "/" else f"{self.file}::{self.path}"


@dataclass(frozen=True, slots=True)
class Destination:
    """A file, and where in it the sources go."""

    file: str
    places: tuple[str, ...]
    """Without a slash at the beginning; "." for the root itself."""
    is_new: bool
    """Whether the file is to be made."""
    replaces: bool
    """Whether a file that exists is to be replaced."""


def destination(
    sources: Sequence[Source], output: str, names: Sequence[str], mode: str | None
) -> Destination:
    """Return where sources go.

    Raises
    ------
    OptionError
        If the names do not suit the sources, or each other.
    MissingFileError
        If there is no such file, and `mode` says that there is.
    """
    url = DataUrl.parse(output, is_file=is_there)
    if url.selection is not None:
        raise OptionError(f"{output}: the output has no slice", place=output)
    if not sources:
        raise OptionError("no source was named")
    mode = mode or ("x" if url.path in {None, "/"} else "a")
    exists = os.path.lexists(url.file)
    if mode == "r+" and not exists:
        raise MissingFileError(
            f"{url.file}: there is no such file to add to; give --mode a to make it",
            place=url.file,
        )
    is_new = mode in {"w", "x"} or not exists
    places = _places(sources, url.path, names, is_new=is_new)
    _check_apart(places, output)
    return Destination(url.file, places, is_new, mode == "w")


def _places(
    sources: Sequence[Source], path: str | None, names: Sequence[str], *, is_new: bool
) -> tuple[str, ...]:
    base = (path or "").strip("/")
    if names:
        if len(names) != len(sources):
            raise OptionError(
                f"{len(names)} names were given for {len(sources)} sources"
            )
        return tuple(_below(base, name.strip("/")) for name in names)
    if len(sources) > 1:
        names = numbered(source.name for source in sources)
        return tuple(_below(base, name) for name in names)
    (source,) = sources
    if base:
        return (base,)
    whole = source.path == "/" and is_new
    return (".",) if whole else (source.name,)


def _below(base: str, name: str) -> str:
    if not name or name in {".", ".."}:
        raise OptionError(f"{name!r} is no name for a group or dataset")
    return f"{base}/{name}" if base else name


def _check_apart(places: Sequence[str], output: str) -> None:
    known = sorted(f"{place}/" for place in places)
    for one, other in pairwise(known):
        if other.startswith(one):
            raise OptionError(
                f"{output}: /{other[:-1]} and /{one[:-1]} can't both be copied to: "
                "one would be in the other; give names",
                place=output,
            )


def check_places(where: Destination, *, overwrite: bool) -> None:
    """Make sure that sources can be put where they are to go in a file that exists.

    Raises
    ------
    OutputExistsError
        If something is there already, and is not to be replaced.
    OutputError
        If a place lies in a dataset or in another file.
    """
    with open_file(where.file) as file:
        for place in where.places:
            above, _, name = place.rpartition("/")
            group = _deepest(file, above, f"{where.file}::/{place}")
            if group is None or not group.id.links.exists(_bytes(name)):
                continue
            if not overwrite:
                raise OutputExistsError(
                    f"{where.file}::/{place}: exists already; give another name "
                    "or --overwrite",
                    place=f"{where.file}::/{place}",
                )


def _deepest(file: h5py.File, path: str, place: str) -> h5py.Group | None:
    """Return the group of a path; None if it is to be made.

    Only hard links are followed: what a soft or an external one leads to may be
    somebody else's.
    """
    group = file
    for part in filter(None, path.split("/")):
        name = _bytes(part)
        if not group.id.links.exists(name):
            return None
        kind = group.id.links.get_info(name).type
        found = group.get(part) if kind == h5l.TYPE_HARD else None
        if not isinstance(found, h5py.Group):
            what = "no group" if kind == h5l.TYPE_HARD else "a link"
            raise OutputError(
                f"{place}: nothing can be put there, since {part} is {what}; "
                "name another place",
                place=place,
            )
        group = found
    return group


def entries_of(
    sources: Sequence[Source], places: Sequence[str], open_file_named: OpenOther
) -> list[Entry]:
    """Return the objects that are named.

    Raises
    ------
    MissingPathError
        If one is not there.
    """
    entries = []
    for source, place in zip(sources, places, strict=True):
        file = open_file_named(source.file)
        path = _bytes(source.path)
        try:
            item = h5o.open(file.id, path)
        except (KeyError, RuntimeError, ValueError) as error:
            told = KeyError(str(error))
            raise missing_member(file, source.path, told) from error
        with told_in_one_line(source.file):
            found = located(file, item, path, open_file_named)
        entries.append(Entry(*found, _bytes(place)))
    return entries


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

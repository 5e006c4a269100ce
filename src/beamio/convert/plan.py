"""What is converted, and where it goes."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import h5py

from beamio.convert.entries import entries_of, largest
from beamio.convert.options import ConvertOptions
from beamio.convert.report import Failed
from beamio.convert.sources import Source, sources_of
from beamio.convert.text import link_name
from beamio.convert.writers.forms import SUFFIXES
from beamio.engine import check_output
from beamio.errors import BeamioError, MissingFileError, OptionError, OutputExistsError
from beamio.formats.files import is_hdf5
from beamio.model import DataUrl

Entry: TypeAlias = tuple[str, tuple[int, ...], str]
"""The path of an entry, and the shape and type of its largest array."""

Looked: TypeAlias = tuple[Source, list[Entry], tuple[str, ...]]
"""A source, the entries it gets, and what is left out of it."""

HDF5_SUFFIXES = (".h5", ".hdf5", ".hdf", ".nxs", ".nx", ".nxt", ".cxi")


@dataclass(frozen=True, slots=True)
class Target:
    """The output."""

    file: str
    group: str | None
    """The group that was named, if one was."""
    is_new: bool
    overwrite: bool

    @property
    def size(self) -> int:
        """Bytes that it has, for now."""
        if self.is_new and not Path(self.file).exists():
            return 0
        return os.stat(self.file).st_size if Path(self.file).exists() else 0  # noqa: PTH116 (a string)


@dataclass(frozen=True, slots=True)
class ConvertPlan:
    """What is converted, and where it goes."""

    sources: tuple[Source, ...]
    target: Target
    options: ConvertOptions

    def paths(self, source: Source, entries: Sequence[str]) -> list[str]:
        """Return where in the output the entries of a source go.

        One entry gets the name of the group that was asked for, or, where there are
        several sources, of the file; several lie in it under their own names.
        """
        above = self.target.group or ""
        if len(self.sources) > 1:
            above = f"{above}/{link_name(source.stem)}"
        if above and len(entries) == 1:
            return [above]
        return [f"{above}/{link_name(entry)}" for entry in entries]

    def looked_at(self) -> Iterator[Looked | Failed]:
        """Yield each source with the entries it gets, and what is left out of it.

        Raises
        ------
        BeamioError
            If the only source can't be read; one of many is yielded as `Failed`.
        """
        for source in self.sources:
            try:
                yield self._look(source)
            except BeamioError as error:
                if len(self.sources) == 1:
                    raise
                yield Failed(source=source.name, message=str(error))

    def _look(self, source: Source) -> Looked:
        item, notes = source.open()
        with item:
            if isinstance(item, h5py.Group):
                (path,) = self.paths(source, [source.stem])
                return source, [(path, (), "")], (*source.notes, *notes)
            entries = entries_of(item)
            paths = self.paths(source, list(entries))
            found = [
                (path, *largest(entry))
                for path, entry in zip(paths, entries.values(), strict=True)
            ]
        return source, found, (*source.notes, *notes)


def make_plan(
    names: Sequence[str], output: str, options: ConvertOptions
) -> ConvertPlan:
    """Return what would be done.

    Raises
    ------
    BeamioError
        If a source or the output can't be what it is to be.
    """
    if not names:
        raise OptionError("name at least one file to convert")
    target = _target(output, options)
    sources = tuple(sources_of(names, options))
    files = [file for source in sources for file in source.files]
    if target.is_new:
        check_output(target.file, overwrite=target.overwrite, inputs=files)
    elif any(Path(target.file).samefile(file) for file in files):
        raise OptionError(
            f"{target.file}: can't be added to itself; give another name",
            place=target.file,
        )
    if options.delete_source and not any(source.is_whole for source in sources):
        raise OptionError(
            f"{names[0]}: only a part is converted, so the file is not deleted; leave "
            "out --delete-source"
        )
    return ConvertPlan(sources, target, options)


def _target(output: str, options: ConvertOptions) -> Target:
    url = DataUrl.parse(output)
    if url.selection is not None:
        raise OptionError(f"{output}: the output is a file or a group, not a slice")
    group = None if url.path in {None, "/"} else url.path
    mode = options.mode or ("a" if group else "x")
    if options.overwrite and mode == "x":
        mode = "w"
    exists = os.path.lexists(url.file)
    if mode == "r+" and not exists:
        raise MissingFileError(
            f"{url.file}: there is no such file to add to; give --mode a to make it",
            place=url.file,
        )
    if exists and mode == "x":
        raise OutputExistsError(
            f"{url.file}: exists already; give another name, --overwrite to replace "
            "it, or --mode a to add to it",
            place=url.file,
        )
    is_new = mode in {"x", "w"} or not exists
    if not is_new and not is_hdf5(url.file):
        raise OptionError(
            f"{url.file}: is no HDF5 file, so nothing can be added to it",
            place=url.file,
        )
    return Target(url.file, group, is_new, overwrite=mode == "w")


def check_suffix(output: str) -> None:
    """Raise `OptionError` unless a new file of that name is to be HDF5."""
    file = DataUrl.parse(output).file
    suffix = Path(file).suffix.lower()
    if suffix not in HDF5_SUFFIXES and not Path(file).exists():
        raise OptionError(
            f"{file}: {suffix or 'no suffix'!r} is no format to write; HDF5 is "
            f"{', '.join(HDF5_SUFFIXES)}; others are {', '.join(SUFFIXES)}",
            place=file,
        )

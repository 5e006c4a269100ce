"""What is converted: files, each for itself, and stacks of files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from beamio.convert.numbered import numbered
from beamio.convert.options import ConvertOptions
from beamio.convert.series import find_series
from beamio.errors import (
    BeamioError,
    MissingImagesError,
    OptionError,
    UnreadableError,
)
from beamio.formats.frames import file_stem
from beamio.formats.opening import open as open_any
from beamio.formats.series import files_of, is_series, is_there
from beamio.model import DataUrl
from beamio.view import natural_order, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that is converted to entries of its own."""

    name: str
    """As it was given."""
    files: tuple[str, ...]
    stem: str
    """What its entries are called among those of others."""
    open: Callable[[], tuple[Any, tuple[str, ...]]]
    """Returns a tree, a group or a dataset of one, and what was left out of it."""
    is_whole: bool = True
    """Whether all of the files is converted."""
    notes: tuple[str, ...] = ()
    """What is skipped or padded."""


def sources_of(names: Sequence[str], options: ConvertOptions) -> list[Source]:
    """Return what is converted.

    One of several that can't be found raises its error when it is opened.

    Raises
    ------
    MissingFileError
        If a glob, a series or a folder holds no file.
    MissingImagesError
        If a number of a series is missing, and the gaps are to stop it.
    """
    if options.stack and len(names) > 1:
        files = [file for name in names for file in files_of(_file_of(name))]
        files = sorted(dict.fromkeys(files), key=natural_order)
        return [_stack(f"{names[0]} ... {names[-1]}", files, options)]
    find = _sources if len(names) == 1 else _sources_or_error
    found = [source for name in names for source in find(name, options)]
    if not any(len(source.files) > 1 or source.notes for source in found):
        _check_no_series(options, names)
    return _with_own_stems(found)


def _sources_or_error(name: str, options: ConvertOptions) -> list[Source]:
    try:
        return _sources(name, options)
    except (UnreadableError, MissingImagesError) as error:
        opener = partial(_raise, error)
        return [Source(name=name, files=(), stem=name, open=opener, is_whole=False)]


def _raise(error: BeamioError) -> NoReturn:
    raise error


def _sources(name: str, options: ConvertOptions) -> list[Source]:
    url = DataUrl.parse(name, is_file=is_there)
    if url.path is not None or url.selection is not None:
        stem = file_stem(url.file) + (url.path or "").replace("/", "_").rstrip("_")
        files = tuple(files_of(url.file))
        whole = url.path in {None, "/"} and url.selection is None
        opener = partial(_open, name, options)
        return [Source(name=name, files=files, stem=stem, open=opener, is_whole=whole)]
    if not is_series(url.file):
        return [_single(url.file, options)]
    files_found = files_of(url.file)
    if options.raw is not None or not _are_images(files_found):
        return [_single(file, options) for file in files_found]
    return [_stack(name, files_found, options)]


def _single(file: str, options: ConvertOptions) -> Source:
    (found,) = files_of(file)
    opener = partial(_open, file, options)
    return Source(name=file, files=(found,), stem=file_stem(file), open=opener)


def _open(name: str, options: ConvertOptions) -> tuple[Any, tuple[str, ...]]:
    raw = options.raw
    if raw is None:
        return open_any(name), ()
    item = open_any(name, shape=raw.shape, dtype=raw.dtype, offset=raw.offset)
    rest = raw.rest(item.file.filename)
    return item, (f"{size(rest)} behind the values left out",) if rest else ()


def _stack(name: str, files: list[str], options: ConvertOptions) -> Source:
    series = find_series(name, files, options)
    folder = Path(name)
    return Source(
        name=name,
        files=tuple(series.files),
        stem=folder.name if folder.is_dir() else file_stem(series.files[0]),
        open=series.open,
        notes=series.notes,
    )


def _file_of(name: str) -> str:
    return DataUrl.parse(name, is_file=is_there).file


def _are_images(files: Sequence[str]) -> bool:
    from beamio.formats.files import is_hdf5
    from beamio.formats.kinds import is_image

    return not is_hdf5(files[0]) and is_image(files[0])


def _check_no_series(options: ConvertOptions, names: Sequence[str]) -> None:
    if options.begin is not None or options.end is not None:
        raise OptionError(
            f"{names[0]}: --begin and --end choose from a series; give a pattern such "
            "as scan_%04d.edf or 'scan_*.edf', or --stack"
        )


def _with_own_stems(sources: list[Source]) -> list[Source]:
    """Return the sources with stems that differ."""
    from dataclasses import replace

    stems = numbered(source.stem for source in sources)
    pairs = zip(sources, stems, strict=True)
    return [replace(source, stem=stem) for source, stem in pairs]

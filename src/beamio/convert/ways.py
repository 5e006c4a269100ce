"""The ways from one format to another, and which of them a conversion takes."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from beamio.convert.hdf5 import copy_hdf5
from beamio.convert.hdf5_options import CopyOptions
from beamio.convert.many import convert_to_files
from beamio.convert.options import ConvertOptions
from beamio.convert.plan import check_suffix, make_plan
from beamio.convert.report import ConvertReport
from beamio.convert.run import run
from beamio.convert.to_files import is_written
from beamio.convert.writers.options import FileOptions
from beamio.engine import Progress, ignore_progress
from beamio.errors import OptionError, UnreadableError, nearest
from beamio.formats.files import is_hdf5
from beamio.formats.series import files_of, is_series, is_there
from beamio.model import DataUrl
from beamio.repack import RepackOptions

_OF_SERIES = {"stack", "begin", "end", "gaps", "odd_shapes"}
_OF_RAW = {"shape", "dtype", "offset"}


class Way(Enum):
    """What a conversion is, by what it reads and writes."""

    TO_HDF5 = "other formats to HDF5"
    COPY = "HDF5 to HDF5"
    TO_FILES = "any format to others than HDF5"


def _names(*kinds: Any) -> set[str]:
    return {field.name for kind in kinds for field in fields(kind)}


OPTIONS = {
    Way.TO_HDF5: _names(ConvertOptions) - {"compression", "raw"} | {"filter"} | _OF_RAW,
    Way.COPY: _names(CopyOptions, RepackOptions) - {"storage"},
    Way.TO_FILES: _names(FileOptions) - {"selection", "limits"}
    | {"slice", "range"}
    | _OF_SERIES
    | _OF_RAW,
}
"""The options of each way."""


def convert(
    sources: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    progress: Progress = ignore_progress,
    **options: Any,
) -> ConvertReport:
    """Convert files of any format to HDF5, to EDF, TIFF, CBF, npy and others.

    Parameters
    ----------
    sources
        Files, or parts of them as ``file::/path[slice]``. A glob, a folder of images
        or a numbered series such as ``scan_%04d.edf`` is one stack; each other file
        has entries of its own.
    output
        A file whose suffix says the format: ``scan.h5``, ``frame_%04d.edf``. In HDF5
        it may be a group, as ``scan.h5::/group``. It appears, or is changed, when all
        is written and compared, not before.
    progress
        Called after each step.
    **options
        Other formats to HDF5: the fields of `ConvertOptions`, such as
        ``filter="bitshuffle-lz4"``, ``chunks=(1, 2048, 2048)``, ``mode="a"``,
        ``begin=10``, ``gaps="skip"``; of raw binary ``shape``, ``dtype`` and
        ``offset``, as of `open`. HDF5 to HDF5: those of `CopyOptions` and of
        `RepackOptions`, such as ``links="copy"``. Any to others: those of
        `FileOptions`, such as ``slice="0:10"``.

    Returns
    -------
    ConvertReport
        What was converted, and what could not be; from HDF5 to HDF5 a `CopyReport`,
        which tells of links as well.

    Raises
    ------
    BeamioError
        If nothing could be converted, or the output can't be written; the message
        names the place and the remedy. One file of many that fails does not keep the
        rest from being converted: see ``failed`` of the report.

    Examples
    --------
    >>> import h5py, numpy as np
    >>> folder = getfixture("tmp_path")
    >>> np.save(folder / "frames.npy", np.arange(24.0).reshape(2, 3, 4))
    >>> report = convert(folder / "frames.npy", folder / "frames.h5")
    >>> with h5py.File(report.output) as file:
    ...     file["entry/data/data"].shape
    (2, 3, 4)
    """
    given = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
    names = [os.fsdecode(name) for name in given]
    target = os.fsdecode(output)
    way = way_of(names, target, options)
    if way is Way.TO_FILES:
        return convert_to_files(names, target, progress=progress, **options)
    if way is Way.COPY:
        files = [file for name in names for file in _members(name)]
        return copy_hdf5(files, target, progress=progress, **options)
    return run(make_plan(names, target, ConvertOptions.parse(**options)), progress)


def way_of(names: Sequence[str], output: str, options: dict[str, Any]) -> Way:
    """Return which way a conversion takes.

    Raises
    ------
    OptionError
        If there is no source, or an option is not one of that way.
    """
    if not names:
        raise OptionError("name at least one file to convert")
    if is_written(output, options.get("format")):
        way = Way.TO_FILES
    else:
        check_suffix(output)
        there = {_is_of_hdf5(name) for name in names} - {None}
        is_copy = there == {True} and options.get("shape") is None
        way = Way.COPY if is_copy else Way.TO_HDF5
    for name in options:
        if name not in OPTIONS[way]:
            raise _not_of(name, way, output)
    return way


def _not_of(name: str, way: Way, output: str) -> OptionError:
    others = [other for other in Way if name in OPTIONS[other]]
    if not others:
        return OptionError(f"there is no option {name!r}{nearest(name, OPTIONS[way])}")
    if way is Way.TO_FILES and len(others) > 1:
        whom = "HDF5 files that are written"
    elif way is Way.COPY and len(others) > 1:
        whom = "sources that are not HDF5"
    else:
        whom = f"conversions from {others[0].value}"
    option = "name" if name == "names" else name.replace("_", "-")
    return OptionError(f"{output}: --{option} is for {whom}", place=output)


def _is_of_hdf5(name: str) -> bool | None:
    """Tell whether a source is an HDF5 file, or an object in one, as a whole.

    None if it can't be told, since the file can't be read.
    """
    url = DataUrl.parse(name, is_file=is_there)
    if url.selection is not None:
        return False
    try:
        return is_hdf5(files_of(url.file)[0])
    except UnreadableError:  # told with the source's name when it is opened
        return None


def _members(name: str) -> list[str]:
    """Return the files that a glob or a folder stands for; else the source itself."""
    url = DataUrl.parse(name, is_file=is_there)
    return files_of(url.file) if is_series(url.file) and url.path is None else [name]

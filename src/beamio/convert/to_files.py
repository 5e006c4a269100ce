"""Datasets and groups to files that are not HDF5."""

from os import PathLike, fspath
from time import perf_counter
from typing import Any

from beamio.convert.to_arrays import write_arrays, write_json, write_tables
from beamio.convert.to_images import write_images
from beamio.convert.writers.forms import (
    JSON,
    NPY,
    SUFFIXES,
    TABLES,
    image_form,
    suffix_of,
)
from beamio.convert.writers.naming import Target
from beamio.convert.writers.npy import NPY_IMAGE
from beamio.convert.writers.options import FileOptions
from beamio.convert.writers.parts import place_of, stem_of
from beamio.convert.writers.report import FilesReport, Log
from beamio.engine import Progress, ignore_progress
from beamio.errors import OptionError, nearest


def is_written(output: str | PathLike[str], format: str | None = None) -> bool:  # noqa: A002 (the option's name)
    """Tell whether an output is one of the files that are written here.

    Examples
    --------
    >>> is_written("frame_%04d.edf"), is_written("scan.h5")
    (True, False)
    """
    suffix = suffix_of(format) if format else Target.parse(fspath(output)).suffix
    return suffix in SUFFIXES


def write_files(
    source: Any,
    output: str | PathLike[str],
    options: FileOptions | None = None,
    *,
    progress: Progress = ignore_progress,
    stem: str = "",
    taken: frozenset[str] = frozenset(),
) -> FilesReport:
    """Write a dataset, or what a group holds, into one file or many.

    Parameters
    ----------
    source
        A dataset or a group with h5py's manners: of HDF5, or of a `Tree`.
    output
        A file; ``frame_%04d.edf`` for numbered files, ``%s.edf`` for files with the
        names of datasets; or a folder, with the option ``format``. Its suffix says
        the format. What needs many files gets them as ``stem_0000.cbf``.
    options
        What is wanted of it.
    progress
        Called after each image or file.
    stem
        What the source is called among others that are written to `output`.
    taken
        Files that must not be written again, since they are of another source.

    Returns
    -------
    FilesReport
        The files, what failed, and what a user should know.

    Raises
    ------
    OptionError
        If the format can't hold the values; it names one that can.
    NotAnImageError, MissingPathError
        If there is nothing that the format is for.
    OutputError
        If a file exists, or can't be written, or does not read back as it was.
        Files of a series that are complete stay.

    Examples
    --------
    >>> import h5py, numpy as np
    >>> from pathlib import Path
    >>> folder = getfixture("tmp_path")
    >>> with h5py.File(folder / "scan.h5", "w") as file:
    ...     file["data"] = np.zeros((2, 3, 4), "u2")
    ...     report = write_files(file["data"], folder / "frame_%04d.edf")
    >>> [Path(file).name for file in report.files]
    ['frame_0000.edf', 'frame_0001.edf']
    """
    started = perf_counter()
    options = options or FileOptions()
    suffix = suffix_of(options.format) if options.format else ""
    target = Target.parse(
        fspath(output),
        stem=stem or stem_of(source),
        suffix=suffix,
        is_shared=bool(stem),
    )
    suffix = suffix or target.suffix
    if suffix not in SUFFIXES:
        raise OptionError(
            f"{output}: {suffix or 'no suffix'!r} is no format to write"
            f"{nearest(suffix, SUFFIXES)}",
            place=fspath(output),
        )
    filename = str(source.file.filename)
    log = Log((filename,), options.overwrite, progress, options.dry_run, taken)
    is_exact = _write(source, target, suffix, options, log)
    return FilesReport(
        source=place_of(source),
        output=fspath(output),
        files=tuple(log.files),
        failures=tuple(log.failures),
        notes=tuple(dict.fromkeys(log.notes)),
        datasets=log.datasets,
        frames=log.frames,
        nbytes=log.nbytes,
        seconds=perf_counter() - started,
        verified=options.verify and is_exact and not options.dry_run,
    )


def _write(
    source: Any, target: Target, suffix: str, options: FileOptions, log: Log
) -> bool:
    """Write files of one format; return whether they can be compared."""
    form = image_form(suffix)
    numbered = target.is_pattern and target.place != "%s"
    if suffix == NPY and (options.series or numbered):
        form = NPY_IMAGE
    if form is not None:
        return write_images(source, target, form, options, log)
    if suffix == JSON:
        write_json(source, target, options, log)
    elif suffix == NPY:
        write_arrays(source, target, options, log)
    else:
        write_tables(source, target, TABLES[suffix], options, log)
    return True

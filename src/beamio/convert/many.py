"""Many sources to files that are not HDF5."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import Any

import h5py

from beamio.convert.options import ConvertOptions
from beamio.convert.report import Converted, ConvertReport, Failed
from beamio.convert.sources import Source, sources_of
from beamio.convert.to_files import write_files
from beamio.convert.writers.naming import Target
from beamio.convert.writers.options import FileOptions
from beamio.convert.writers.report import FilesReport
from beamio.engine import Progress, ignore_progress
from beamio.errors import BeamioError, DamagedFileError, OptionError, OutputError
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.unchanged import States, check_unchanged, states_of

_SERIES = ("stack", "begin", "end", "gaps", "odd_shapes")
"""Options that say which files are sources, whatever becomes of them."""
_RAW = ("shape", "offset")
_OF_HDF5 = {
    "filter": "--filter",
    "chunks": "--chunks",
    "mode": "--mode",
    "delete_source": "--delete-source",
}


def convert_to_files(
    names: Sequence[str],
    output: str,
    *,
    progress: Progress = ignore_progress,
    **options: Any,
) -> ConvertReport:
    """Write each source into one file or many; see `write_files`.

    Parameters
    ----------
    names
        The sources, as of `convert`.
    output
        A file for one source; a pattern with ``%s`` or a folder for many.
    progress
        Called after each step.
    **options
        The fields of `FileOptions`, as texts, and those of `ConvertOptions` that say
        which files are sources.

    Raises
    ------
    BeamioError
        If nothing could be written, or there is no more room.
    """
    started = perf_counter()
    for name, shown in _OF_HDF5.items():
        if options.pop(name, None):
            raise OptionError(f"{output}: {shown} is for HDF5 files", place=output)
    of_sources = [*_SERIES, *_RAW]
    if options.get("shape") is not None:
        of_sources.append("dtype")  # else it is the type of what is written
    chosen = {name: options.pop(name) for name in of_sources if name in options}
    sources = sources_of(names, ConvertOptions.parse(**chosen))
    file_options = FileOptions.parse(**options)
    work = _Work(output, file_options, len(sources), progress)
    if len(sources) > 1:
        _check_many(output, len(sources))
    for source in sources:
        work.convert(source)
    if not work.converted:
        raise work.nothing()
    return ConvertReport(
        output=output,
        converted=tuple(work.converted),
        failed=tuple(work.failed),
        nbytes=sum(one.nbytes for one in work.converted),
        bytes_after=0 if file_options.dry_run else _size(work.written),
        seconds=perf_counter() - started,
        verified=work.is_verified,
        written=tuple(work.written),
    )


def _check_many(output: str, count: int) -> None:
    target = Target.parse(output)
    if not target.is_folder and target.place != "%s":
        raise OptionError(
            f"{output}: {count:,} sources can't be one file; name a folder with "
            f"--format, or a pattern as %s{target.suffix}",
            place=output,
        )


def _size(files: Sequence[str]) -> int:
    return sum(os.stat(file).st_size for file in files)  # noqa: PTH116 (of thousands)


def _shown(files: Sequence[str]) -> str:
    """Return what files are called together."""
    return files[0] if len(files) == 1 else f"{files[0]} ... {files[-1]}"


def _told(item: Any) -> AbstractContextManager[None]:
    """Return what names an HDF5 file where libhdf5 finds that it is damaged."""
    if isinstance(item, h5py.Group | h5py.Dataset):
        return told_in_one_line(str(item.file.filename))
    return nullcontext()


def _check_source(states: States, report: FilesReport) -> None:
    """Remove what was written of files that have changed meanwhile, and raise."""
    try:
        check_unchanged(states)
    except DamagedFileError:
        for file in report.files:
            Path(file).unlink(missing_ok=True)
        raise


class _Work:
    """Sources that are written one after the other."""

    def __init__(
        self, output: str, options: FileOptions, count: int, progress: Progress
    ) -> None:
        self._output = output
        self._options = options
        self._count = count
        self._progress = progress
        self.converted: list[Converted] = []
        self.failed: list[Failed] = []
        self.written: list[str] = []
        self.is_verified = True
        self._errors: list[BeamioError] = []

    def convert(self, source: Source) -> None:
        """Write a source; what goes wrong with it is noted if there are others."""
        try:
            states = states_of(source.files)
            item, notes = source.open()
            with item, _told(item):
                report = write_files(
                    item,
                    self._output,
                    self._options,
                    progress=self._progress if self._count == 1 else ignore_progress,
                    stem=source.stem if self._count > 1 else "",
                    taken=frozenset(self.written),
                )
            _check_source(states, report)
        except OutputError:
            raise
        except BeamioError as error:
            self._errors.append(error)
            self.failed.append(Failed(source=source.name, message=str(error)))
        else:
            self._note(source, report, (*source.notes, *notes))
        if self._count > 1:
            done = len(self.converted) + len(self.failed)
            nbytes = sum(one.nbytes for one in self.converted)
            self._progress("converting", min(done, self._count), self._count, nbytes)

    def _note(
        self, source: Source, report: FilesReport, notes: tuple[str, ...]
    ) -> None:
        self.failed += [
            Failed(source=place, message=message) for place, message in report.failures
        ]
        if not report.files:
            return
        self.written += report.files
        self.is_verified = self.is_verified and report.verified
        self.converted.append(
            Converted(
                source=source.name,
                files=source.files,
                path=_shown(report.files),
                datasets=report.datasets,
                frames=report.frames,
                nbytes=report.nbytes,
                notes=(*notes, *report.notes),
            )
        )

    def nothing(self) -> BeamioError:
        """Return the error to raise where no file was written."""
        if len(self._errors) == 1 == len(self.failed):
            return self._errors[0]
        shown = "; ".join(failed.message for failed in self.failed[:3])
        return OutputError(
            f"{self._output}: no file was written: {shown}", place=self._output
        )

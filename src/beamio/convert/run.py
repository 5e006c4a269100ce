"""Convert files to HDF5, each with what it holds, and compare."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Any

import h5py

from beamio.convert.copied_in import CopiesIn
from beamio.convert.copying import Copied, Moved, TreeCopier, compare, unreadable
from beamio.convert.entries import entries_of
from beamio.convert.options import ConvertOptions
from beamio.convert.plan import ConvertPlan, Target
from beamio.convert.removal import remove
from beamio.convert.report import Converted, ConvertReport, Failed
from beamio.convert.sources import Source
from beamio.engine import Progress, ignore_progress
from beamio.engine.native import UnwrittenError
from beamio.errors import (
    BeamioError,
    BeamioWarning,
    DiskFullError,
    OutputError,
    OutputExistsError,
)
from beamio.formats.hdf5 import NewFile, appended_file, new_file, open_file
from beamio.formats.tree import Branch
from beamio.formats.unchanged import States, check_unchanged, states_of
from beamio.nexus import write_process

_HISTORY = "conversion"
"""The group that notes where an entry came from."""


@dataclass(slots=True)
class _Work:
    """A conversion on its way."""

    plan: ConvertPlan
    progress: Progress
    copies: CopiesIn
    converted: list[Converted] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)
    """Where groups are, by path, that the current source replaces."""
    states: States = field(default_factory=dict)
    """How the files were when they were read."""
    arrived: int = 0
    nbytes: int = 0


def run(plan: ConvertPlan, progress: Progress = ignore_progress) -> ConvertReport:
    """Convert what was planned.

    Raises
    ------
    BeamioError
        If nothing could be converted, or the output can't be written.
    """
    start = perf_counter()
    before = 0 if plan.target.is_new else plan.target.size
    copies = CopiesIn(plan.target, plan.options)
    work = _Work(plan, progress, copies)

    def verify(file: Any) -> None:
        if plan.options.verify:
            for copied in work.copied:
                compare(file, copied)
            copies.compare(file)

    with copies, _output(plan.target, verify) as file:
        for source in plan.sources:
            _convert_one(source, file, work)
        if not work.converted:
            raise _nothing(work)
        _finish(file, plan.target, work.entries)
    deleted, undeleted = _delete(work) if plan.options.delete_source else ((), ())
    return ConvertReport(
        output=plan.target.file,
        converted=tuple(work.converted),
        failed=tuple(work.failed),
        nbytes=sum(source.nbytes for source in work.converted),
        bytes_after=max(0, plan.target.size - before),
        seconds=perf_counter() - start,
        verified=plan.options.verify,
        deleted=deleted,
        undeleted=undeleted,
    )


@contextmanager
def _output(target: Target, verify: Callable[[Any], None]) -> Iterator[NewFile]:
    if target.is_new:

        def opened(path: Path) -> None:
            with open_file(str(path)) as written:
                verify(written)

        with new_file(target.file, overwrite=target.overwrite, verify=opened) as file:
            yield file
    else:
        with appended_file(target.file, verify=verify) as file:
            yield file


def _nothing(work: _Work) -> BeamioError:
    messages = "; ".join(failed.message for failed in work.failed[:3])
    if len(work.failed) == 1:
        return OutputError(messages, place=work.failed[0].source)
    return OutputError(
        f"none of {len(work.failed):,} sources could be converted: {messages}"
    )


def _convert_one(source: Source, file: NewFile, work: _Work) -> None:
    """Convert a source; what goes wrong with it is noted if there are others."""
    paths: list[str] = []
    try:
        _write(source, file, work, paths)
        _settle_aside(file, work, is_replaced=True)
    except (DiskFullError, UnwrittenError):
        raise
    except (BeamioError, OSError, RuntimeError, ValueError, KeyError) as error:
        file.check()
        shown = (
            error if isinstance(error, BeamioError) else unreadable(source.name, error)
        )
        if len(work.plan.sources) == 1:
            if shown is error:
                raise
            raise shown from error
        for path in paths:
            if path in file:
                del file[path]
        _settle_aside(file, work, is_replaced=False)
        work.failed.append(Failed(source=source.name, message=str(shown)))
    if len(work.plan.sources) > 1:
        step = len(work.converted) + len(work.failed)
        work.progress("converting", step, len(work.plan.sources), work.nbytes)


def _write(source: Source, file: NewFile, work: _Work, paths: list[str]) -> None:
    plan = work.plan
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", BeamioWarning)
        work.states |= (states := states_of(source.files))
        item, notes = source.open()
        with item:
            if isinstance(item, h5py.Group):
                _copy_in(source, file, work, paths)
                return
            copied = _write_entries(source, item, file, work, paths)
    check_unchanged(states)
    told = [str(w.message) for w in heard if issubclass(w.category, BeamioWarning)]
    notes = (*source.notes, *notes, *dict.fromkeys(told))
    _write_history(source, file, paths, plan.options, notes)
    for one, path in zip(copied, paths, strict=True):
        one.digest.passed.add(f"{path}/{_HISTORY}")
    work.copied += copied
    work.entries += paths
    work.converted.append(
        Converted(
            source=source.name,
            files=source.files,
            path=paths[0] if len(paths) == 1 else paths[0].rpartition("/")[0] or "/",
            datasets=sum(one.datasets for one in copied),
            frames=sum(one.frames for one in copied),
            nbytes=sum(one.nbytes for one in copied),
            notes=(*notes, *(note for one in copied for note in one.notes)),
        )
    )


def _copy_in(source: Source, file: NewFile, work: _Work, paths: list[str]) -> None:
    """Copy an HDF5 file, or a group of one, as it is."""

    def done(nbytes: int) -> None:
        work.nbytes += nbytes

    (path,) = work.plan.paths(source, [source.stem])
    _make_room(file, path, work)
    paths.append(path)
    work.converted.append(work.copies.copy(source.name, path, file, done))
    work.entries.append(path)


def _write_entries(
    source: Source, item: Any, file: NewFile, work: _Work, paths: list[str]
) -> list[Copied]:
    plan = work.plan
    entries = entries_of(item)
    total = _frames_of(entries.values())

    def done(frames: int, nbytes: int) -> None:
        work.arrived += frames
        work.nbytes += nbytes
        if len(plan.sources) == 1:
            work.progress("converting", work.arrived, total, work.nbytes)

    copied: list[Copied] = []
    for (name, entry), path in zip(
        entries.items(), plan.paths(source, list(entries)), strict=True
    ):
        _make_room(file, path, work)
        paths.append(path)
        above, _, last = path.rpartition("/")
        copier = TreeCopier(file, plan.options, done, Moved(f"/{name}", path))
        copier.copy(entry, _group(file, above or "/"), last)
        copied.append(copier.copied)
    return copied


def _make_room(file: NewFile, path: str, work: _Work) -> None:
    """Put what is there already aside, until it is known that it is replaced."""
    if path not in file:
        return
    place = f"{work.plan.target.file}::{path}"
    if not work.plan.options.overwrite or path in work.entries:
        raise OutputExistsError(
            f"{place}: exists already; name another group as in "
            f"{work.plan.target.file}::/NAME, or --overwrite",
            place=place,
        )
    work.aside[path] = f"{path}.{token_hex(8)}"
    file.move(path, work.aside[path])


def _settle_aside(file: NewFile, work: _Work, *, is_replaced: bool) -> None:
    """Remove what was put aside, or put it back in its place."""
    for path, aside in work.aside.items():
        if is_replaced:
            del file[aside]
        else:
            file.move(aside, path)
    work.aside.clear()


def _group(file: NewFile, path: str) -> Any:
    """Return a group of the output, made if it is not there."""
    try:
        return file.require_group(path)
    except (TypeError, ValueError) as error:
        place = f"{file.place}::{path}"
        raise OutputError(
            f"{place}: there is a dataset on the way; name another group", place=place
        ) from error


def _frames_of(entries: Any) -> int:
    """Return how many frames will arrive, as near as the shapes tell."""
    total = 0
    for entry in entries:
        if isinstance(entry, Branch):
            total += _frames_of(entry.members.values())
        elif hasattr(entry, "values") and len(entry.values.shape) > 1:
            *leading, _, _ = entry.values.shape
            frames = 1
            for length in leading:
                frames *= length
            total += frames
    return total


def _write_history(
    source: Source,
    file: NewFile,
    paths: Sequence[str],
    options: ConvertOptions,
    notes: tuple[str, ...],
) -> None:
    """Note in the first entry where all came from; the others link to that."""
    first = file[paths[0]]
    if _HISTORY in first or not isinstance(first, h5py.Group):
        return
    parameters = {
        "compression": str(options.compression),
        "gaps": options.gaps,
        "odd_shapes": options.odd_shapes,
        "notes": list(notes) or None,
    }
    facts: dict[str, object] = {"source": source.name, "files": list(source.files)}
    write_process(first, _HISTORY, parameters=parameters, sources={"source": facts})
    for path in paths[1:]:
        if _HISTORY not in file[path]:
            file[path][_HISTORY] = h5py.SoftLink(f"{paths[0]}/{_HISTORY}")


def _finish(file: NewFile, target: Target, entries: Sequence[str]) -> None:
    """Lead viewers from the root to the first entry."""
    if target.is_new:
        file.attrs["NX_class"] = "NXroot"
    names = entries[0].strip("/").split("/")
    group: Any = file
    for name in names:
        if "default" not in group.attrs:
            group.attrs["default"] = name
        group = group[name]


def _delete(work: _Work) -> tuple[tuple[str, ...], tuple[Failed, ...]]:
    """Remove the files of sources that are wholly in the output."""
    kept = {
        os.path.realpath(file)
        for source in work.plan.sources
        if source.name in {failed.source for failed in work.failed}
        or not source.is_whole
        for file in source.files
    }
    partial = {one.source for one in work.converted if one.notes}
    files = [
        file
        for source in work.plan.sources
        if source.name not in partial
        for file in source.files
        if os.path.realpath(file) not in kept
    ]
    return remove(files, work.states)

"""Read a part of a dataset through the engine, wherever its elements lie."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from beamio.engine.native import Job, read
from beamio.errors import CorruptChunkError
from beamio.formats.hdf5.known import Key, Known
from beamio.formats.hdf5.mappings import mappings_of
from beamio.formats.hdf5.mosaic import Cut, Mosaic, in_rounds
from beamio.formats.hdf5.sources import (
    Source,
    check_picks,
    mapped_to_itself,
    opened_source,
    source_shape,
    written_here,
)
from beamio.formats.hdf5.state import (
    FileState,
    being_written,
    state_of,
    steady_state,
)
from beamio.formats.hdf5.storage import storage_of
from beamio.formats.hdf5.stored import find_stored
from beamio.formats.select import Selection
from beamio.model import Array

_OPEN = 200
"""Source files that are held open at the same time, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A selection of a dataset, and the array that it is to fill."""

    dataset: Any
    selection: Selection
    out: Array
    """Of the dataset's axes, each as long as what is selected of it."""
    above: frozenset[Key] = field(default=frozenset())
    """The virtual datasets that take data from this one."""


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Reads parts in threads, and remembers where their elements lie."""

    known: Known
    threads: int

    def read(self, part: Part) -> bool:
        """Fill the array of a part; False if libhdf5 must do it.

        Raises
        ------
        MissingFileError, MissingPathError
            If a source that is needed is not there.
        DamagedFileError
            If it is too short, its data do not decode, or it takes data from itself.
        BusyFileError
            If a source changes while it is read.
        """
        if storage_of(part.dataset).is_virtual:
            return self._read_virtual(part)
        with ExitStack() as stack:
            job = self._job(part, stack)
            if job is None:
                return False
            read([job], threads=self.threads)
        return True

    def _job(
        self, part: Part, stack: ExitStack, *, is_source: bool = False
    ) -> Job | None:
        """Return what is to be read; a source is remembered otherwise."""
        storage = storage_of(part.dataset)
        known = None if is_source else self.known
        touched = None
        if storage.chunk and not (is_source and storage.is_steady):
            touched = part.selection.touched(storage.chunk)
        stored = find_stored(part.dataset, known, touched=touched)
        if stored is None:
            return None
        files = stack.enter_context(stored.opened())
        picks = part.selection.picks
        return Job(stored.layout, files, picks, part.out, storage.place)

    def _read_virtual(self, part: Part) -> bool:
        storage = storage_of(part.dataset)
        if storage.key in part.above:
            raise mapped_to_itself(storage)
        mosaic = self._mosaic(part.dataset) if storage.is_plain else None
        if mosaic is None:
            return False
        cuts = mosaic.cuts(part.selection.picks)
        laid = in_rounds(cuts, part.selection.counts)
        if laid is None:
            return False
        rounds, has_gaps = laid
        if has_gaps:
            part.out[...] = np.frombuffer(storage.fill, storage.dtype)[0]
        groups = (
            cuts[start : start + _OPEN]
            for cuts in rounds
            for start in range(0, len(cuts), _OPEN)
        )
        return all(self._read_group(part, group) for group in groups)

    def _mosaic(self, dataset: Any) -> Mosaic | None:
        storage, shape = storage_of(dataset), dataset.shape
        key = (storage.key, shape)
        if storage.is_steady and key in self.known.mosaics:
            return self.known.mosaics[key]
        mappings = mappings_of(dataset, partial(source_shape, dataset))
        mosaic = Mosaic.of(mappings, len(shape))
        if mosaic is not None and mosaic.is_fixed and storage.is_steady:
            self.known.mosaics[key] = mosaic
        return mosaic

    def _read_group(self, part: Part, cuts: Sequence[Cut]) -> bool:
        """Read tiles of which none lies over another, and whose files may be open."""
        writing = written_here(storage_of(part.dataset))
        with ExitStack() as stack:
            jobs: list[Job] = []
            for cut in cuts:
                job = self._known_job(part, cut, writing, stack)
                if job is not None:
                    jobs.append(job)
                elif not self._find_jobs(part, cut, jobs, stack):
                    return False
            before = [_states(job) for job in jobs]
            try:
                read(jobs, threads=self.threads)
            except CorruptChunkError as error:
                if before != [_states(job) for job in jobs]:
                    raise being_written(storage_of(part.dataset).place) from error
                raise
        return True

    def _known_job(
        self,
        part: Part,
        cut: Cut,
        writing: set[tuple[int, int]],
        stack: ExitStack,
    ) -> Job | None:
        """Return what is to be read of a source that was read before."""
        source = self.known.sources.get(_name(part, cut))
        if source is None or source.state[:2] in writing:
            return None
        axes = cut.tile.source_axes(source.shape)
        if axes is None or source.dtype != part.out.dtype:
            return None
        file = source.opened(stack)
        if file is None:
            return None
        picks = cut.picks(axes)
        check_picks(part.dataset, picks, source.shape, source.place)
        return Job(source.layout, [file], picks, cut.view(part.out, axes), source.place)

    def _find_jobs(
        self, part: Part, cut: Cut, jobs: list[Job], stack: ExitStack
    ) -> bool:
        """Add what is to be read of a source; False if libhdf5 must read it."""
        mapping = cut.tile.mapping
        with opened_source(part.dataset, mapping.file, mapping.path) as dataset:
            inner = _inner(part, cut, dataset)
            if inner is None:
                return False
            storage = storage_of(dataset)
            if storage.is_virtual:
                return self.read(inner)
            state = steady_state(storage)
            job = self._job(inner, stack, is_source=True)
            if job is None:
                return False
            jobs.append(job)
            if state is not None and not storage.is_external:
                source = Source.of(dataset, job.layout, state)
                self.known.keep(_name(part, cut), source)
        return True


def _name(part: Part, cut: Cut) -> tuple[str, ...]:
    storage, mapping = storage_of(part.dataset), cut.tile.mapping
    return storage.file, storage.virtual_prefix, mapping.file, mapping.path


def _inner(part: Part, cut: Cut, source: Any) -> Part | None:
    """Return the part of a source that a tile shows; None if it is of another type."""
    storage = storage_of(part.dataset)
    axes = cut.tile.source_axes(source.shape)
    if axes is None or source.dtype != storage.dtype:
        return None
    picks = cut.picks(axes)
    check_picks(part.dataset, picks, source.shape, storage_of(source).place)
    selection = Selection(picks, (True,) * len(picks))
    return Part(source, selection, cut.view(part.out, axes), part.above | {storage.key})


def _states(job: Job) -> list[FileState]:
    return [state_of(file.descriptor) for file in job.files]

"""Copy an HDF5 file into a new one, with other filters and chunks if asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import fspath
from pathlib import Path
from time import perf_counter
from typing import Any

import h5py

from beamio.engine import Progress, check_output, check_space, ignore_progress
from beamio.errors import (
    BusyFileError,
    OptionError,
    UnknownFormatError,
)
from beamio.formats.files import is_hdf5
from beamio.formats.hdf5 import new_file, open_file
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.hdf5.locks import described, holders
from beamio.formats.unchanged import States, check_unchanged, states_of
from beamio.repack.objects import Copier
from beamio.repack.options import RepackOptions
from beamio.repack.plan import DatasetPlan, RepackPlan, make_plan
from beamio.repack.tree import Kind
from beamio.repack.verify import Verifier, compression_is_unbounded

_MEGA = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RepackedDataset:
    """A dataset that is stored in another way than before."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    before: str
    after: str
    nbytes: int
    """Bytes of the values, decoded."""
    bytes_before: int
    bytes_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepackReport:
    """What a copy has done."""

    source: str
    output: str
    changed: tuple[RepackedDataset, ...]
    copied: int
    """Datasets that were copied as they are."""
    groups: int
    bytes_before: int
    """Size of the source."""
    bytes_after: int
    """Size of the copy."""
    nbytes: int
    """Bytes of values that were decoded and encoded, and of chunks that were copied."""
    seconds: float
    verified: bool
    uncompared: int
    """Datasets whose filter does not say by how much it may change a value."""
    lost_references: int
    """References to what is not in the source; they are null in the copy."""


def repack(
    source: str | Path,
    output: str | Path,
    *,
    progress: Progress = ignore_progress,
    **options: Any,
) -> RepackReport:
    """Copy an HDF5 file, with all it holds, into a new one, and compare the two.

    Without options every chunk is copied byte for byte: the copy has no unused space
    and no fragments, and is known to be readable.

    Parameters
    ----------
    source
        The HDF5 file.
    output
        The file to write. It appears when it is complete and compared, not before.
    progress
        Called after each step.
    **options
        The fields of `RepackOptions`: ``filter="bitshuffle-lz4"``,
        ``chunks="auto"`` or ``(1, 2048, 2048)``, ``only=["/entry/data"]`` for the
        datasets that change while the rest is copied as it is, ``checksum=True``,
        ``overwrite=True``, ``verify=False``, ``threads=4``.

    Returns
    -------
    RepackReport
        What was changed, sizes and time.

    Raises
    ------
    BeamioError
        Whatever keeps the copy from being right and complete; the message names
        the place and the remedy, and there is no output.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> with h5py.File(folder / "scan.h5", "w") as file:
    ...     file["data"] = [[1, 2, 3]] * 1000
    >>> report = repack(folder / "scan.h5", folder / "small.h5", filter="zstd")
    >>> report.changed[0].after
    'shuffle+zstd, chunks 1000 x 3'
    """
    with planned(source, output, RepackOptions.parse(**options)) as plan:
        return run(plan, progress)


@contextmanager
def planned(
    source: str | Path, output: str | Path | None, options: RepackOptions
) -> Iterator[RepackPlan]:
    """Give the plan of a copy, the source open."""
    path = fspath(source)
    if output is not None:
        check_output(output, overwrite=options.overwrite, inputs=[path])
    if not is_hdf5(path):
        raise UnknownFormatError(f"{path}: is not an HDF5 file", place=path)
    check_not_written(path)
    with open_file(path) as file:
        if file.swmr_mode or file.id.get_intent() & h5py.h5f.ACC_RDWR:
            raise _busy(path)
        with told_in_one_line(path):
            plan = make_plan(file, None if output is None else fspath(output), options)
        yield plan


def check_not_written(path: str) -> None:
    """Raise `BusyFileError` if a program has a file open to write it."""
    if others := holders(path, writing=True):
        raise _busy(path, described(others))


def _busy(path: str, who: str = "") -> BusyFileError:
    return BusyFileError(
        f"{path}: is open for writing{who}; a copy would not be of one moment: "
        "close it first, or clear the mark of a writer that died with "
        "h5clear -s --increment=0",
        place=path,
    )


def run(plan: RepackPlan, progress: Progress = ignore_progress) -> RepackReport:
    """Carry out a plan; see `repack`."""
    started = perf_counter()
    source, options = plan.file, plan.options
    if plan.output is None:
        raise OptionError("no output was named")
    states = plan_states(plan)
    check_space(plan.output, least_bytes(plan))

    def verify(part: Path) -> None:
        if options.verify:
            with open_file(str(part)) as copy:
                done = Steps("comparing, in MB", plan, progress).add
                Verifier(plan, copy, done).verify()
        check_unchanged(states)
        progress("waiting for the disk", 0, 1, 0)

    with (
        told_in_one_line(str(source.filename)),
        new_file(
            plan.output, overwrite=options.overwrite, like=source, verify=verify
        ) as target,
    ):
        copier = Copier(plan, target, Steps("copying, in MB", plan, progress).add)
        copier.copy()
        changed = tuple(changed_datasets(plan, target))
    return RepackReport(
        source=str(source.filename),
        output=plan.output,
        changed=changed,
        copied=len(plan.datasets) - len(changed),
        groups=sum(member.kind is Kind.GROUP for member in plan.members.values()),
        bytes_before=Path(source.filename).stat().st_size,
        bytes_after=Path(plan.output).stat().st_size,
        nbytes=moved_bytes(plan),
        seconds=perf_counter() - started,
        verified=options.verify,
        uncompared=sum(map(compression_is_unbounded, plan.datasets.values())),
        lost_references=copier.references.lost,
    )


def plan_states(plan: RepackPlan) -> States:
    """Return how the files of a plan are now."""
    return states_of(str(file.filename) for file in plan.files)


def least_bytes(plan: RepackPlan) -> int:
    """Return how many bytes the copy will have, if that is known, or fewer."""
    unknown = any(
        dataset.new is not None and dataset.after.filters
        for dataset in plan.datasets.values()
    )
    return 0 if unknown else moved_bytes(plan)


def moved_bytes(plan: RepackPlan) -> int:
    """Return how many bytes a copy moves."""
    return sum(map(_weight, plan.datasets.values()))


def _weight(dataset: DatasetPlan) -> int:
    if dataset.new is not None:
        return dataset.nbytes
    return 0 if dataset.before.layout in {"external", "virtual"} else dataset.stored


class Steps:
    """Counts bytes of a stage for whoever shows its progress."""

    def __init__(self, stage: str, plan: RepackPlan, progress: Progress) -> None:
        self._stage = stage
        self._total = -(-moved_bytes(plan) // _MEGA)
        self._progress = progress
        self._done = 0

    def add(self, nbytes: int) -> None:
        """Take note of bytes that were moved."""
        self._done += nbytes
        done = min(self._done // _MEGA, self._total)
        self._progress(self._stage, done, self._total, self._done)


def changed_datasets(plan: RepackPlan, target: h5py.File) -> Iterator[RepackedDataset]:
    """Yield the datasets that a copy stores in another way."""
    for address, dataset in plan.datasets.items():
        if dataset.new is not None and dataset.shape is not None:
            copy = h5py.h5o.open(target.id, plan.members[address].place)
            yield RepackedDataset(
                path=dataset.path,
                shape=dataset.shape,
                dtype=dataset.dtype,
                before=str(dataset.before),
                after=str(dataset.after),
                nbytes=dataset.nbytes,
                bytes_before=dataset.stored,
                bytes_after=int(copy.get_storage_size()),
            )

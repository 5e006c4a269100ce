"""Copy objects of HDF5 files into a new HDF5 file, or into one that exists."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from os import fspath
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import h5py

from beamio.convert.copy_plan import planned
from beamio.convert.hdf5_options import CopyOptions
from beamio.convert.hdf5_report import CopyReport, converted
from beamio.convert.places import (
    Destination,
    Source,
    destination,
)
from beamio.convert.removal import remove
from beamio.convert.report import Failed
from beamio.engine import (
    Progress,
    check_space,
    ignore_progress,
)
from beamio.errors import (
    BeamioError,
    MissingPathError,
    UnreadableError,
)
from beamio.formats.hdf5 import new_file, open_file
from beamio.formats.hdf5.append import appended_file
from beamio.formats.hdf5.damage import told_in_one_line
from beamio.formats.unchanged import States, check_unchanged, states_of
from beamio.repack import RepackedDataset, RepackPlan
from beamio.repack.gather import (
    LinkNote,
)
from beamio.repack.objects import Copier
from beamio.repack.run import (
    Steps,
    changed_datasets,
    least_bytes,
    moved_bytes,
    plan_states,
)
from beamio.repack.tree import Kind
from beamio.repack.verify import Verifier, compression_is_unbounded


def copy_hdf5(
    sources: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    progress: Progress = ignore_progress,
    **options: Any,
) -> CopyReport:
    """Copy HDF5 files, groups or datasets into an HDF5 file, and compare the two.

    Every object is copied once, with its attributes, as `beamio.repack` does. A file
    that exists is changed at the end, when all is there and compared; whatever fails
    before that leaves it as it was, byte for byte.

    Parameters
    ----------
    sources
        Each is ``file``, or ``file::/path`` for a group or dataset of it; a folder,
        or a pattern such as ``scan_*.h5``, is all of its files. One of several that
        can't be read is left out, see ``failed`` of the report.
    output
        ``file``: a single whole file becomes this file, anything else gets its own
        name in it (a file that of its file, without the ending).
        ``file::/path``: a single source gets that path, several are put below it.
    progress
        Called after each step.
    **options
        The fields of `CopyOptions`: ``links="copy"``, ``dangling="error"``,
        ``mode="a"``, ``names=["dark", "flat"]``; and of `beamio.repack`:
        ``filter="bitshuffle-lz4"``, ``chunks="auto"``, ``only=["/entry/data"]``,
        ``checksum=True``, ``overwrite=True``, ``verify=False``, ``threads=4``.

    Returns
    -------
    CopyReport
        What was copied, and which links do not lead where they did.

    Raises
    ------
    BeamioError
        Whatever keeps the copy from being right and complete; the message names
        the place and the remedy, and the output is as it was.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> with h5py.File(folder / "scan.h5", "w") as file:
    ...     file["entry/data"] = [1, 2, 3]
    ...     file["entry/again"] = h5py.SoftLink("/entry/data")
    >>> report = copy_hdf5(f"{folder}/scan.h5::/entry", f"{folder}/new.h5::/first")
    >>> h5py.File(folder / "new.h5")["first/again"][1]
    np.int64(2)
    """
    started = perf_counter()
    chosen = CopyOptions.parse(**options)
    inputs, where = _told(sources, output, chosen)
    states = states_of(source.file for source in inputs)

    def copy(sources: Sequence[Source], where: Destination) -> CopyReport:
        return _together(sources, where, chosen, progress)

    report, failed = _of_readable(inputs, where, copy)
    report = replace(report, failed=failed, seconds=perf_counter() - started)
    return _without_sources(report, inputs, states) if chosen.delete_source else report


@contextmanager
def planned_copy(
    sources: str | Path | Sequence[str | Path], output: str | Path, **options: Any
) -> Iterator["CopyPlan"]:
    """Give what `copy_hdf5` would do; takes the same, and writes nothing."""
    chosen = CopyOptions.parse(**options)
    inputs, where = _told(sources, output, chosen)
    with ExitStack() as stack:

        def plan(left: Sequence[Source], where: Destination) -> CopyPlan:
            found = stack.enter_context(planned(left, where, chosen))
            places = ["/" if p == "." else f"/{p}" for p in where.places]
            ways = tuple(zip(map(str, left), places, strict=True))
            return CopyPlan(where.file, ways, *found[:2])

        found, failed = _of_readable(inputs, where, plan)
        yield replace(found, failed=failed)


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What would be copied."""

    output: str
    ways: tuple[tuple[str, str], ...]
    """Each source, and its path in the output."""
    datasets: RepackPlan
    notes: tuple[LinkNote, ...]
    failed: tuple[Failed, ...] = ()
    """Sources that can't be read."""


def _told(
    sources: str | Path | Sequence[str | Path], output: str | Path, options: CopyOptions
) -> tuple[list[Source], Destination]:
    """Return what is to be copied, and where."""
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    inputs = [each for source in given for each in Source.parse(fspath(source))]
    return inputs, destination(inputs, fspath(output), options.names, options.mode)


_Done = TypeVar("_Done")


def _of_readable(
    sources: Sequence[Source],
    where: Destination,
    do: Callable[[Sequence[Source], Destination], _Done],
) -> tuple[_Done, tuple[Failed, ...]]:
    """Do something with all sources but those that can't be read, if there are others.

    Returns what it gives, and what can't be read.
    """
    left = dict(zip(sources, where.places, strict=True))
    failed: list[Failed] = []
    while True:
        try:
            done = do(list(left), replace(where, places=tuple(left.values())))
        except (UnreadableError, MissingPathError) as error:
            culprit = _culprit(error, left)
            if culprit is None or len(left) == 1:
                raise
            del left[culprit]
            failed.append(Failed(source=str(culprit), message=str(error)))
        else:
            return done, tuple(failed)


def _culprit(error: BeamioError, sources: Iterable[Source]) -> Source | None:
    """Return the source that an error is about, if it is about one."""
    file, _, path = error.place.partition("::")
    of_file = [source for source in sources if source.file == file]
    above = [s for s in of_file if f"{path}/".startswith(f"{s.path.rstrip('/')}/")]
    return max(above or of_file, key=lambda source: len(source.path), default=None)


def _together(
    sources: Sequence[Source],
    where: Destination,
    options: CopyOptions,
    progress: Progress,
) -> CopyReport:
    before = Path(where.file).stat().st_size if not where.is_new else 0
    with planned(sources, where, options) as (plan, notes, followed):
        check_space(where.file, least_bytes(plan))
        changed, lost = _written(plan, where, progress)
        return CopyReport(
            output=where.file,
            converted=converted(plan, sources, where.places, notes),
            failed=(),
            changed=changed,
            copied=len(plan.datasets) - len(changed),
            groups=sum(m.kind is Kind.GROUP for m in plan.members.values()),
            followed=followed,
            notes=notes,
            lost_references=lost,
            uncompared=sum(map(compression_is_unbounded, plan.datasets.values())),
            nbytes=moved_bytes(plan),
            bytes_after=max(0, Path(where.file).stat().st_size - before),
            seconds=0.0,
            verified=options.storage.verify,
        )


def _without_sources(
    report: CopyReport, sources: Sequence[Source], states: States
) -> CopyReport:
    """Remove the files that were copied whole, unless something was lost."""
    if not report.is_whole:
        return report
    read = {one.source for one in report.converted}
    copied = [s.file for s in sources if s.path == "/" and str(s) in read]
    deleted, kept = remove(copied, states)
    return replace(report, deleted=deleted, undeleted=kept)


def _written(
    plan: RepackPlan, where: Destination, progress: Progress
) -> tuple[tuple[RepackedDataset, ...], int]:
    """Carry out a plan; return what changed, and how many references were lost."""
    states, options = plan_states(plan), plan.options

    def compare(copy: h5py.File) -> None:
        if options.verify:
            done = Steps("comparing, in MB", plan, progress).add
            verifier = Verifier(plan, copy, done)
            with told_in_one_line(lambda: verifier.reading):
                verifier.verify()
        check_unchanged(states)
        progress("waiting for the disk", 0, 1, 0)

    def reopen(part: Path) -> None:
        with open_file(str(part)) as copy:
            compare(copy)

    like = plan.file if _is_whole(plan) else None
    opened = (
        new_file(
            where.file,
            overwrite=where.replaces or options.overwrite,
            like=like,
            verify=reopen,
        )
        if where.is_new
        else appended_file(where.file, verify=compare)
    )
    with opened as target:
        copier = Copier(plan, target, Steps("copying, in MB", plan, progress).add)
        with told_in_one_line(lambda: copier.reading):
            copier.copy()
        changed = tuple(changed_datasets(plan, target))
    return changed, copier.references.lost


def _is_whole(plan: RepackPlan) -> bool:
    return next(iter(plan.members.values())).file is not None

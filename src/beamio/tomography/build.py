"""Make an NXtomo from a scan of any layout."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from beamio.engine import Progress, ignore_progress
from beamio.errors import BeamioError, OptionError
from beamio.formats import OpenFiles
from beamio.formats.files import is_hdf5
from beamio.formats.hdf5 import damaged_structure
from beamio.formats.series import is_there
from beamio.model import DataUrl
from beamio.nexus import NXtomo, write_process
from beamio.nexus.nxprocess import COPIED
from beamio.nexus.nxtomo.storing import Storing, check_frames
from beamio.nexus.nxtomo.virtual import compared_frames
from beamio.nexus.nxtomo.write import check_target, target_of, write_nxtomo
from beamio.tomography.bliss import find_bliss
from beamio.tomography.bliss_steps import is_bliss
from beamio.tomography.found import Found
from beamio.tomography.images import find_images
from beamio.tomography.metadata import told
from beamio.tomography.options import BuildOptions
from beamio.tomography.plan import BuildPlan, all_facts, written_only
from beamio.tomography.rebuilt import find_nxtomo, is_nxtomo


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What was written."""

    output: str
    entry: str
    layout: str
    """What the source was taken for."""
    frames: int
    counts: dict[str, int]
    """Frames of each kind."""
    left_out: int
    """Frames that were never written."""
    missing: tuple[str, ...]
    """What is not known of the scan."""
    linked: bool
    nbytes: int
    """Bytes of the frames."""
    bytes_written: int
    seconds: float
    verified: bool
    compared: int
    """Frames that were read again and compared with their source."""


def build_nxtomo(
    sources: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    progress: Progress = ignore_progress,
    **options: Any,
) -> BuildReport:
    """Make an NXtomo of a scan: its projections, flats, darks and what is known of it.

    Parameters
    ----------
    sources
        An HDF5 file of BLISS, of DXchange, in the layout of the ESRF tutorial, or an
        NXtomo; a path in one; or image files: one, several, a glob, a folder, or a
        folder of folders of projections, flats and darks.
    output
        ``file``, or ``file::/entry``, which is added to a file that exists.
    progress
        Told how many frames have arrived.
    options
        As `BuildOptions`, of which facts may be given by their own names, such as
        ``energy="20keV"`` or ``angles="0:180"``; ``filter`` and ``chunks`` say how the
        frames are stored.

    Raises
    ------
    MissingImagesError
        If projections, flats or darks are not found, or more than one scan is.
    MissingMetadataError
        If the rotation angles are not known.
    OptionError, PositionError, UnitError, ShapeMismatchError
        If what is given or found contradicts itself.
    UnreadableError
        If a frame can't be read, or was never written.
    OutputError
        If the output can't be written.

    Examples
    --------
    >>> import h5py, numpy as np
    >>> path = getfixture("tmp_path") / "exchange.h5"
    >>> with h5py.File(path, "w") as file:
    ...     for name in ("data", "data_white", "data_dark"):
    ...         file[f"exchange/{name}"] = np.ones((3, 4, 5), np.uint16)
    >>> report = build_nxtomo(path, path.with_suffix(".nx"), angles="0:180")
    >>> report.layout, report.counts
    ('DXchange', {'darks': 3, 'flats': 3, 'projections': 3})
    """
    start = perf_counter()
    with planned(sources, output, BuildOptions.parse(**options)) as plan:
        return run(plan, progress, start)


@contextmanager
def planned(
    sources: str | Path | Sequence[str | Path],
    output: str | Path,
    options: BuildOptions,
) -> Iterator[BuildPlan]:
    """Give the plan of what would be written, while its files are open."""
    with OpenFiles() as files:
        yield make_plan(sources, output, options, files)


def make_plan(
    sources: str | Path | Sequence[str | Path],
    output: str | Path,
    options: BuildOptions,
    files: OpenFiles,
) -> BuildPlan:
    """Find the frames of a scan and what is known of them.

    Raises
    ------
    BeamioError
        As `build_nxtomo`.
    """
    named = [sources] if isinstance(sources, (str, Path)) else sources
    names = [os.fsdecode(name) for name in named]
    if not names:
        raise OptionError("name at least one source")
    found = _found_truthfully(names, options, files)
    facts = all_facts(found, told(options, found))
    count = len(found.keys)
    if options.gaps == "skip":
        found, facts = written_only(found, facts)
    check_frames(found.frames, "leave them out with --gaps skip")
    left_out = count - len(found.keys)
    plan = BuildPlan(found, facts, str(output), options, left_out)
    file, entry = target_of(plan.output)
    check_target(file, entry, overwrite=options.overwrite, inputs=found.frames.files)
    plan.scan()  # says what contradicts itself
    return plan


def run(
    plan: BuildPlan, progress: Progress = ignore_progress, start: float | None = None
) -> BuildReport:
    """Write what was planned."""
    start = perf_counter() if start is None else start
    options, scan = plan.options, plan.scan()
    file, entry = target_of(plan.output)
    before = Path(file).stat().st_size if Path(file).exists() else 0
    before = 0 if options.overwrite else before
    storing = Storing(
        link=options.link,
        compression=options.compression,
        chunks=options.chunks,
        overwrite=options.overwrite,
        verify=options.verify is not False,
        every=options.verify is True,
        threads=options.threads,
    )

    def further(entry: Any) -> None:
        _history(plan, entry)

    write_nxtomo(scan, plan.output, storing, progress, further=further)
    counts: dict[str, int] = {}
    for what, count, _, _ in plan.found.parts():
        counts[what] = counts.get(what, 0) + count
    frames, rows, columns = plan.shape
    return BuildReport(
        output=file,
        entry=entry,
        layout=plan.found.layout,
        frames=frames,
        counts=counts,
        left_out=plan.left_out,
        missing=tuple(plan.missing),
        linked=options.link,
        nbytes=frames * rows * columns * scan.frames.dtype.itemsize,
        bytes_written=Path(file).stat().st_size - before,
        seconds=perf_counter() - start,
        verified=storing.verify,
        compared=_compared(scan, storing),
    )


def _compared(scan: NXtomo, storing: Storing) -> int:
    """Return how many frames were compared with their source."""
    if not storing.verify:
        return 0
    if not storing.link:
        return scan.frames.shape[0]
    return len(compared_frames(scan.frames, every=storing.every))


def _found_truthfully(
    names: Sequence[str], options: BuildOptions, files: OpenFiles
) -> Found:
    try:
        return _found(names, options, files)
    except BeamioError:
        raise
    except (KeyError, RuntimeError, OSError, ValueError, TypeError) as error:
        # What h5py and libhdf5 raise on damaged structure.
        raise damaged_structure(DataUrl.parse(names[0]).file, error) from error


def _found(names: Sequence[str], options: BuildOptions, files: OpenFiles) -> Found:
    """Return the scan in what is named, whatever its layout."""
    url = DataUrl.parse(names[0], is_file=is_there)
    file = Path(url.file)
    if len(names) == 1 and not file.is_dir() and url.selection is None:
        named = options.flats or options.darks
        if file.exists() and is_hdf5(url.file) and not named:
            root = files.hdf5(url.file)
            if is_bliss(root):
                return find_bliss(url.file, url.path, options.detector, files)
            if is_nxtomo(root):
                return find_nxtomo(url.file, url.path, files)
    return find_images(names, options, files)


def _history(plan: BuildPlan, entry: Any) -> None:
    """Note where frames and facts came from."""
    facts = {name: fact.source for name, fact in plan.facts.items()}
    write_process(
        entry,
        COPIED[1],
        parameters={
            "layout": plan.found.layout,
            "left_out": plan.left_out,
            "frames": "linked" if plan.options.link else "copied",
            "compression": str(plan.options.compression),
            **{f"{name}_from": source for name, source in facts.items()},
        },
        sources={"frames": {"files": list(plan.found.frames.files)}},
    )

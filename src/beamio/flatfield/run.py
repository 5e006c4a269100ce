"""Correct a whole scan, frame by frame, into a new file."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from beamio.engine import (
    Progress,
    ahead,
    completed_file,
    ignore_progress,
    usable_threads,
)
from beamio.errors import DamagedFileError, NoBeamError, OptionError
from beamio.flatfield.frame import CorrectedFrames, FrameBuffers
from beamio.flatfield.invalid import Invalid, Tally
from beamio.flatfield.model import FlatField
from beamio.flatfield.options import FlatFieldOptions
from beamio.flatfield.plan import FlatFieldPlan, make_plan, reduced_files
from beamio.flatfield.positions import Series
from beamio.flatfield.preview import draw_preview
from beamio.flatfield.reduce import Reducer, Scaling
from beamio.flatfield.reference import Reference
from beamio.flatfield.result import ResultFile
from beamio.flatfield.save import save_reduced
from beamio.formats import OpenFiles
from beamio.formats.hdf5 import new_file

_BATCH = 240 << 20
"""Bytes of the frames that are corrected together: more share a tile of the flats."""
_FRAMES = 100
"""Frames that are corrected together at most: each may lie in a file of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedSeries:
    """Flats, or darks, that were combined into one image."""

    position: float
    images: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFieldReport:
    """What a correction has done."""

    output: str
    """The result, as ``file::/path``."""
    frames: int
    shape: tuple[int, int, int]
    """Frames, rows, columns of the result."""
    dtype: str
    flats: tuple[UsedSeries, ...]
    darks: tuple[UsedSeries, ...]
    invalid: int
    """Invalid pixels, of all frames."""
    reasons: dict[str, int]
    """Of these, how many for each reason of `Invalid`; one pixel may have several."""
    beyond: int
    """Pixels beyond the limits of integers, stored as the nearer limit."""
    seconds: float
    """Without the preview."""
    bytes_read: int
    """Bytes of raw frames, flats and darks, decoded."""
    bytes_written: int
    """Size of the output."""
    preview: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionReport:
    """Which flats and darks were combined, and where they are kept."""

    outputs: dict[str, str]
    """The file of each kind."""
    flats: tuple[UsedSeries, ...]
    darks: tuple[UsedSeries, ...]
    seconds: float
    warnings: tuple[str, ...]


def flatfield(
    source: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    progress: Progress = ignore_progress,
    **options: Any,
) -> FlatFieldReport:
    """Correct every frame of a scan into a new HDF5 file.

    Parameters
    ----------
    source
        An HDF5 file, ``file::/path``, or image files: one, several, a glob, a folder.
        Flats and darks are found in it unless they are named.
    output
        The file to write. It appears when it is complete, and not before.
    progress
        Called after each step.
    **options
        The fields of `FlatFieldOptions`, such as ``flats``, ``log`` or ``region``,
        as `FlatFieldOptions.parse` takes them.

    Returns
    -------
    FlatFieldReport
        What was used, what is invalid, time and bytes.

    Raises
    ------
    BeamioError
        Whatever keeps the result from being right and complete; the message names
        the place and the remedy, and there is no output.
    """
    with planned(source, output, FlatFieldOptions.parse(**options)) as plan:
        return run(plan, progress)


@contextmanager
def planned(
    source: str | Path | Sequence[str | Path],
    output: str | Path | None,
    options: FlatFieldOptions,
) -> Iterator[FlatFieldPlan]:
    """Give the plan of a correction, its files open; see `make_plan`."""
    with OpenFiles() as files:
        yield make_plan(source, output, options, files)


def run(plan: FlatFieldPlan, progress: Progress = ignore_progress) -> FlatFieldReport:
    """Carry out a plan; see `flatfield`."""
    started = perf_counter()
    if plan.output is None:
        raise OptionError("no output was named")
    field = reduced_model(plan, progress)
    if plan.options.save_reduced is not None:
        _check_inputs(plan)
        save_reduced(plan, field)
    return _correct(plan, field, started, progress)


def reduce(
    plan: FlatFieldPlan, progress: Progress = ignore_progress
) -> ReductionReport:
    """Combine the flats and darks of a plan into files, and correct nothing.

    Raises
    ------
    OptionError
        If the plan names no files for them.
    """
    if plan.options.save_reduced is None:
        raise OptionError("no files were named for the combined flats and darks")
    started = perf_counter()
    field = reduced_model(plan, progress)
    _check_inputs(plan)
    save_reduced(plan, field)
    return ReductionReport(
        outputs=reduced_files(plan.options.save_reduced, plan),
        flats=tuple(map(_used, plan.flats)),
        darks=tuple(map(_used, plan.darks)),
        seconds=perf_counter() - started,
        warnings=tuple(plan.warnings),
    )


def _correct(
    plan: FlatFieldPlan, field: FlatField, started: float, progress: Progress
) -> FlatFieldReport:
    """Correct the frames of a plan into its output."""
    if plan.output is None:
        raise OptionError("no output was named")
    per_frame = prod(plan.region.shape) * plan.scan.raw.dtype.itemsize
    done, tally = 0, Tally()
    preview, overwrite = plan.options.preview, plan.options.overwrite
    with ExitStack() as stack:
        picture = preview and stack.enter_context(
            completed_file(preview, overwrite=overwrite)
        )
        file = stack.enter_context(new_file(plan.output, overwrite=overwrite))
        result = ResultFile(file, plan)
        frames = stack.enter_context(closing(_corrected(plan, field, result)))
        for batch in frames:
            result.write(batch)
            tally = sum(batch.tallies, tally)
            for _ in batch.tallies:
                done += 1
                progress("correcting", done, len(plan.chosen), done * per_frame)
        _check_inputs(plan)
        result.finish({"invalid_pixels": tally.pixels})
        beyond = result.beyond
        path = result.path
        drawing = perf_counter()
        if picture:
            progress("drawing", 0, 1, 0)
            draw_preview(plan, field, Path(picture))
        started += perf_counter() - drawing  # the rate is that of the correction
        progress("waiting for the disk", 0, 1, 0)
    seconds = perf_counter() - started
    return FlatFieldReport(
        output=f"{plan.output}::{path}",
        frames=len(plan.chosen),
        shape=plan.shape,
        dtype=plan.options.dtype,
        flats=tuple(map(_used, plan.flats)),
        darks=tuple(map(_used, plan.darks)),
        invalid=tally.pixels,
        reasons={
            str(flag.name).lower(): pixels
            for flag, pixels in zip(Invalid, tally.reasons, strict=True)
            if pixels
        },
        beyond=beyond,
        seconds=seconds,
        bytes_read=_bytes_read(plan),
        bytes_written=Path(plan.output).stat().st_size,
        preview=preview,
        warnings=tuple(plan.warnings),
    )


def reduced_model(
    plan: FlatFieldPlan, progress: Progress = ignore_progress
) -> FlatField:
    """Return the correction, with each series of flats and darks combined."""
    options = plan.options
    total, done = len(plan.darks) + len(plan.flats), 0

    def step() -> None:
        progress("reducing flats and darks", done, total, 0)

    reducer = Reducer(
        region=plan.region,
        how=options.reduce,
        sigma=options.sigma,
        invalid=options.invalid,
        threads=usable_threads(options.threads),
        step=step,
    )

    def combined(
        all_series: Sequence[Series],
        scaling: Callable[[Series], Scaling | None] = lambda _: None,
    ) -> Reference:
        nonlocal done
        images = []
        for series in all_series:
            images.append(reducer.image(series, scaling(series)))
            done += 1
            step()
        return Reference.from_images(images, [one.position for one in all_series])

    dark = (
        combined(plan.darks)
        if plan.darks
        else Reference((0.0,), (np.zeros(plan.region.shape),))
    )
    currents = plan.flat_currents
    reference = None if currents is None else float(np.mean(currents))

    def to_reference(series: Series) -> Scaling | None:
        if currents is None or reference is None:
            return None
        return Scaling(dark, reference / currents[list(series.orders)])

    flat = combined(plan.flats, to_reference)
    mask = plan.mask
    try:
        return FlatField(
            flat,
            dark,
            reference_current=reference,
            mask=None if mask is None else mask.read(0, plan.region),
            invalid=options.invalid,
            fill=options.fill,
            clip=options.clip,
            log=options.log,
            floor=options.floor,
            dtype=options.computed,
        )
    except NoBeamError as error:
        place = plan.scan.flats[0].url
        raise NoBeamError(f"{place}: {error}", place=place) from error


def _corrected(
    plan: FlatFieldPlan, field: FlatField, result: ResultFile
) -> Generator[CorrectedFrames]:
    """Yield the corrected frames in batches, valid until the next is asked for.

    The next batch is read and corrected, in threads, while one is used.
    """
    threads = usable_threads(plan.options.threads)
    pixel = (plan.scan.raw.dtype, np.dtype(plan.options.computed), np.dtype(np.uint8))
    frame = prod(plan.region.shape) * sum(dtype.itemsize for dtype in pixel)
    size = min(len(plan.chosen), _FRAMES, max(1, _BATCH // frame))
    encoder = result.encoder()
    one, other = (FrameBuffers.of(plan, size, encoder) for _ in range(2))
    # What is read is used up before the next batch is read.
    buffers = cycle([one, replace(other, raw=one.raw)])

    def batch(first: int) -> CorrectedFrames:
        indices = plan.chosen[first : first + size]
        with result.filling():
            return next(buffers).correct(
                plan,
                field,
                indices,
                place=result.room(first, len(indices)),
                threads=threads,
            )

    batches = map(batch, range(0, len(plan.chosen), size))
    return (each for each in batches) if threads == 1 else ahead(batches)


def _check_inputs(plan: FlatFieldPlan) -> None:
    """Raise `DamagedFileError` if a file was cut while it was read.

    libhdf5 reads zeros beyond the end of a file that it has open.
    """
    for file, size in plan.inputs.items():
        have = Path(file).stat().st_size if Path(file).exists() else 0
        if have < size:
            raise DamagedFileError(
                f"{file}: was cut from {size:,} to {have:,} bytes while it was read; "
                "copy the file again",
                place=file,
            )


def _used(series: Series) -> UsedSeries:
    return UsedSeries(
        position=series.position,
        images=len(series.members),
        sources=tuple(series.urls),
    )


def _bytes_read(plan: FlatFieldPlan) -> int:
    pixels = plan.region.shape[0] * plan.region.shape[1]
    sizes = [
        frames.dtype.itemsize
        for series in (*plan.flats, *plan.darks)
        for frames, _ in series.members
    ]
    return pixels * (sum(sizes) + len(plan.chosen) * plan.scan.raw.dtype.itemsize)

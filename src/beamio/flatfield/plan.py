"""What a correction is going to do, decided before it starts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import realpath
from pathlib import Path

import numpy as np

from beamio.engine import check_output, check_space, usable_threads
from beamio.errors import DamagedFileError, OptionError, ShapeMismatchError
from beamio.flatfield.current import check_currents
from beamio.flatfield.find import Scan, find_mask, find_scan
from beamio.flatfield.options import FlatFieldOptions
from beamio.flatfield.positions import (
    Placement,
    Series,
    Values,
    noted_values,
    place_series,
    raw_positions,
)
from beamio.flatfield.reduced import POSITION, ReducedImages, stem_of
from beamio.flatfield.tomography import FRAME, TomographyImages, left_out
from beamio.formats import Frames, OpenFiles, frame_number
from beamio.model import NO_COMPRESSION, Array, Region
from beamio.view import count, extent, size, span

_TOO_FAR = 2.0
"""Flats this many times as far apart as the frames are likely counted otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFieldPlan:
    """The images, where each lies, and what becomes of them."""

    scan: Scan
    options: FlatFieldOptions
    output: str | None
    chosen: range
    """The raw frames to correct."""
    region: Region
    positions: Values
    """Of all raw frames."""
    flats: tuple[Series, ...]
    darks: tuple[Series, ...]
    currents: Values | None = None
    """Beam current of all raw frames."""
    flat_currents: Array | None = None
    """Beam current of all flats."""
    mask: Frames | None = None
    inputs: Mapping[str, int]
    """Every file that is read, and its size in bytes when the plan was made."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows and columns of the result."""
        return (len(self.chosen), *self.region.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the result before compression."""
        frames, rows, columns = self.shape
        return frames * rows * columns * np.dtype(self.options.dtype).itemsize

    def frames_of(self, series: Series) -> list[int] | None:
        """Return the places of a series among the frames of an NXtomo; None if none."""
        parts = [(images, i) for images, i in series.members]
        if not all(isinstance(images, TomographyImages) for images, _ in parts):
            return None
        return [int(images.indices[i]) for images, i in parts]  # type: ignore[attr-defined] # as was just made sure of

    @property
    def warnings(self) -> list[str]:
        """What is likely not meant, though it can be done."""
        return list(_warnings(self))


def make_plan(
    source: str | Path | Sequence[str | Path],
    output: str | Path | None,
    options: FlatFieldOptions,
    files: OpenFiles,
) -> FlatFieldPlan:
    """Find the images of a scan and decide what to do with them.

    Parameters
    ----------
    source
        As `find_scan`.
    output
        The file to write; None for a look at the plan.
    options
        Every choice.
    files
        Opens the files, and keeps them open for the correction.

    Raises
    ------
    BeamioError
        Whatever would keep the correction from being right and complete.
    """
    scan = find_scan(source, options, files)
    shape = scan.raw.shape[1:]
    mask = find_mask(options.mask, scan.home, files) if options.mask else None
    _check_images(scan, mask)
    shared = options.position
    if shared is None and str(options.flat_position).startswith("@"):
        shared = options.flat_position
    if scan.tomography is not None and shared in {None, "number", "index"}:
        shared = f"@{FRAME}"
    positions = raw_positions(scan, shared, files)
    flats, darks = (
        tuple(
            place_series(
                images,
                Placement(
                    source or _noted_position(images, scan),
                    _shared_with(images, shared),
                    positions,
                    option=f"--{kind}-position",
                ),
                scan,
                files,
            )
            if images
            else ()
        )
        for images, source, kind in (
            (scan.flats, options.flat_position, "flat"),
            (scan.darks, options.dark_position, "dark"),
        )
    )
    currents, flat_currents = _currents(scan, options, files)
    images = [scan.raw, *scan.flats, *scan.darks, *([mask] if mask else [])]
    inputs = {*files.opened, *(file for frames in images for file in frames.files)}
    plan = FlatFieldPlan(
        scan=scan,
        options=options,
        output=None if output is None else str(output),
        chosen=_chosen(scan, options),
        region=(options.region or Region.whole(shape)).within(shape),
        positions=positions,
        flats=flats,
        darks=darks,
        currents=currents,
        flat_currents=flat_currents,
        mask=mask,
        inputs={file: Path(file).stat().st_size for file in inputs},
    )
    usable_threads(options.threads)  # says so now where that is no number of threads
    options.compression.check(np.dtype(options.dtype))
    _check_outputs(plan)
    return plan


def describe(plan: FlatFieldPlan) -> Iterator[tuple[str, str]]:
    """Yield what a plan is going to do, as pairs of a label and a line of text."""
    raw, options = plan.scan.raw, plan.options
    places = plan.positions.numbers[list(plan.chosen)]
    unit = f" {plan.positions.unit}" if plan.positions.unit else ""
    frames = count(len(plan.chosen), "frame")
    if len(plan.chosen) < raw.shape[0]:
        frames += f" of {raw.shape[0]:,}"
    missing = plan.scan.tomography and left_out(plan.scan.tomography.scan)
    yield "raw", raw.url
    frames += f", {extent(raw.shape[1:])} {raw.dtype}"
    placed = f"placed by {plan.positions.name}: {span(places.tolist())}{unit}"
    yield "", f"{frames}, {placed}"
    yield from [("", missing)] if missing else []
    for label, series in (("flats", plan.flats), ("darks", plan.darks)):
        yield from _describe_series(label, series, plan)
    yield from _describe_further(plan)
    yield "result", _formula(options)
    if options.integers is not None:
        yield "", f"stored as {options.integers.describe()}"
    if plan.region.shape != raw.shape[1:]:
        yield "", f"of the region {plan.region} (rows,columns)"
    if plan.output:
        yield "output", plan.output
        yield "", _describe_output(plan)
    if options.preview:
        yield "preview", options.preview
    kept = reduced_files(options.save_reduced, plan).values()
    yield from [("reduced", " and ".join(kept))] if kept else []


def _describe_further(plan: FlatFieldPlan) -> Iterator[tuple[str, str]]:
    if plan.currents:
        yield "current", f"{plan.currents.name}, for frames and flats"
    if plan.mask:
        yield "mask", plan.mask.url


def _describe_series(
    label: str, series: Sequence[Series], plan: FlatFieldPlan
) -> Iterator[tuple[str, str]]:
    if not series:
        yield label, "none: taken as zero"
        return
    members = sum(len(one.members) for one in series)
    yield label, span(list(dict.fromkeys(url for one in series for url in one.urls)))
    text = count(members, "image")
    if members > len(series):
        text += f", combined by {plan.options.reduce} into {len(series)}"
    if series[0].counted:
        text += ", as their numbers only count them"
    if len(series) == 1:
        yield "", f"{text}, used for every frame"
        return
    yield "", f"{text}, at {span(_places(series))}, interpolated between"


def _places(series: Sequence[Series]) -> list[str]:
    """Return the positions of series, with their names where those say more."""
    texts = [f"{one.position:.10g}" for one in series]
    names = [one.name for one in series]
    numbers = [frame_number(name) for name in names]
    if numbers == [one.position for one in series] or len(set(names)) < len(names):
        return texts
    return [f"{text} ({name})" for text, name in zip(texts, names, strict=True)]


def _describe_output(plan: FlatFieldPlan) -> str:
    options = plan.options
    kind = "one stack" if options.layout == "stack" else "a dataset for each frame"
    kind = "an NXtomo" if plan.scan.tomography is not None else kind
    text = f"{kind}, {extent(plan.shape)} {options.dtype}, {size(plan.nbytes)}"
    if options.compression != NO_COMPRESSION:
        text += f" before {options.compression}"
    if options.checksum:
        text += ", with checksums"
    return text


def _formula(options: FlatFieldOptions) -> str:
    formula = "(raw - dark) / (flat - dark)"
    if options.clip:
        formula = f"{formula} clipped to {options.clip[0]:g} ... {options.clip[1]:g}"
    if options.log:
        formula = f"-ln({formula}), at least {options.floor:g} inside"
    fill = {"nan": "NaN", "zero": "0", "one": "1"}.get(options.fill, options.fill)
    return f"{formula}; invalid pixels become {fill}"


def _warnings(plan: FlatFieldPlan) -> Iterator[str]:
    raw = plan.scan.raw
    unwritten = sorted(raw.unwritten.intersection(plan.chosen))
    if unwritten:
        yield (
            f"{raw.url}: {count(len(unwritten), 'frame')} were never written, frame "
            f"{raw.name(unwritten[0])} the first of them: they become invalid"
        )
    for label, series in (("flats", plan.flats), ("darks", plan.darks)):
        stacks = {url for one in series for url in one.urls}
        if len(series) == 1 and len(stacks) > 1 and series[0].members[0][0].is_stack:
            yield (
                f"nothing says where the {len(stacks)} stacks of {label} lie in the "
                f"scan: all are combined; give --{label[:-1]}-position to interpolate"
            )
    yield from _current_warnings(plan)
    if plan.positions.name != "index":
        return
    last = raw.shape[0] - 1
    for label, series in (("flats", plan.flats), ("darks", plan.darks)):
        at = [one.position for one in series]
        if len(at) > 1 and max(at) - min(at) > _TOO_FAR * max(last, 1):
            yield (
                f"the {label} lie at {span(at)}, but the frames at 0 to {last}, their "
                "index: if they are counted otherwise, say so with --position"
            )


def _current_warnings(plan: FlatFieldPlan) -> Iterator[str]:
    reduced = [part for part in plan.scan.flats if isinstance(part, ReducedImages)]
    known = plan.scan.tomography and plan.scan.tomography.scan.current is not None
    if reduced and known and plan.currents is None and not plan.options.without_current:
        yield (
            f"{reduced[0].url}: notes no beam current, so none is applied; say that "
            "this is meant with --no-current"
        )


def _check_images(scan: Scan, mask: Frames | None) -> None:
    wanted = scan.raw.shape[1:]
    for name, option, images in (
        ("flats", "flat", scan.flats),
        ("darks", "dark", scan.darks),
        ("masks", "mask", (mask,) if mask else ()),
    ):
        for frames in images:
            if frames.unwritten:
                raise DamagedFileError(
                    f"{frames.url}: {len(frames.unwritten)} of the {name} were never "
                    f"written; name others, or a part as ::/path[0:5], with --{option}",
                    place=frames.url,
                )
            if frames.shape[1:] != wanted:
                raise ShapeMismatchError(
                    f"{frames.url}: {name} of {extent(frames.shape[1:])} pixels do not "
                    f"fit the raw frames of {extent(wanted)} in {scan.raw.url}; name "
                    f"others, of the same detector and region, with --{option}",
                    place=frames.url,
                )


def _currents(
    scan: Scan, options: FlatFieldOptions, files: OpenFiles
) -> tuple[Values | None, Array | None]:
    if options.current is None or options.flat_current is None:
        return _noted_currents(scan, options)
    currents = noted_values([scan.raw], options.current, scan, files)
    if len(currents.numbers) != scan.raw.shape[0]:
        raise OptionError(
            f"{options.current}: {len(currents.numbers)} currents for "
            f"{count(scan.raw.shape[0], 'frame')}"
        )
    flats = noted_values(scan.flats, options.flat_current, scan, files).numbers
    check_currents(flats, sum(frames.shape[0] for frames in scan.flats))
    return currents, flats


def _noted_position(images: Sequence[Frames], scan: Scan) -> str | None:
    """Return where combined images note their positions, if they do so themselves."""
    is_reduced = all(isinstance(part, ReducedImages) for part in images)
    return f"@{POSITION}" if is_reduced and scan.tomography is None else None


def reduced_files(stem: str | None, plan: FlatFieldPlan) -> dict[str, str]:
    """Return the name of the file for each kind of combined images."""
    if stem is None:
        return {}
    kinds = ["flats", *(["darks"] if plan.darks else [])]
    return {kind: f"{stem_of(stem)}_{kind}.hdf5" for kind in kinds}


def _shared_with(images: Sequence[Frames], shared: str | None) -> str | None:
    """Return where positions come from; only those of a scan have a place in it."""
    kinds = TomographyImages | ReducedImages
    of_scan = all(isinstance(part, kinds) for part in images)
    return None if shared == f"@{FRAME}" and not of_scan else shared


def _noted_currents(
    scan: Scan, options: FlatFieldOptions
) -> tuple[Values | None, Array | None]:
    """Return the beam current of frames and flats as an NXtomo notes it, if it does."""
    if scan.tomography is None or options.without_current:
        return None, None
    current = scan.tomography.scan.current
    if not isinstance(current, np.ndarray):
        return None, None
    found = [_current_of(part, current) for part in scan.flats]
    known = [values for values in found if values is not None]
    if len(known) < len(found):
        return None, None
    numbers = np.concatenate(known)
    try:
        check_currents(numbers, len(numbers))
    except OptionError as error:
        place = f"{scan.tomography.place}/control/data"
        raise OptionError(
            f"{place}: {error}; leave them alone with --no-current", place=place
        ) from error
    raw = scan.tomography.scan.projections.indices
    return Values(current[raw], "control/data", "A"), numbers


def _current_of(images: Frames, current: Array) -> Array | None:
    """Return the beam current of flats: of those frames, or noted beside them."""
    if isinstance(images, TomographyImages):
        return np.asarray(current[images.indices])
    return images.currents if isinstance(images, ReducedImages) else None


def _chosen(scan: Scan, options: FlatFieldOptions) -> range:
    frames = scan.raw.shape[0]
    if scan.frames is not None and options.frames is not None:
        raise OptionError("frames are chosen twice: in the name of the scan, and apart")
    wanted = scan.frames if options.frames is None else options.frames
    chosen = range(frames)[wanted or slice(None)]
    if not chosen:
        raise OptionError(f"{scan.raw.url}: no frame is chosen of {frames}")
    return chosen


def _check_outputs(plan: FlatFieldPlan) -> None:
    options = plan.options
    if options.preview is not None:
        check_output(options.preview, overwrite=options.overwrite, inputs=plan.inputs)
    for path in reduced_files(options.save_reduced, plan).values():
        check_output(path, overwrite=options.overwrite, inputs=plan.inputs)
    if plan.output is None:
        return
    check_output(plan.output, overwrite=options.overwrite, inputs=plan.inputs)
    if options.preview is not None and realpath(plan.output) == realpath(
        options.preview
    ):
        raise OptionError(f"{plan.output}: is named both as output and as preview")
    if options.compression == NO_COMPRESSION:
        check_space(plan.output, plan.nbytes)

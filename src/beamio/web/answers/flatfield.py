"""The flat-field correction of a scan, before it is carried out."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from beamio.errors import BeamioError, OptionError
from beamio.flatfield import (
    FlatField,
    FlatFieldOptions,
    FlatFieldPlan,
    describe,
    planned,
)
from beamio.flatfield.frame import FrameBuffers
from beamio.flatfield.positions import Series
from beamio.flatfield.run import reduced_model
from beamio.model import Array
from beamio.web.answers.answer import Answer, as_array, as_json
from beamio.web.answers.reading import Reading
from beamio.web.places import choices, shown, source
from beamio.web.questions.flatfield import FlatFieldFoundAsked, FlatFieldFrameAsked

_KEPT = 3
"""Corrections whose files stay open, and whose flats stay combined."""
_EXACT = 1 << 24
"""Whole numbers up to this one are exact in float32."""


def found(reading: Reading, asked: FlatFieldFoundAsked) -> Answer:
    """Return what there is to correct, and what would become of it."""
    kept = _kept(reading, asked)
    plan, fence = kept.plan, reading.fence
    raw = plan.scan.raw
    return as_json(
        {
            "plan": [[label, shown(fence, text)] for label, text in describe(plan)],
            "warnings": [shown(fence, text) for text in plan.warnings],
            "raw": shown(fence, raw.url),
            "dtype": str(raw.dtype),
            "shape": list(raw.shape),
            "frames": [raw.name(index) for index in plan.chosen],
            "positions": plan.positions.numbers[list(plan.chosen)],
            "placed_by": plan.positions.name,
            "unit": plan.positions.unit,
            "flats": [_series(reading, each) for each in plan.flats],
            "darks": [_series(reading, each) for each in plan.darks],
            "has_current": plan.currents is not None,
            "is_nxtomo": plan.scan.tomography is not None,
            "output": _proposed(plan.scan.home, reading.path(asked.file)),
        }
    )


def frame(reading: Reading, asked: FlatFieldFrameAsked) -> Answer:
    """Return a frame before and after, or the flat and the dark for it."""
    kept = _kept(reading, asked)
    plan, field = kept.plan, kept.field()
    if asked.frame >= len(plan.chosen):
        raise OptionError(f"there are {len(plan.chosen):,} frames, from 0 on")
    index = plan.chosen[asked.frame]
    position = float(plan.positions.numbers[index])
    rows, columns = plan.region.shape
    step = _step(rows, columns, asked.pixels)
    facts = {
        "step": step,
        "rows": rows,
        "columns": columns,
        "name": plan.scan.raw.name(index),
        "position": position,
    }
    if asked.parts == "references":
        images = [field.flat.at(position), field.dark.at(position)]
        return as_array(_stacked(images, step), **facts)
    buffers = FrameBuffers.of(plan, 1)
    corrected = buffers.correct(plan, field, [index])
    if corrected.images is None:
        raise OptionError("the frame went elsewhere")
    invalid = int(np.count_nonzero(corrected.masks))
    images = [_raw(plan, index, buffers.raw[0]), corrected.images[0]]
    return as_array(_stacked(images, step), **facts, invalid=invalid)


def _raw(plan: FlatFieldPlan, index: int, room: Array) -> Array:
    """Return a raw frame; what was never written is not a number."""
    frames = plan.scan.raw
    if index in frames.unwritten:
        return np.full(plan.region.shape, np.nan)
    image = frames.read(index, plan.region, out=room)
    gap = frames.gap(index, plan.region)
    return image if gap is None else np.where(gap, np.nan, image)


def _stacked(images: Sequence[Array], step: int) -> Array:
    """Return images as one array, in float32 where that holds every value of them."""
    small = [image[::step, ::step] for image in images]
    is_exact = all(
        image.dtype.kind == "f"
        or np.abs(image.astype(np.float64)).max(initial=0) <= _EXACT
        for image in small
    )
    return np.stack(
        small, dtype=np.float32 if is_exact else np.float64, casting="same_kind"
    )


def _step(rows: int, columns: int, pixels: int) -> int:
    """Return which pixels are taken of a large image: every n-th of each axis.

    Examples
    --------
    >>> _step(2048, 2048, 1 << 20), _step(100, 100, 1 << 20)
    (2, 1)
    """
    step = 1
    while -(-rows // step) * -(-columns // step) > pixels:
        step += 1
    return step


def _series(reading: Reading, series: Series) -> dict[str, Any]:
    return {
        "position": series.position,
        "images": len(series.members),
        "name": series.name,
        "places": [shown(reading.fence, url) for url in series.urls],
    }


def _proposed(home: str, asked: str) -> str:
    """Return a name for the result that no file beside the scan has.

    A folder of images gives it its own name.

    Examples
    --------
    >>> _proposed("/nowhere/scan.nx", ""), _proposed("/nowhere/scan_0001.edf.gz", "")
    ('scan_corrected.nx', 'scan_0001_corrected.h5')
    """
    name = Path(asked if os.path.isdir(asked) else home).name  # noqa: PTH112 (any bytes)
    stem, suffix = name.partition(".")[0] or name, Path(home).suffix
    suffix = suffix if suffix in {".nx", ".h5", ".hdf5", ".nxs"} else ".h5"
    free, number = f"{stem}_corrected{suffix}", 1
    while os.path.lexists(Path(home).with_name(free)):
        number += 1
        free = f"{stem}_corrected_{number}{suffix}"
    return free


@dataclass(slots=True)
class _Kept:
    """A plan whose files are open, and what was combined for it."""

    plan: FlatFieldPlan
    files: ExitStack
    marks: tuple[object, ...]
    model: FlatField | None = None

    def field(self) -> FlatField:
        """Return the correction; flats and darks are combined the first time."""
        if self.model is None:
            self.model = reduced_model(self.plan)
        return self.model


_Corrections = OrderedDict[str, _Kept]
_corrections: WeakKeyDictionary[Reading, _Corrections] = WeakKeyDictionary()
"""What is kept for those who read: to combine flats takes longer than all else."""


def _kept(reading: Reading, asked: FlatFieldFoundAsked) -> _Kept:
    """Return the correction that is asked for, a new one where files have changed."""
    try:
        return _known(reading, asked)
    except BeamioError as error:
        error.message = shown(reading.fence, error.message)
        raise


def _known(reading: Reading, asked: FlatFieldFoundAsked) -> _Kept:
    kept = _corrections.setdefault(reading, OrderedDict())
    key = asked.model_dump_json(include={"file", "path", "choices"})
    known = kept.pop(key, None)
    if known is not None and known.marks != _marks(known.plan):
        known.files.close()
        known = None
    kept[key] = known or _planned(reading, asked, kept)
    while len(kept) > _KEPT:
        kept.popitem(last=False)[1].files.close()
    return kept[key]


def _planned(
    reading: Reading, asked: FlatFieldFoundAsked, others: _Corrections
) -> _Kept:
    options = FlatFieldOptions.parse(**choices(reading.fence, asked.choices))
    with ExitStack() as stack:
        plan = stack.enter_context(
            planned(source(reading.fence, asked.file, asked.path), None, options)
        )
        for file in plan.inputs:
            reading.fence.check(file, shown(reading.fence, file))
        new = _Kept(plan, stack.pop_all(), _marks(plan))
    new.model = next(
        filter(None, (_same(new, other) for other in others.values())), None
    )
    return new


def _marks(plan: FlatFieldPlan) -> tuple[object, ...]:
    """Return what changes when a file of a plan does."""
    marks = []
    for file in plan.inputs:
        try:
            found = Path(file).stat()
        except OSError:
            return (None,)
        marks.append((file, found.st_ino, found.st_size, found.st_mtime_ns))
    return tuple(marks)


def _same(new: _Kept, old: _Kept) -> FlatField | None:
    """Return the correction of another plan with the choices of this one, if it fits.

    What is done after the flats and darks are combined is not what takes long.
    """
    if old.model is None or old.marks != new.marks or _combined(old) != _combined(new):
        return None
    options = new.plan.options
    return replace(
        old.model,
        flats=old.model.flat,
        darks=old.model.dark,
        flat_positions=None,
        dark_positions=None,
        flat_currents=None,
        fill=options.fill,
        clip=options.clip,
        log=options.log,
        floor=options.floor,
        dtype=options.computed,
    )


def _combined(kept: _Kept) -> tuple[object, ...]:
    """Return what decides how flats and darks are combined."""
    plan, options = kept.plan, kept.plan.options
    currents = None if plan.flat_currents is None else plan.flat_currents.tobytes()
    return (
        [(each.position, each.orders, each.urls) for each in plan.flats],
        [(each.position, each.orders, each.urls) for each in plan.darks],
        currents,
        plan.region,
        options.reduce,
        options.sigma,
        options.invalid,
        options.mask,
    )

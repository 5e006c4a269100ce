"""Frames left where they are: a virtual dataset over HDF5 files."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from beamio.engine import in_order, usable_threads
from beamio.errors import OptionError
from beamio.formats import Frames
from beamio.formats.hdf5 import GroupFrames, StackFrames
from beamio.formats.joined import member_of
from beamio.model import Region

_LOOKED_AT = 16
"""Parts of a virtual dataset of which frames are compared with their source."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive frames that lie one after the other in one dataset."""

    first: int
    """The first of them among all frames."""
    length: int
    dataset: Any
    start: int | None
    """Its place in the dataset, if that is a stack."""


def link_frames(frames: Frames, group: Any, name: str, output: str) -> Any:
    """Return a new virtual dataset that takes frames from where they lie.

    Parameters
    ----------
    frames
        Images in HDF5 files.
    group, name
        Where it is made.
    output
        The name that the file gets; sources are named relative to its folder.

    Raises
    ------
    OptionError
        If an image does not lie in HDF5, or they differ in type.
    """
    layout = h5py.VirtualLayout(frames.shape, frames.dtype)
    for run in runs_of(frames):
        dataset = run.dataset
        file = _relative(str(dataset.file.filename), output)
        source = h5py.VirtualSource(file, dataset.name, dataset.shape, dataset.dtype)
        if run.start is None:
            layout[run.first] = source
        else:
            part = source[run.start : run.start + run.length]
            layout[run.first : run.first + run.length] = part
    return group.create_virtual_dataset(name, layout)


def runs_of(frames: Frames) -> Iterator[Run]:
    """Yield the frames in runs of those that lie together.

    Raises
    ------
    OptionError
        If an image does not lie in HDF5, or is of another type than others.
    """
    run: Run | None = None
    for i in range(frames.shape[0]):
        dataset, place = _origin(frames, i)
        if run is not None and _follows(run, dataset, place):
            run = Run(run.first, run.length + 1, run.dataset, run.start)
            continue
        if run is not None:
            yield run
        run = Run(i, 1, dataset, place)
    if run is not None:
        yield run


def compared_frames(frames: Frames, *, every: bool) -> list[int]:
    """Return the linked frames that are compared: all, or the ends of some parts.

    A part is what lies together in one dataset. As no frame is copied, a wrong one
    would be of a part that leads elsewhere, and differ at its ends.
    """
    if every:
        return list(range(frames.shape[0]))
    runs = list(runs_of(frames))
    looked_at = runs[:: max(1, len(runs) // _LOOKED_AT)]
    ends = {i for run in looked_at for i in (run.first, run.first + run.length - 1)}
    return sorted(ends)


def check_linked(
    frames: Frames, dataset: Any, *, every: bool = False, threads: int | None = None
) -> bool:
    """Tell whether the frames of a virtual dataset are those of its sources."""
    found = StackFrames(dataset)  # which makes sure that each source is there
    region = Region.whole(frames.shape[1:])

    def is_same(i: int) -> bool:
        return np.array_equal(
            found.read(i, region),
            frames.read(i, region),
            equal_nan=frames.dtype.kind == "f",
        )

    chosen = compared_frames(frames, every=every)
    same = in_order(is_same, chosen, threads=usable_threads(threads))
    with closing(same):
        return found.shape == frames.shape and all(same)


def _follows(run: Run, dataset: Any, place: int | None) -> bool:
    if place is None or run.start is None or place != run.start + run.length:
        return False
    return bool(dataset == run.dataset)


def _origin(frames: Frames, frame: int) -> tuple[Any, int | None]:
    member, place = member_of(frames, frame)
    if not isinstance(member, StackFrames | GroupFrames):
        raise OptionError(
            f"{member.url}: does not lie in an HDF5 file, so it can't be linked; leave "
            "out --link to copy the frames",
            place=member.url,
        )
    if member.dtype != frames.dtype:
        raise OptionError(
            f"{member.url}: is of type {member.dtype}, other frames of {frames.dtype}; "
            "leave out --link to copy them into one type",
            place=member.url,
        )
    return member.origin(place)


def _relative(file: str, output: str) -> str:
    """Return the name of a file as it is seen from the folder of another."""
    if Path(output).exists() and Path(output).samefile(file):
        return "."
    folder = os.path.realpath(Path(output).parent)
    return os.path.relpath(os.path.realpath(file), folder)

"""Try filters and chunk shapes on a sample of somebody's own data."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from os import fspath
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import h5py
import numpy as np
from h5py import h5o

from beamio.engine import Progress, ignore_progress
from beamio.errors import MissingPathError, NotAnImageError, OptionError, nearest
from beamio.formats.files import is_hdf5
from beamio.formats.hdf5 import File, creation_options, open_file
from beamio.formats.hdf5.storage import is_plain
from beamio.model import Array, Compression, DataUrl, chunk_shape
from beamio.repack.storage import storage_of
from beamio.repack.tree import Kind, walk
from beamio.repack.values import Box, Reader, dtype_of

FILTERS = (
    "none",
    "gzip",
    "lzf",
    "lz4",
    "zstd",
    "bitshuffle-lz4",
    "bitshuffle-zstd",
    "blosc",
    "blosc2",
    "blosc2:cname=zstd",
)
"""Filters that lose nothing, and are worth a try."""
SAMPLE = 64 << 20
"""Bytes of values that are tried."""
_BANDS = 8
"""Into how many bands a frame is cut."""
_ROWS = 8
"""Rows of every frame that are read."""
_WORTH = 1.05
"""The least ratio for which compression is worth its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How one filter did with one shape of chunks; speeds in bytes of values."""

    filter: str
    chunks: tuple[int, ...]
    ratio: float
    """Bytes of the values over bytes in the file."""
    write: float
    """Bytes a second."""
    read_frames: float
    """Bytes a second, frame by frame."""
    read_rows: float
    """Bytes a second, one row of every frame at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What was tried on a dataset, and what is best."""

    source: str
    """The dataset, as ``file::/path``."""
    shape: tuple[int, ...]
    dtype: str
    storage: str
    """As it is now."""
    ratio: float
    """Of the whole dataset, as it is now."""
    sample: tuple[int, ...]
    """Shape of what was tried."""
    trials: tuple[Trial, ...]
    best: Trial
    """The smallest of those that read half as fast as the fastest, and write a quarter
    as fast, at least."""
    command: str
    """What to run."""


def advise(
    source: str | Path,
    *,
    sample: int = SAMPLE,
    threads: int | None = None,
    progress: Progress = ignore_progress,
) -> Advice:
    """Try filters and chunk shapes on a sample of a dataset.

    The sample is whole frames from all over the dataset, written to a temporary file
    and read from the page cache, so the speeds are those of this machine without its
    disk.

    Parameters
    ----------
    source
        ``file`` for its largest dataset of numbers, or ``file::/path``.
    sample
        Bytes of the sample, at most, if a frame is not longer.
    threads
        How many to use; by default as many as may be used.
    progress
        Called after each trial.

    Raises
    ------
    MissingPathError, NotAnImageError
        If there is no such dataset, or its values are no numbers.
    UnreadableError
        If it can't be read.
    """
    url = DataUrl.parse(fspath(source))
    if not is_hdf5(url.file):
        raise OptionError(f"{url.file}: is not an HDF5 file", place=url.file)
    with open_file(url.file) as file:
        dataset = _largest(file) if url.path is None else _named(file, url.path)
        path = str(dataset.name)
        values = _sample(dataset, sample, threads)
        before, present = storage_of(dataset), dataset.chunks
        stored = max(1, dataset.id.get_storage_size())
        shape, ratio = dataset.shape, dataset.nbytes / stored
    trials = tuple(_trials(values, present, threads, progress))
    best = _best(trials)
    chunks = ",".join(map(str, _clipped(best.chunks, shape)))
    command = ["beamio", "repack", url.file, _new_name(url.file)]
    command += ["--filter", best.filter, "--chunks", chunks, "--only", path]
    return Advice(
        source=f"{url.file}::{path}",
        shape=shape,
        dtype=str(values.dtype),
        storage=str(before),
        ratio=ratio,
        sample=values.shape,
        trials=trials,
        best=best,
        command=shlex.join(command),
    )


def _new_name(file: str) -> str:
    path = Path(file)
    return str(path.with_name(f"{path.stem}_repacked{path.suffix}"))


def _is_numeric(dataset: h5py.Dataset) -> bool:
    dtype = dtype_of(dataset)
    numbers = dtype is not None and dtype.kind in "iufcb"
    return (
        numbers
        and bool(dataset.shape)
        and dataset.size > 0
        and is_plain(dataset.id.get_type(), dataset.dtype)
    )


def _largest(file: h5py.File) -> h5py.Dataset:
    members = [m for m in walk(file).values() if m.kind is Kind.DATASET]
    datasets = (h5py.Dataset(h5o.open(file.id, member.path)) for member in members)
    numeric = [dataset for dataset in datasets if _is_numeric(dataset)]
    if not numeric:
        raise MissingPathError(
            f"{file.filename}: there is no dataset of numbers in it",
            place=str(file.filename),
        )
    return max(numeric, key=lambda dataset: int(dataset.nbytes))


def _named(file: h5py.File, path: str) -> h5py.Dataset:
    place = f"{file.filename}::{path}"
    found = file.get(path)
    if found is None:
        members = walk(file).values()
        names = [member.name for member in members if member.kind is Kind.DATASET]
        raise MissingPathError(
            f"{file.filename}: there is no {path}{nearest(path, names)}", place=place
        )
    if not isinstance(found, h5py.Dataset) or not _is_numeric(found):
        raise NotAnImageError(f"{place}: is no dataset of numbers", place=place)
    return found


def _sample(dataset: h5py.Dataset, limit: int, threads: int | None) -> Array:
    """Return frames from all over a dataset, or the beginning of a single one."""
    itemsize = dataset.dtype.itemsize
    inner = list(dataset.shape[1:])
    for axis in range(len(inner) - 2):  # of the axes before, but the first
        inner[axis] = min(inner[axis], max(1, limit // _below(inner, axis, itemsize)))
    room = limit // max(1, prod(inner) * itemsize)
    count = min(dataset.shape[0], max(1, room))
    if dataset.ndim < 3:  # noqa: PLR2004 (one image, or less)
        starts = [0]
    else:
        starts = np.linspace(0, dataset.shape[0] - 1, count).astype(int).tolist()
        count = 1
    values = np.empty((len(starts) * count, *inner), dataset.dtype)
    reader = Reader(dataset, threads)
    buffer = reader.room((count, *inner))
    for place, start in enumerate(starts):
        box: Box = (slice(start, start + count), *(slice(0, n) for n in inner))
        values[place * count : (place + 1) * count] = reader.read(box, buffer)
    return values


def _below(inner: list[int], axis: int, itemsize: int) -> int:
    return max(1, prod(inner[axis + 1 :]) * itemsize)


def _shapes(
    values: Array, present: tuple[int, ...] | None
) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of chunks to try: frames, bands of a frame, and the present."""
    frame = chunk_shape(values.shape, values.dtype.itemsize)
    yield frame
    if values.ndim > 1 and frame[-2] >= 2 * _BANDS:
        yield (*frame[:-2], -(-frame[-2] // _BANDS), frame[-1])
    if present is not None:
        yield _clipped(present, values.shape)


def _clipped(chunks: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(min, chunks, shape))


def _trials(
    values: Array,
    present: tuple[int, ...] | None,
    threads: int | None,
    progress: Progress,
) -> Iterator[Trial]:
    shapes = list(dict.fromkeys(_shapes(values, present)))
    total, done = len(shapes) * len(FILTERS), 0
    progress("trying", done, total, 0)
    with TemporaryDirectory(prefix="beamio-") as folder:
        for chunks in shapes:
            for name in FILTERS:
                yield _tried(Path(folder) / "trial.h5", values, name, chunks, threads)
                done += 1
                progress("trying", done, total, done * values.nbytes)


def _tried(
    path: Path,
    values: Array,
    name: str,
    chunks: tuple[int, ...],
    threads: int | None,
) -> Trial:
    options = creation_options(Compression.parse(name))
    started = perf_counter()
    with File(path, "w", threads=threads) as file:
        file.create_dataset("data", data=values, chunks=chunks, **options)
    write = values.nbytes / (perf_counter() - started)
    with File(path, threads=threads) as file:
        dataset = file["data"]
        ratio = values.nbytes / max(1, dataset.id.get_storage_size())
        frames = _rate(dataset, range(len(values)) if values.ndim > 2 else [()])  # noqa: PLR2004 (one image)
        rows = values.shape[-2] if values.ndim > 1 else 1
        chosen = range(0, rows, -(-rows // _ROWS))
        selections = [(..., row, slice(None)) for row in chosen]
        by_row = _rate(dataset, selections if values.ndim > 1 else [()])
    path.unlink()
    return Trial(
        filter=name,
        chunks=chunks,
        ratio=ratio,
        write=write,
        read_frames=frames,
        read_rows=by_row,
    )


def _rate(dataset: Any, selections: Sequence[Any]) -> float:
    """Return how many bytes of values are read in a second, at the better of two."""
    rates = []
    for _ in range(2):
        started = perf_counter()
        nbytes = sum(np.asarray(dataset[each]).nbytes for each in selections)
        rates.append(nbytes / (perf_counter() - started))
    return max(rates)


def _best(trials: tuple[Trial, ...]) -> Trial:
    packed = [trial for trial in trials if trial.filter != "none"]
    if max(trial.ratio for trial in packed) < _WORTH:
        return max(
            trials, key=lambda trial: (trial.filter == "none", trial.read_frames)
        )
    reads = max(trial.read_frames for trial in packed) / 2
    writes = max(trial.write for trial in packed) / 4
    quick = [t for t in packed if t.read_frames >= reads and t.write >= writes]
    return max(quick or packed, key=lambda trial: trial.ratio)

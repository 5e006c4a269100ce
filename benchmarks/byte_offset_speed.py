"""Frames in the byte offsets of CBF files, against fabio, in one run.

    python benchmarks/byte_offset_speed.py [--frames 10] [--folder DIR] [--pairs 5]

Frames like a Pilatus 2M's and 6M's: int32, the noise of photons on a ring that fades,
some spots, gaps of -1; and bright ones of noise alone, where every tenth pixel takes
more than a byte. They are encoded one behind the other in a file in the page cache.
Ours are read from there, fabio's are in memory; neither looks at a header or checksum.
Times are taken in turn, `pairs` times, after one that is not counted; seconds are the
medians for all frames, the ratio is that of the medians.
"""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from fabio.compression import compByteOffset, decByteOffset

from beamio.engine.byte_offset import byte_offset_layout, encode_frames
from beamio.engine.native import OpenFile, Selected, read

Frames: TypeAlias = np.ndarray[Any, np.dtype[np.int32]]

DETECTORS = {"2M": (1679, 1475), "6M": (2527, 2463)}
MODULE = (195, 487)
GAP = (17, 7)
SPOTS = 300


def detector_frames(shape: tuple[int, int], frames: int) -> Frames:
    """Return frames, shape (frames, rows, columns), in counts; -1 between modules."""
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    radius = np.hypot(rows, columns)
    scattered = 12 * np.exp(-3 * radius) + 6 * np.exp(-(((radius - 0.5) / 0.1) ** 2))
    between = (np.arange(shape[0]) % (MODULE[0] + GAP[0]) >= MODULE[0])[:, None] | (
        np.arange(shape[1]) % (MODULE[1] + GAP[1]) >= MODULE[1]
    )
    stack = np.empty((frames, *shape), np.int32)
    for frame in stack:
        frame[...] = random.poisson(scattered)
        rows, columns = (random.integers(1, length - 1, SPOTS) for length in shape)
        for row, column in np.ndindex(3, 3):
            height = random.integers(0, 40000, SPOTS) // (4 if row != column else 1)
            frame[rows + row - 1, columns + column - 1] += height
        frame[between] = -1
    return stack


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def compare(
    what: str,
    ours: Callable[[int], object],
    theirs: Callable[[], object],
    *,
    pairs: int,
    nbytes: int,
) -> None:
    """Measure ours in one thread and two, and theirs, in turn; print a line."""
    actions: list[Callable[[], object]] = [partial(ours, 1), partial(ours, 2), theirs]
    rounds = [[seconds(action) for action in actions] for _ in range(1 + pairs)][1:]
    one, two, slow = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(
        f"| {what} | {one:.3f} s ({nbytes / one / 1e9:.1f} GB/s) | {two:.3f} s "
        f"| {slow:.3f} s | {slow / one:.2f} | {slow / two:.2f} |",
        flush=True,
    )


def stored(streams: Sequence[bytes], frames: Frames, path: Path) -> list[Selected]:
    """Write encoded frames into a file, and return where each is in it."""
    path.write_bytes(b"".join(streams))
    file = OpenFile(os.open(path, os.O_RDONLY), str(path))
    shape = frames.shape[1:]
    picks = [(0, 1, length) for length in shape]
    ends = itertools.accumulate(map(len, streams))
    sources = []
    for i, (end, stream) in enumerate(zip(ends, streams, strict=True)):
        offset = end - len(stream)
        layout = byte_offset_layout(
            shape, frames.dtype, offset=offset, length=len(stream)
        )
        assert layout is not None  # noqa: S101 (the frames are of integers)
        sources.append(Selected(layout, [file], picks, f"{path} (image {i})"))
    return sources


def measure(name: str, frames: Frames, path: Path, *, pairs: int) -> None:
    """Print the lines of one detector."""
    streams = [compByteOffset(frame) for frame in frames]
    share = sum(map(len, streams)) / frames.size
    sources = stored(streams, frames, path)
    out = np.empty_like(frames)
    jobs = [source.into(each) for source, each in zip(sources, out, strict=True)]
    compare(
        f"decode {len(frames)} frames, {name}, {share:.2f} bytes a pixel",
        lambda threads: read(jobs, threads=threads),
        lambda: [decByteOffset(s, frames[0].size, "int32") for s in streams],
        pairs=pairs,
        nbytes=frames.nbytes,
    )
    assert (out == frames).all()  # noqa: S101 (what was measured is right)
    compare(
        f"encode {len(frames)} frames, {name}",
        lambda threads: encode_frames(frames, lambda _, data: None, threads=threads),  # noqa: ARG005 (dropped)
        lambda: [compByteOffset(frame) for frame in frames],
        pairs=pairs,
        nbytes=frames.nbytes,
    )
    os.close(sources[0].files[0].descriptor)


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    print("| what | beamio, 1 thread | 2 threads | fabio | ratio | ratio, 2 threads |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for name, shape in DETECTORS.items():
            frames = detector_frames(shape, arguments.frames)
            path = Path(folder) / "frames.bin"
            measure(name, frames, path, pairs=arguments.pairs)
        bright = np.empty_like(frames)
        bright[...] = np.random.default_rng(7).poisson(3000, frames.shape)
        measure("6M, 3000 counts", bright, path, pairs=arguments.pairs)


if __name__ == "__main__":
    main()

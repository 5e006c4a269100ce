"""Reads and writes through the engine, against h5py and other tools, in one run.

    python benchmarks/engine_speed.py [--frames 64] [--folder DIR] [--pairs 5]

A stack of (frames, 2048, 2048) uint16 with a detector's noise, one chunk a frame, in
the page cache. Each line is a pair of measurements taken in turn, `pairs` times;
seconds are the medians, the ratio that of the medians.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from operator import getitem
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

import beamio

SIDE = 2048
FILTERS: dict[str, dict[str, Any]] = {
    "bitshuffle-lz4": {"compression": hdf5plugin.Bitshuffle()},
    "gzip+shuffle": {"compression": "gzip", "compression_opts": 4, "shuffle": True},
    "bitshuffle-zstd": {"compression": hdf5plugin.Bitshuffle(cname="zstd")},
    "blosc2": {"compression": hdf5plugin.Blosc2()},
    "blosc": {"compression": hdf5plugin.Blosc()},
    "lz4": {"compression": hdf5plugin.LZ4()},
    "zstd+shuffle": {"compression": hdf5plugin.Zstd(), "shuffle": True},
}


def detector_stack(frames: int) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return frames with the noise of photons on a smooth beam, in counts."""
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    beam = 300 * np.exp(-(rows**2 + columns**2)) + 20
    stack = np.empty((frames, SIDE, SIDE), np.uint16)
    for i in range(min(frames, 8)):
        stack[i] = random.poisson(beam)
    for i in range(8, frames):  # other frames, without the time to draw them
        stack[i] = np.roll(stack[i % 8], 37 * i, axis=1)
    return stack


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def compare(
    what: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    pairs: int,
    nbytes: int,
) -> None:
    """Measure in turn, and print a line of the table."""
    ours()
    theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(pairs)]
    mine = statistics.median(pair[0] for pair in times)
    other = statistics.median(pair[1] for pair in times)
    print(
        f"{what:<52} {mine:8.3f} s {nbytes / mine / 1e9:7.2f} GB/s "
        f"{other:8.3f} s  {other / mine:6.2f} x",
        flush=True,
    )


@contextmanager
def both(path: Path) -> Iterator[tuple[Any, Any]]:
    """Give the dataset of a file as beamio's, and as h5py's."""
    with beamio.File(path) as ours, h5py.File(path, locking=False) as theirs:
        yield ours["data"], theirs["data"]


def reads(folder: Path, stack: Any, pairs: int) -> None:
    """Compare reading whole stacks, and one row of every frame."""
    out = np.empty_like(stack)
    row = np.s_[:, 1000]
    for name, options in {**FILTERS, "contiguous": {}}.items():
        path = folder / f"{name}.h5"
        chunks = {"chunks": (1, SIDE, SIDE)} if options else {}
        with h5py.File(path, "w") as file:
            file.create_dataset("data", data=stack, **chunks, **options)
        with both(path) as (ours, theirs):
            assert (ours[...] == stack).all()  # noqa: S101
            compare(
                f"read {name}, ds[...], against h5py",
                partial(getitem, ours, ...),
                partial(getitem, theirs, ...),
                pairs=pairs,
                nbytes=stack.nbytes,
            )
            compare(
                f"read {name} into an array, against h5py",
                partial(ours.read_direct, out),
                partial(theirs.read_direct, out),
                pairs=pairs,
                nbytes=stack.nbytes,
            )
            compare(
                f"one row of every frame, {name}, against h5py",
                partial(getitem, ours, row),
                partial(getitem, theirs, row),
                pairs=pairs,
                nbytes=stack[:, 0].nbytes,
            )


def writes(folder: Path, stack: Any, pairs: int) -> None:
    """Compare writing whole stacks."""
    for name, options in FILTERS.items():

        def write(
            module: Any, file_name: str, options: dict[str, Any] = options
        ) -> None:
            path = folder / file_name
            with module.File(path, "w") as file:
                chunks = (1, SIDE, SIDE)
                file.create_dataset("data", data=stack, chunks=chunks, **options)

        compare(
            f"write {name}, against h5py",
            partial(write, beamio, "ours.h5"),
            partial(write, h5py, "theirs.h5"),
            pairs=max(1, pairs // 2),
            nbytes=stack.nbytes,
        )


def index(folder: Path) -> None:
    """Time the first read of a dataset of a million chunks."""
    path = folder / "million.h5"
    code = (
        "import re, time; import beamio; from beamio.formats.hdf5 import stored\n"
        f"file = beamio.File({str(path)!r}); dataset = file['data']\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', "
        "open('/proc/self/status').read())[1]) / 1e3\n"
        "before, start = peak(), time.perf_counter()\n"
        "stored.find_stored(dataset, dataset.access.known); dataset[999_999, 3]\n"
        "print(f'index 10^6 chunks and read one element: '\n"
        "      f'{time.perf_counter() - start:.2f} s, {peak() - before:.0f} MB')"
    )
    with h5py.File(path, "w", libver="latest") as file:
        dataset = file.create_dataset("data", (1_000_000, 4), "u1", chunks=(1, 4))
        dataset[...] = 1
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", choices=["reads", "writes", "index"])
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        stack = detector_stack(arguments.frames)
        print(f"{'':52} {'ours':>10} {'':12} {'theirs':>10} {'ratio':>8}")
        if arguments.only in {None, "reads"}:
            reads(folder, stack, arguments.pairs)
        if arguments.only in {None, "writes"}:
            writes(folder, stack, arguments.pairs)
        if arguments.only in {None, "index"}:
            index(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

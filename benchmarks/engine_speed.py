"""Reads and writes through the engine, against h5py and other tools, in one run.

    python benchmarks/engine_speed.py [--frames 64] [--folder DIR] [--pairs 5]

A stack of (frames, 2048, 2048) uint16 with a detector's noise, one chunk a frame, in
the page cache. Each line is a pair of measurements taken in turn, `pairs` times, after
one that is not counted; seconds are the medians, the ratio that of the medians.
"the first row" is read from a file that was just opened, "the next" from one of which
a row was read before. Files are written anew. What is in other packages
(dectris-compression) is compared where they are installed.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
CPUS = len(os.sched_getaffinity(0))
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
    clear: Callable[[], object] = lambda: None,
) -> None:
    """Measure in turn, and print a line of the table."""
    times = []
    for _ in range(1 + pairs):
        clear()
        times.append((seconds(ours), seconds(theirs)))
    times = times[1:]
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
                f"frame by frame, {name}, against h5py",
                partial(one_by_one, ours),
                partial(one_by_one, theirs),
                pairs=pairs,
                nbytes=stack.nbytes,
            )
            compare(
                f"the next row of every frame, {name}, against h5py",
                partial(getitem, ours, row),
                partial(getitem, theirs, row),
                pairs=pairs,
                nbytes=stack[:, 0].nbytes,
            )
        if options:
            compare(
                f"the first row of every frame, {name}, against h5py",
                partial(read_fresh, partial(beamio.File, path), row),
                partial(read_fresh, partial(h5py.File, path), row),
                pairs=pairs,
                nbytes=stack[:, 0].nbytes,
            )
        if name == "bitshuffle-lz4":
            against_dectris(path, out, pairs)


def one_by_one(dataset: Any) -> None:
    """Read one frame after the other."""
    for i in range(len(dataset)):
        dataset[i]


def read_fresh(opened: Callable[[], Any], selection: Any) -> None:
    """Read a selection of a file that is opened for it."""
    with opened() as file:
        file["data"][selection]


def against_dectris(path: Path, out: Any, pairs: int) -> None:
    """Compare with chunks read by h5py, and decoded by dectris-compression."""
    try:
        from dectris.compression import decompress
    except ImportError:
        print("dectris-compression is not installed: pip install dectris-compression")
        return
    with both(path) as (ours, theirs), ThreadPoolExecutor(CPUS) as pool:

        def read(i: int) -> None:
            _, chunk = theirs.id.read_direct_chunk((i, 0, 0))
            frame = decompress(chunk, "bslz4", elem_size=2)
            out[i] = np.frombuffer(frame, np.uint16).reshape(SIDE, SIDE)

        compare(
            f"read bitshuffle-lz4 into an array, dectris, {CPUS} threads",
            partial(ours.read_direct, out),
            lambda: list(pool.map(read, range(len(out)))),
            pairs=pairs,
            nbytes=out.nbytes,
        )


def writes(folder: Path, stack: Any, pairs: int) -> None:
    """Compare writing whole stacks."""
    for name, options in FILTERS.items():

        def write(
            module: Any, file_name: str, options: dict[str, Any] = options
        ) -> None:
            with module.File(folder / file_name, "w") as file:
                chunks = (1, SIDE, SIDE)
                file.create_dataset("data", data=stack, chunks=chunks, **options)

        compare(
            f"write {name}, against h5py",
            partial(write, beamio, "ours.h5"),
            partial(write, h5py, "theirs.h5"),
            pairs=max(1, pairs // 2),
            nbytes=stack.nbytes,
            clear=partial(remove, [folder / "ours.h5", folder / "theirs.h5"]),
        )


def remove(paths: list[Path]) -> None:
    """Remove files, so that they are written anew."""
    for path in paths:
        path.unlink(missing_ok=True)


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

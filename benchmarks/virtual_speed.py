"""Time the frames of a virtual dataset over many files, and small reads, against h5py.

Each line is the median time of one read in a loop over all frames, which were read once
before, of ours and theirs in this process.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import h5py
import numpy as np

import beamio


def virtual_file(folder: Path, files: int, side: int) -> Path:
    """Write a virtual dataset with a frame from each of some compressed files."""
    path = folder / f"virtual_{side}.h5"
    layout = h5py.VirtualLayout((files, side, side), "u2")
    frame = np.random.default_rng(1).poisson(20, (1, side, side)).astype("u2")
    for i in range(files):
        name = folder / f"frame_{side}_{i:04d}.h5"
        with beamio.File(name, "w") as file:
            file.create_dataset("data", data=frame, compression="bitshuffle-lz4")
        layout[i] = h5py.VirtualSource(name.name, "data", (1, side, side))
    with h5py.File(path, "w") as file:
        file.create_virtual_dataset("data", layout)
    return path


def stack_file(folder: Path, name: str, **options: Any) -> Path:
    """Write 256 frames of 64 x 64 pixels in one file."""
    path = folder / f"{name}.h5"
    stack = np.random.default_rng(1).poisson(20, (256, 64, 64)).astype("u2")
    with h5py.File(path, "w") as file:
        file.create_dataset("data", data=stack, **options)
    return path


def each(dataset: Any, read: Callable[[Any, int], Any]) -> float:
    """Return the median time in seconds of one read of each frame, the second time."""
    times = []
    for i in range(len(dataset)):
        read(dataset, i)
    for i in range(len(dataset)):
        start = time.perf_counter()
        read(dataset, i)
        times.append(time.perf_counter() - start)
    return median(times)


def compare(label: str, path: Path, read: Callable[[Any, int], Any]) -> None:
    """Print how long one read takes with beamio and with h5py, in turns."""
    with beamio.File(path) as ours, h5py.File(path, locking=False) as theirs:
        pairs = [(each(ours["data"], read), each(theirs["data"], read)) for _ in "123"]
    mine, other = (median(column) * 1e6 for column in zip(*pairs, strict=True))
    print(f"{label:44} {mine:9.1f} us {other:9.1f} us {other / mine:7.2f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        print(f"{'one read':44} {'ours':>12} {'h5py':>12} {'ratio':>7}")
        for side in (64, 1024):
            path = virtual_file(folder, arguments.files, side)
            label = f"virtual, {arguments.files} files, frame of {side} x {side}"
            compare(label, path, lambda dataset, i: dataset[i])
        gzip = {"chunks": (1, 64, 64), "compression": "gzip"}
        for name, options in {"contiguous": {}, "gzip": gzip}.items():
            path = stack_file(folder, name, **options)
            compare(f"{name}, frame of 64 x 64", path, lambda dataset, i: dataset[i])
            compare(f"{name}, 16 values", path, lambda dataset, i: dataset[i, 0, :16])
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

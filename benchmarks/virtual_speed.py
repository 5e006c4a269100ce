"""Time the frames of a virtual dataset over many files, and small reads, against h5py.

Each line is the median time of one read in a loop over all frames, ours and theirs in
this process. Where it says again, all were read once before; h5py finds them decoded
in memory then, in a chunk cache for each source.
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


def each(
    kind: Any, path: Path, read: Callable[[Any, int], Any], *, again: bool
) -> float:
    """Return the median time in seconds of one read, in a loop over all frames.

    The file is opened afresh; with `again`, all frames were read once before.
    """
    times = []
    with kind(path, locking=False) as file:
        dataset = file["data"]
        if again:
            for i in range(len(dataset)):
                read(dataset, i)
        for i in range(len(dataset)):
            start = time.perf_counter()
            read(dataset, i)
            times.append(time.perf_counter() - start)
    return median(times)


def compare(
    label: str, path: Path, read: Callable[[Any, int], Any], *, again: bool
) -> None:
    """Print how long one read takes with beamio and with h5py, in turns."""
    kinds = (beamio.File, h5py.File)
    turns = [[each(kind, path, read, again=again) for kind in kinds] for _ in range(3)]
    mine, other = (median(column) * 1e6 for column in zip(*turns, strict=True))
    print(f"{label:52} {mine:9.1f} us {other:9.1f} us {other / mine:7.2f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        print(f"{'one read':52} {'ours':>12} {'h5py':>12} {'ratio':>7}")
        for side in (64, 1024):
            path = virtual_file(folder, arguments.files, side)
            label = f"virtual, {arguments.files} files, frame of {side} x {side}"
            for again in (False, True):
                when = f"{label}{', again' if again else ''}"
                compare(when, path, lambda dataset, i: dataset[i], again=again)
        gzip = {"chunks": (1, 64, 64), "compression": "gzip"}
        for name, options in {"contiguous": {}, "gzip": gzip}.items():
            path = stack_file(folder, name, **options)
            compare(
                f"{name}, frame of 64 x 64",
                path,
                lambda dataset, i: dataset[i],
                again=True,
            )
            compare(
                f"{name}, 16 values",
                path,
                lambda dataset, i: dataset[i, 0, :16],
                again=True,
            )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

"""`beamio flatfield` against the loop of the ESRF data IO tutorial.

    python benchmarks/flatfield_speed.py [--folder FOLDER] [--rounds N]

Both correct the same 64 frames of 2048 x 2048 uint16 with two interpolated flats
into a new HDF5 file that is synced to the disk, page cache warm, in turn: once
from contiguous to contiguous, once from bitshuffle-LZ4 to bitshuffle-LZ4, a chunk a
frame. Beside them, the bytes of the output alone: written from memory, and synced.
Prints the medians, and the median ratio of what was done in one round.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
from scan import write_scan

import beamio

FRAMES, SIDE = 64, 2048
GIGABYTES = FRAMES * SIDE * SIDE * 2 / 1e9
FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "bitshuffle-lz4": {
        "chunks": (1, SIDE, SIDE),
        "compression": hdf5plugin.Bitshuffle(cname="lz4"),
    },
}


def tutorial(filters: dict[str, Any], scan: Path, out: Path) -> None:
    """Correct as the solution of exercise 3 does: frame by frame, in float32."""
    with h5py.File(scan) as source, h5py.File(out, "w") as result:
        dark = source["dark/0000"][()].astype(np.float32)
        first = source["flatfield/0000"][0].astype(np.float32)
        last = source[f"flatfield/{FRAMES - 1:04d}"][0].astype(np.float32)
        shape = (FRAMES, SIDE, SIDE)
        stack = result.create_dataset("data", shape, np.float32, **filters)
        for i in range(FRAMES):
            weight = np.float32(i / (FRAMES - 1))
            flat = first * (1 - weight) + last * weight
            raw = source["data"][i].astype(np.float32)
            stack[i] = (raw - dark) / (flat - dark)
    with out.open("rb") as written:
        os.fsync(written.fileno())


def ours(compression: str, scan: Path, out: Path) -> None:
    """Correct with beamio; the output is on the disk when this returns."""
    beamio.flatfield(scan, out, compression=compression)


def bytes_alone(length: int, _: Path, out: Path) -> None:
    """Write as many bytes as the result has, and do nothing else."""
    image = np.random.default_rng(1).bytes(SIDE * SIDE * 4)
    with out.open("wb", buffering=0) as result:
        for start in range(0, length, len(image)):
            result.write(image[: length - start])
        os.fsync(result.fileno())


def seconds(job: Callable[[Path, Path], None], scan: Path, out: Path) -> float:
    """Return how long a job takes; its output is removed."""
    start = time.perf_counter()
    job(scan, out)
    took = time.perf_counter() - start
    out.unlink()
    return took


def compare(compression: str, folder: Path, rounds: int) -> None:
    """Measure and print one kind of file."""
    scan, out = folder / "scan.h5", folder / "out.h5"
    filters = FILTERS[compression]
    write_scan(scan, frames=FRAMES, side=SIDE, filters=filters)
    ours(compression, scan, out)
    length = out.stat().st_size
    out.unlink()
    jobs = {
        "beamio": partial(ours, compression),
        "tutorial loop": partial(tutorial, filters),
        "bytes alone": partial(bytes_alone, length),
    }
    times = [
        {name: seconds(job, scan, out) for name, job in jobs.items()}
        for _ in range(rounds)
    ]
    print(f"{compression} to {compression}, output of {length / 1e9:.2f} GB")
    for name in jobs:
        took = [each[name] for each in times]
        middle = statistics.median(took)
        print(
            f"  {name:<14} {middle:.2f} s ({min(took):.2f} to {max(took):.2f}), "
            f"{GIGABYTES / middle:.2f} GB/s of raw data"
        )
    for one, other in (("tutorial loop", "beamio"), ("beamio", "bytes alone")):
        ratio = statistics.median(each[one] / each[other] for each in times)
        print(f"  {one} / {other}: {ratio:.2f}")
    scan.unlink()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=None, help="where to read and write")
    parser.add_argument("--rounds", type=int, default=5, help="how often")
    parser.add_argument("--only", choices=FILTERS, help="one kind of file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for compression in [options.only] if options.only else FILTERS:
            compare(compression, Path(folder), options.rounds)


if __name__ == "__main__":
    main()

"""`beamio flatfield` against the loop of the ESRF data IO tutorial.

    python benchmarks/flatfield_speed.py [--folder FOLDER]

Both correct the same 64 frames of 2048 x 2048 uint16 with two interpolated flats
into a new contiguous HDF5 file that is synced to the disk, page cache warm, in
turn. Prints the median of the pairs in GB of raw data a second, and the ratio.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
from scan import write_scan

import beamio

FRAMES, SIDE, ROUNDS = 64, 2048, 5


def tutorial(scan: Path, out: Path) -> None:
    """Correct as the solution of exercise 3 does: frame by frame, in float32."""
    with h5py.File(scan) as source, h5py.File(out, "w") as result:
        dark = source["dark/0000"][()].astype(np.float32)
        first = source["flatfield/0000"][0].astype(np.float32)
        last = source[f"flatfield/{FRAMES - 1:04d}"][0].astype(np.float32)
        stack = result.create_dataset("data", (FRAMES, SIDE, SIDE), np.float32)
        for i in range(FRAMES):
            weight = np.float32(i / (FRAMES - 1))
            flat = first * (1 - weight) + last * weight
            raw = source["data"][i].astype(np.float32)
            stack[i] = (raw - dark) / (flat - dark)
    with out.open("rb") as written:
        os.fsync(written.fileno())


def ours(scan: Path, out: Path) -> None:
    """Correct with beamio; the output is on the disk when this returns."""
    beamio.flatfield(scan, out)


def seconds(job: Callable[[Path, Path], None], scan: Path, out: Path) -> float:
    """Return how long a job takes; its output is removed."""
    start = time.perf_counter()
    job(scan, out)
    took = time.perf_counter() - start
    out.unlink()
    return took


def bytes_alone(_: Path, out: Path) -> None:
    """Write as many bytes as the result has, and do nothing else."""
    image = np.ones((SIDE, SIDE), np.float32)
    with out.open("wb", buffering=0) as result:
        for _frame in range(FRAMES):
            result.write(image.data)
        os.fsync(result.fileno())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=None, help="where to write")
    jobs = {"beamio": ours, "tutorial loop": tutorial, "bytes alone": bytes_alone}
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as folder:
        scan, out = Path(folder) / "scan.h5", Path(folder) / "out.h5"
        write_scan(scan, frames=FRAMES, side=SIDE)
        rounds = [
            {name: seconds(job, scan, out) for name, job in jobs.items()}
            for _ in range(ROUNDS)
        ]
    gigabytes = FRAMES * SIDE * SIDE * 2 / 1e9
    for name in jobs:
        took = [times[name] for times in rounds]
        print(
            f"{name:<14} {gigabytes / statistics.median(took):.2f} GB/s of raw data, "
            f"median {statistics.median(took):.2f} s, "
            f"{min(took):.2f} to {max(took):.2f} s"
        )
    for name in list(jobs)[1:]:
        ratio = statistics.median(times[name] / times["beamio"] for times in rounds)
        print(f"{name} / beamio: {ratio:.2f}")


if __name__ == "__main__":
    main()

"""A scan as a detector writes it, for the benchmarks.

python benchmarks/scan.py FILE FRAMES SIDE FLATS
"""

import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np


def write_scan(
    path: Path,
    *,
    frames: int,
    side: int,
    flats: int = 1,
    filters: dict[str, Any] | None = None,
) -> None:
    """Write `frames` images of `side` x `side` uint16, flats at both ends, a dark.

    The images are stored with `filters`, as `h5py.Group.create_dataset` takes them.
    """
    rng = np.random.default_rng(0)
    shape = (side, side)
    noise = rng.poisson(9000, (8, *shape)).astype(np.uint16)
    with h5py.File(path, "w") as file:
        stack = (frames, *shape)
        data = file.create_dataset("data", stack, np.uint16, **(filters or {}))
        for i in range(frames):
            data[i] = noise[i % 8]
        for number in (0, frames - 1):
            series = rng.poisson(12000, (flats, *shape)).astype(np.uint16)
            file[f"flatfield/{number:04d}"] = series
        file["dark/0000"] = rng.poisson(100, shape).astype(np.uint16)


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    frames, side, flats = map(int, numbers)
    write_scan(Path(name), frames=frames, side=side, flats=flats)

"""Compressed HDF5 frames to EDF, TIFF and CBF files, against h5py and fabio in a loop.

Prints one line for each format: seconds of both, and the ratio. Ours reads every file
back and compares it; the loop does not.

    python benchmarks/export_speed.py [FRAMES]
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import fabio
import h5py
import hdf5plugin
import numpy as np
from fabio.TiffIO import TiffIO

import beamio
from beamio.convert.to_files import write_files
from beamio.convert.writers.options import FileOptions

SIDE = 2048


def scan(path: Path, frames: int) -> None:
    """Write counts of a detector, one chunk a frame."""
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        data = file.create_dataset(
            "data",
            (frames, SIDE, SIDE),
            np.uint16,
            chunks=(1, SIDE, SIDE),
            **hdf5plugin.Bitshuffle(cname="lz4"),
        )
        some = rng.poisson(30, (4, SIDE, SIDE)).astype(np.uint16)
        for i in range(frames):
            data[i] = some[i % 4]


def by_fabio(path: Path, folder: Path, suffix: str) -> None:
    """Convert as scripts do."""
    with h5py.File(path) as file:
        data = file["data"]
        if suffix == "edf":
            image: Any = fabio.edfimage.EdfImage(data=data[0])
            for i in range(1, len(data)):
                image.append_frame(data=data[i])
            image.write(str(folder / "fabio.edf"))
        elif suffix == "tif":
            tiff = TiffIO(str(folder / "fabio.tif"), mode="wb+")
            for frame in data:
                tiff.writeImage(frame)
        else:
            for i, frame in enumerate(data):
                image = fabio.cbfimage.CbfImage(data=frame.astype(np.int32))
                image.write(str(folder / f"fabio_{i:04d}.cbf"))


def by_beamio(path: Path, folder: Path, suffix: str) -> None:
    """Convert and compare."""
    with beamio.File(path) as file:
        write_files(file["data"], folder / f"ours.{suffix}", FileOptions())


def seconds(
    convert: Callable[[Path, Path, str], None], path: Path, suffix: str
) -> float:
    """Return how long a conversion takes into an empty folder."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        start = perf_counter()
        convert(path, Path(folder), suffix)
        return perf_counter() - start


def main() -> None:
    """Print the figures."""
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 48
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.h5"
        scan(path, frames)
        size = frames * SIDE * SIDE * 2 / 1e6
        print(f"{frames} frames of {SIDE} x {SIDE} uint16, {size:,.0f} MB")
        for suffix in ("edf", "tif", "cbf"):
            theirs = seconds(by_fabio, path, suffix)
            ours = seconds(by_beamio, path, suffix)
            print(
                f"{suffix}: fabio {theirs:.2f} s, beamio {ours:.2f} s "
                f"with comparison, {theirs / ours:.1f} times"
            )


if __name__ == "__main__":
    main()

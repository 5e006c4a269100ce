"""Repack a gzip stack into bitshuffle-LZ4, against h5repack, in one run.

    python benchmarks/repack_speed.py [--frames 64] [--folder DIR]

A stack of (frames, 2048, 2048) uint16 with a detector's noise, shuffle and gzip of
level 4, one chunk a frame, in the page cache. Ours also compares the copy with the
source, and waits for the disk; h5repack does neither. Ours is the median of three.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import h5py
import hdf5plugin
from engine_speed import FILTERS, SIDE, detector_stack, seconds

import beamio

BITSHUFFLE = 32008
BITSHUFFLE_LZ4 = "UD=32008,0,5,0,0,0,0,2"
"""As h5repack takes it: number, flag, how many options, and the options."""


def write_source(path: Path, frames: int) -> int:
    """Write the stack, and return the bytes of its values."""
    stack = detector_stack(frames)
    with h5py.File(path, "w") as file:
        options = {"chunks": (1, SIDE, SIDE), **FILTERS["gzip+shuffle"]}
        file.create_dataset("data", data=stack, **options)
    return int(stack.nbytes)


def ours(source: Path, output: Path, *, verify: bool) -> None:
    """Repack with beamio."""
    beamio.repack(
        source, output, filter="bitshuffle-lz4", overwrite=True, verify=verify
    )


def theirs(source: Path, output: Path) -> None:
    """Repack with h5repack, and the filters that hdf5plugin has built."""
    environment = {**os.environ, "HDF5_PLUGIN_PATH": hdf5plugin.PLUGIN_PATH}
    command = ["h5repack", "-f", BITSHUFFLE_LZ4, str(source), str(output)]
    subprocess.run(command, check=True, env=environment)


def is_right(source: Path, output: Path) -> bool:
    """Tell whether a file has the values of another, in bitshuffle-LZ4."""
    with h5py.File(source) as one, h5py.File(output) as other:
        options = other["data"].id.get_create_plist().get_filter(0)
        frames = range(len(one["data"]))
        return options[0] == BITSHUFFLE and all(
            (one["data"][i] == other["data"][i]).all() for i in frames
        )


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        source, output = folder / "gzip.h5", folder / "ours.h5"
        nbytes = write_source(source, arguments.frames)
        times = {}
        for label, verify in (("compared", True), ("--no-verify", False)):
            runs = [seconds(lambda: ours(source, output, verify=verify)) for _ in "123"]  # noqa: B023 (called at once)
            times[label] = statistics.median(runs)
            assert is_right(source, output)  # noqa: S101
            rate = nbytes / times[label] / 1e9
            print(f"beamio repack, {label:<12} {times[label]:8.2f} s {rate:6.2f} GB/s")
        if shutil.which("h5repack") is None:
            print("h5repack is not installed: apt-get install hdf5-tools")
            return
        other = folder / "theirs.h5"
        slow = seconds(lambda: theirs(source, other))
        assert is_right(source, other)  # noqa: S101
        rate = nbytes / slow / 1e9
        print(f"{'h5repack':<27} {slow:8.2f} s {rate:6.2f} GB/s")
        for label, fast in times.items():
            print(f"ratio, {label:<20} {slow / fast:8.1f} x")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

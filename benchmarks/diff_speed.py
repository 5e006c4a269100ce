"""Compare two compressed files, against h5diff, in one run.

    python benchmarks/diff_speed.py [--frames 64] [--folder DIR]

Two stacks of (frames, 2048, 2048) uint16 with a detector's noise, one chunk a frame,
in the page cache: a file and its copy, and a file and one in which a pixel of each
frame is another, so that every chunk must be decoded. h5diff decodes with the filters
that hdf5plugin has built. Ours includes the start of the program, as theirs does.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import hdf5plugin
from engine_speed import FILTERS, SIDE, detector_stack, seconds


def write(path: Path, stack: object, filters: dict[str, object]) -> None:
    """Write a stack, one chunk a frame."""
    with h5py.File(path, "w") as file:
        file.create_dataset("data", data=stack, chunks=(1, SIDE, SIDE), **filters)


def verdict(command: list[str]) -> int:
    """Return the exit status of a comparison."""
    environment = {**os.environ, "HDF5_PLUGIN_PATH": hdf5plugin.PLUGIN_PATH}
    done = subprocess.run(command, check=False, env=environment, capture_output=True)
    return done.returncode


def compare(label: str, one: Path, other: Path, expected: int) -> None:
    """Print how long both take."""
    ours = [sys.executable, "-m", "beamio", "diff", str(one), str(other)]
    theirs = ["h5diff", "-q", str(one), str(other)]
    found: dict[str, float] = {}

    def timed(name: str, command: list[str]) -> None:
        def once() -> None:
            assert verdict(command) == expected  # noqa: S101

        runs = sorted(seconds(once) for _ in range(3 if name == "ours" else 1))
        found[name] = runs[len(runs) // 2]

    timed("ours", ours)
    print(f"{label:<32} beamio {found['ours']:7.2f} s", end="  ", flush=True)
    if shutil.which("h5diff") is None:
        print("h5diff is not installed: apt-get install hdf5-tools")
        return
    timed("theirs", theirs)
    ratio = found["theirs"] / found["ours"]
    print(f"h5diff {found['theirs']:7.2f} s  ratio {ratio:6.1f} x")


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    stack = detector_stack(arguments.frames)
    changed = stack.copy()
    changed[:, 7, 9] += 1
    try:
        for name in ("bitshuffle-lz4", "gzip+shuffle"):
            files = [folder / f"{letter}.h5" for letter in "abc"]
            write(files[0], stack, FILTERS[name])
            shutil.copy(files[0], files[1])
            write(files[2], changed, FILTERS[name])
            stored = files[0].stat().st_size
            print(f"{name}: {stack.nbytes / 1e6:,.0f} MB in {stored / 1e6:,.0f} MB")
            compare("  a copy", files[0], files[1], 0)
            compare("  a pixel of each frame differs", files[0], files[2], 1)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

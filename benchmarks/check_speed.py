"""Read all values of two compressed files to check them, against h5diff, in one run.

    python benchmarks/check_speed.py [--frames 64] [--folder DIR]

Two stacks of (frames, 2048, 2048) uint16 with a detector's noise, one chunk a frame,
in the page cache: a file and its copy. `beamio check --deep` decodes every chunk of
both, and so does h5diff, with the filters that hdf5plugin has built. Ours includes the
start of the program and of its child, and is the median of three.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from diff_speed import verdict, write
from engine_speed import FILTERS, detector_stack, seconds


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    stack = detector_stack(arguments.frames)
    files = [folder / f"{letter}.h5" for letter in "ab"]
    names = list(map(str, files))
    try:
        for name in ("bitshuffle-lz4", "gzip+shuffle"):
            write(files[0], stack, FILTERS[name])
            shutil.copy(*files)

            def ours() -> None:
                command = [sys.executable, "-m", "beamio", "check", "--deep", *names]
                assert verdict(command) == 0  # noqa: S101

            def theirs() -> None:
                assert verdict(["h5diff", "-q", *names]) == 0  # noqa: S101

            fast = sorted(seconds(ours) for _ in range(3))[1]
            print(f"{name:<16} beamio {fast:7.2f} s", end="  ", flush=True)
            if shutil.which("h5diff") is None:
                print("h5diff is not installed: apt-get install hdf5-tools")
                continue
            slow = seconds(theirs)
            print(f"h5diff {slow:7.2f} s  ratio {slow / fast:6.1f} x")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

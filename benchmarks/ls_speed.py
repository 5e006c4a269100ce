"""List 100,000 objects: beamio beside h5ls, silx's h5ls and h5glance.

Run it as ``python benchmarks/ls_speed.py``. It writes a file as a beamline does: scans
with counters, positioners with units, NeXus classes and links. Each program runs as a
command of its own, its start included, and its output goes to the null device; the
quickest of some runs counts. Those that are not installed are left out.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

SCANS = 1000
COUNTERS = 40
POSITIONERS = 26
LINKS = 4
RUNS = 3

SILX = "import sys; from silx.io.utils import h5ls; print(h5ls(sys.argv[1]))"
GLANCE = "import sys; from h5glance.__main__ import main; main()"


def write(path: Path) -> int:
    """Write the file; return how many objects it has."""
    with h5py.File(path, "w") as file:
        for scan in range(1, SCANS + 1):
            entry = file.create_group(f"{scan}.1")
            entry.attrs["NX_class"] = "NXentry"
            measured = entry.create_group("measurement")
            measured.attrs["NX_class"] = "NXcollection"
            for number in range(COUNTERS):
                measured[f"counter{number}"] = np.arange(11.0)
            for number in range(LINKS):
                target = f"/{scan}.1/measurement/counter{number}"
                entry[f"link{number}"] = h5py.SoftLink(target)
            instrument = entry.create_group("instrument")
            instrument.attrs["NX_class"] = "NXinstrument"
            for number in range(POSITIONERS):
                motor = instrument.create_group(f"motor{number}")
                motor.attrs["NX_class"] = "NXpositioner"
                motor["value"] = 1.5
                motor["value"].attrs["units"] = "mm"
    return SCANS * (3 + COUNTERS + LINKS + 2 * POSITIONERS)


def commands(path: str) -> dict[str, list[str]]:
    """Return the programs that are here, by name."""
    found = {"beamio": [sys.executable, "-m", "beamio", "ls", "-r", path]}
    if shutil.which("h5ls"):
        found["h5ls"] = ["h5ls", "-r", path]
    for name, code in (("silx", SILX), ("h5glance", GLANCE)):
        if importlib.util.find_spec(name):
            found[name] = [sys.executable, "-c", code, path]
    return found


def timed(command: list[str]) -> tuple[float, float]:
    """Return seconds and CPU seconds of a command."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system
    return wall, cpu - before.children_user - before.children_system


def main() -> None:
    """Print the time of each, and its ratio to that of beamio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scans.h5"
        print(f"{write(path):,} objects")
        programs = commands(str(path))
        rounds = [
            {name: timed(command) for name, command in programs.items()}
            for _ in range(RUNS)
        ]
    best = {
        name: [min(each[name][place] for each in rounds) for place in (0, 1)]
        for name in programs
    }
    ours = best["beamio"]
    for name, (wall, cpu) in best.items():
        print(
            f"{name:<9} {wall:6.2f} s  {cpu:6.2f} s of CPU   "
            f"beamio takes {ours[0] / wall:.2f} of it, {ours[1] / cpu:.2f} of its CPU"
        )


if __name__ == "__main__":
    main()

"""How long `beamio ls` takes to start, beside a Python that imports h5py.

Run it as ``python benchmarks/start_speed.py``. Each is the quickest of many runs, in
turn, in CPU time as well, which other programs disturb less.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py

RUNS = 25
LIMIT = 1.5
SCRIPT = "import sys; from beamio.cli import main; sys.exit(main())"
"""What an installer makes the command of."""


def run(arguments: list[str]) -> tuple[float, float]:
    """Return seconds, and CPU seconds, of a run of Python."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    wall = time.perf_counter() - start
    cpu = after.children_user + after.children_system
    return wall, cpu - before.children_user - before.children_system


def main() -> None:
    """Print both times and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scan.h5"
        with h5py.File(file, "w") as scan:
            for name in ("title", "counts", "angle"):
                scan[f"entry/{name}"] = 1.5
        theirs, ours = ["-c", "import h5py"], ["-c", SCRIPT, "ls", "-r", str(file)]
        rounds = [(run(theirs), run(ours)) for _ in range(RUNS)]
    for what, place in (("seconds", 0), ("CPU seconds", 1)):
        first = min(one[place] for one, _ in rounds)
        second = min(two[place] for _, two in rounds)
        print(
            f"{what:<12} import h5py {first:.3f}  beamio ls {second:.3f}  "
            f"ratio {second / first:.2f} (at most {LIMIT})"
        )


if __name__ == "__main__":
    main()

"""Write a file in CDL, against ncdump, in one run.

    python benchmarks/cdl_speed.py [--rows 2000] [--folder DIR]

A file of netCDF-4 with (rows, 1000) counts and as many real numbers, in the page
cache; the text goes nowhere. Ours includes the start of the program, as theirs does.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5netcdf
import numpy as np
from engine_speed import seconds

COLUMNS = 1000


def write(path: Path, rows: int) -> None:
    """Write a file with two variables."""
    random = np.random.default_rng(0)
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"row": rows, "column": COLUMNS}
        counts = file.create_variable("counts", ("row", "column"), "u2")
        counts[:] = random.poisson(1000, (rows, COLUMNS))
        real = file.create_variable("real", ("row", "column"), "f4")
        real[:] = random.random((rows, COLUMNS))


def timed(command: list[str]) -> float:
    """Return the median of three runs, in seconds."""

    def once() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return sorted(seconds(once) for _ in range(3))[1]


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        path = Path(folder) / "file.nc"
        write(path, arguments.rows)
        values = 2 * arguments.rows * COLUMNS
        ours = timed([sys.executable, "-m", "beamio", "dump", "--cdl", str(path)])
        print(f"{values:,} values: beamio {ours:.2f} s", end="")
        if shutil.which("ncdump") is None:
            print(", ncdump is not installed: apt-get install netcdf-bin")
            return
        theirs = timed(["ncdump", str(path)])
        print(f", ncdump {theirs:.2f} s, ratio {theirs / ours:.2f} x")


if __name__ == "__main__":
    main()

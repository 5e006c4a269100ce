"""Build an NXtomo from EDF files, against a loop over fabio and ESRF's nxtomo.

python benchmarks/nexus_speed.py [--frames N] [--side PIXELS] [--folder FOLDER]

Both write projections, a dark and a flat with angles into one file, without a filter.
Ours is compared with the source and on the disk when it appears; theirs is timed as it
stands, and followed by fsync. Each way is run in turn three times, and the least time
of each is printed with their ratio. The frames of the source are in memory.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import fabio
import numpy as np
import pint
from fabio.edfimage import EdfImage
from nxtomo import NXtomo

from beamio import build_nxtomo

ROUNDS = 3


def write_source(folder: Path, frames: int, side: int) -> None:
    """Write a series of EDF files with their angles, a flat and a dark."""
    rng = np.random.default_rng(0)
    for i in range(frames):
        image = rng.poisson(300, (side, side)).astype(np.uint16)
        header = {"motor_mne": "srot", "motor_pos": str(180 * i / frames)}
        EdfImage(image, header).write(str(folder / f"scan_{i:04d}.edf"))
    for name in ("flat", "dark"):
        EdfImage(image).write(str(folder / f"{name}.edf"))


def ours(folder: Path, output: Path) -> None:
    """Build with beamio."""
    build_nxtomo(folder, output)


def theirs(folder: Path, output: Path) -> None:
    """Read with fabio, and save with nxtomo."""
    unit = pint.get_application_registry().degree  # type: ignore[no-untyped-call] # Pint has none there
    files = [folder / "dark.edf", folder / "flat.edf", *sorted(folder.glob("scan_*"))]
    images, angles = [], [0.0, 0.0]
    for file in files:
        with fabio.open(str(file)) as image:
            images.append(image.data)
            if "motor_pos" in image.header:
                angles.append(float(image.header["motor_pos"]))
    scan = NXtomo()
    scan.instrument.detector.data = np.stack(images)
    keys = np.zeros(len(images), int)
    keys[:2] = 2, 1
    scan.instrument.detector.image_key_control = keys
    scan.sample.rotation_angle = np.array(angles) * unit
    scan.save(str(output), "entry")
    with output.open("rb") as written:
        os.fsync(written.fileno())


def least(way: Callable[[Path, Path], None], folder: Path, output: Path) -> float:
    """Return the seconds that a way takes once."""
    output.unlink(missing_ok=True)
    start = perf_counter()
    way(folder, output)
    return perf_counter() - start


def main() -> None:
    """Run both in turn, and print the least time of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--folder", help="where files are written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder, output = Path(name, "scan"), Path(name, "scan.nx")
        folder.mkdir()
        write_source(folder, options.frames, options.side)
        times = [
            (least(ours, folder, output), least(theirs, folder, output))
            for _ in range(ROUNDS)
        ]
    mine, other = (min(column) for column in zip(*times, strict=True))
    megabytes = (options.frames + 2) * options.side**2 * 2 / 1e6
    print(f"{options.frames} frames of {options.side} x {options.side}, uint16")
    print(f"beamio           {mine:7.2f} s  {megabytes / mine:7.0f} MB/s")
    print(f"fabio and nxtomo {other:7.2f} s  {megabytes / other:7.0f} MB/s")
    print(f"ratio            {other / mine:7.1f}")


if __name__ == "__main__":
    main()

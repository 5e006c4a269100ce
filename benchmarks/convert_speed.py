"""Convert a multi-frame EDF file to HDF5, against a loop over fabio frames into h5py.

python benchmarks/convert_speed.py [--frames N] [--side PIXELS] [--folder FOLDER]

The pages of the source are in memory, as those of a scan that was just written. A
file of ours is on the disk when it appears, and compared unless --no-verify; the loop
is timed as it stands, and followed by fsync. Each way is run in turn, the rounds are
repeated, and the least time of each is printed: on a machine that does other things the
least is what the work takes.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import fabio
import h5py
import hdf5plugin
import numpy as np

import beamio

FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "bitshuffle-lz4": dict(hdf5plugin.Bitshuffle()),
    "gzip": {"compression": "gzip", "compression_opts": 4, "shuffle": True},
    "zstd": {**hdf5plugin.Zstd(clevel=3), "shuffle": True},
}
"""The same filter for beamio by name and for h5py."""


def write_source(path: Path, frames: int, side: int) -> None:
    """Write frames with the noise of a photon-counting detector."""
    rng = np.random.default_rng(0)
    noise = rng.poisson(300, (4, side, side)).astype(np.uint16)
    image = fabio.edfimage.EdfImage(noise[0], {"exposure": "0.1", "frame": "0"})
    for i in range(1, frames):
        header = {"exposure": "0.1", "frame": str(i)}
        image.append_frame(data=noise[i % 4], header=header)
    image.write(str(path))


def loop(source: Path, output: Path, *, sync: bool, **options: Any) -> None:
    """Convert as a script would."""
    with fabio.open(str(source)) as image, h5py.File(output, "w") as file:
        chunks = (1, *image.shape) if options else None
        data = file.create_dataset(
            "data", (image.nframes, *image.shape), image.dtype, chunks=chunks, **options
        )
        for i in range(image.nframes):
            data[i] = image.getframe(i).data
    if sync:
        sync_file(output)


def copy_bytes(source: Path, output: Path) -> None:
    """Copy the bytes of the file, and bring them to the disk."""
    shutil.copyfile(source, output)
    sync_file(output)


def sync_file(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def seconds(work: Callable[[], object], output: Path) -> tuple[float, float]:
    """Return how long some work takes that writes a new file, and the CPUs' time."""
    output.unlink(missing_ok=True)
    start, cpu = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - cpu


def ways(source: Path, output: Path, name: str) -> dict[str, Callable[[], object]]:
    """Return the ways to convert with a filter."""
    options = FILTERS[name]

    def ours(*, verify: bool) -> object:
        return beamio.convert(source, output, filter=name, verify=verify)

    found: dict[str, Callable[[], object]] = {
        "beamio, compared": lambda: ours(verify=True),
        "beamio, --no-verify": lambda: ours(verify=False),
        "fabio and h5py": lambda: loop(source, output, sync=False, **options),
        "fabio and h5py, fsync": lambda: loop(source, output, sync=True, **options),
    }
    if not options:
        found["cp, fsync"] = lambda: copy_bytes(source, output)
    return found


def check(source: Path, output: Path) -> None:
    """Make sure that ours has the frames of the source."""
    with fabio.open(str(source)) as image, h5py.File(output) as file:
        data = file["scan_0/instrument/detector_0/data"]
        for i in range(image.nframes):
            assert np.array_equal(data[i], image.getframe(i).data)  # noqa: S101


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    try:
        source, output = folder / "scan.edf", folder / "scan.h5"
        write_source(source, arguments.frames, arguments.side)
        nbytes = source.stat().st_size
        print(
            f"{arguments.frames} frames of {arguments.side} x {arguments.side} uint16"
        )
        for name in FILTERS:
            works = ways(source, output, name)
            best = dict.fromkeys(works, (float("inf"), 0.0))
            for _ in range(arguments.rounds if name != "gzip" else 2):
                for way, work in works.items():
                    best[way] = min(best[way], seconds(work, output))
            beamio.convert(source, output, filter=name, overwrite=True)
            check(source, output)
            print(f"\n{name}")
            for way, (taken, cpu) in best.items():
                ratios = [best[peer][0] / taken for peer in list(best)[2:4]]
                print(
                    f"  {way:<22} {taken:7.3f} s {nbytes / taken / 1e9:5.2f} GB/s"
                    f"  (CPUs {cpu:6.3f} s)"
                    f"  {ratios[0]:5.2f} x the loop, {ratios[1]:5.2f} x with fsync"
                )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

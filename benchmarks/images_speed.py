"""Speed of reading image files into one array, against a loop over fabio's frames.

Writes files of each format, reads each twice from the page cache, once with
`beamio.open` and once with fabio, compares the pixels, and prints the better of three
times. Run it from a checkout: ``python benchmarks/images_speed.py [folder]``.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import fabio
import numpy as np
from fabio.cbfimage import CbfImage
from fabio.edfimage import EdfImage
from fabio.TiffIO import TiffIO

import beamio
from beamio.model import Array

FRAMES, SHAPE = 64, (1024, 1024)
TIMES = 3


def counts(dtype: str) -> Array:
    """Return frames of Poisson counts, as a detector gives them."""
    rng = np.random.default_rng(0)
    frames: Array = rng.poisson(20, (FRAMES, *SHAPE)).astype(dtype)
    return frames


def edf(folder: Path, frames: Array) -> list[str]:
    """Write all frames into one EDF file."""
    file = EdfImage(frames[0])
    for frame in frames[1:]:
        file.append_frame(data=frame)
    file.write(str(folder / "all.edf"))
    return [str(folder / "all.edf")]


def tiff(folder: Path, frames: Array) -> list[str]:
    """Write all frames into one TIFF file."""
    path = str(folder / "all.tif")
    for number, frame in enumerate(frames):
        with TiffIO(path, mode="rb+" if number else "wb+") as file:
            file.writeImage(frame)
    return [path]


def cbf(folder: Path, frames: Array) -> list[str]:
    """Write each frame into a CBF file, with its digest."""
    paths = [str(folder / f"{number:04d}.cbf") for number in range(len(frames))]
    for path, frame in zip(paths, frames, strict=True):
        CbfImage(data=frame.astype("i4")).write(path)
    return paths


def cbf_without_digest(folder: Path, frames: Array) -> list[str]:
    """Write each frame into a CBF file that has no digest."""
    paths = cbf(folder, frames)
    for path in map(Path, paths):
        path.write_bytes(path.read_bytes().replace(b"Content-MD5", b"X-Content-X", 1))
    return paths


def read_fabio(paths: Sequence[str]) -> Array:
    """Return all frames, read by fabio one after the other."""
    images = []
    for path in paths:
        with fabio.open(path) as file:
            many = file.nframes > 1
            frames = [file.getframe(i) if many else file for i in range(file.nframes)]
            images += [frame.data for frame in frames]
    return np.stack(images)


def read_beamio(paths: Sequence[str]) -> Array:
    """Return all frames, read by beamio."""
    name = paths[0] if len(paths) == 1 else str(Path(paths[0]).parent / "*")
    with beamio.open(name) as tree:
        frames: Array = tree["scan_0/instrument/detector_0/data"][...]
    return frames


def best(read: Callable[[Sequence[str]], Array], paths: Sequence[str]) -> float:
    """Return the seconds of the quickest of some times."""
    spent = []
    for _ in range(TIMES):
        start = perf_counter()
        read(paths)
        spent.append(perf_counter() - start)
    return min(spent)


def main() -> None:
    """Print the table."""
    frames = counts("u2")
    print(f"{FRAMES} frames of {SHAPE}, seconds to read all of them")
    for write in (edf, tiff, cbf, cbf_without_digest):
        with TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
            paths = write(Path(name), frames)
            if not np.array_equal(read_beamio(paths), read_fabio(paths)):
                raise SystemExit(f"{write.__name__}: the pixels differ")
            ours, theirs = best(read_beamio, paths), best(read_fabio, paths)
        ratio = f"{theirs / ours:.1f} times as fast"
        print(f"{write.__name__:20} beamio {ours:.3f}, fabio {theirs:.3f}: {ratio}")


if __name__ == "__main__":
    main()

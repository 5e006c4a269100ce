"""Iterates images with `beamio.frames`, against a loop over `dataset[i]`, in one run.

    python benchmarks/frames_speed.py [--frames 64] [--folder DIR] [--pairs 5]

Each image is summed, as a stand-in for work. The loop opens the file with
`beamio.open`, so both read through the engine; "others" are h5py for HDF5, a map of
NumPy for npy, fabio for EDF. Seconds are the best of `pairs`, taken in turn, after one
that is not counted; a ratio above 1 says that the generator is faster.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

import beamio


def stack_of(frames: int, side: int) -> Any:
    """Return frames with the noise of photons, in counts."""
    random = np.random.default_rng(7)
    few = random.poisson(100, (8, side, side)).astype("u2")
    return np.concatenate([np.roll(few, 37 * i, 2) for i in range(-(-frames // 8))])[
        :frames
    ]


def written(folder: Path, frames: int) -> Iterator[tuple[str, str]]:
    """Write files; yield what each is, and its URL."""
    import fabio

    large, small = stack_of(frames, 2048), stack_of(frames * 64, 128)
    with h5py.File(folder / "frames.h5", "w") as file:
        for name, stack, chunk in (
            ("one frame a chunk", large, (1, 2048, 2048)),
            ("eight frames a chunk", large, (8, 2048, 2048)),
            ("small frames", small, (1, 128, 128)),
        ):
            file.create_dataset(
                name, data=stack, chunks=chunk, **hdf5plugin.Bitshuffle()
            )
            yield f"HDF5, {name}", f"{folder / 'frames.h5'}::/{name}"
    np.save(folder / "frames.npy", large)
    yield "npy", f"{folder / 'frames.npy'}::/data"
    for index, image in enumerate(large):
        path = folder / "series" / f"scan_{index:04d}.edf"
        path.parent.mkdir(exist_ok=True)
        fabio.edfimage.EdfImage(data=image).write(str(path))
    inside = "/scan_0/instrument/detector_0/data"
    yield "EDF series", f"{folder / 'series'}::{inside}"


def ours(url: str) -> int:
    """Sum the images of the generator."""
    return sum(int(frame.image[::8].sum()) for frame in beamio.frames(url))


def loop(url: str) -> int:
    """Sum the images of a loop."""
    with beamio.open(url) as data:
        return sum(int(data[i][::8].sum()) for i in range(len(data)))


def theirs(url: str) -> int | None:
    """Sum the images of a loop over what reads such files without beamio."""
    import fabio

    file, _, path = url.partition("::")
    if file.endswith(".h5"):
        with h5py.File(file) as opened:
            data = opened[path]
            return sum(int(data[i][::8].sum()) for i in range(len(data)))
    if file.endswith(".npy"):
        mapped = np.load(file, mmap_mode="r")
        return sum(int(np.array(image)[::8].sum()) for image in mapped)
    names = sorted(map(str, Path(file).iterdir()))
    return sum(int(fabio.open(name).data[::8].sum()) for name in names)


def seconds(action: Callable[[str], object], url: str) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action(url)
    return time.perf_counter() - start


def main() -> None:
    """Write the files and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    print(f"{'':32}{'frames':>8}{'ds[i]':>8}{'ratio':>7}{'others':>8}{'ratio':>7}")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for what, url in list(written(Path(folder), options.frames)):
            if ours(url) != loop(url) or ours(url) != theirs(url):
                raise SystemExit(f"{what}: the sums differ")
            times: list[list[float]] = [[], [], []]
            for _ in range(1 + options.pairs):
                for taken, action in zip(times, (ours, loop, theirs), strict=True):
                    taken.append(seconds(action, url))
            one, other, third = (min(taken[1:]) for taken in times)
            print(
                f"{what:32}{one:8.3f}{other:8.3f}{other / one:7.2f}"
                f"{third:8.3f}{third / one:7.2f}"
            )


if __name__ == "__main__":
    main()

"""Time what a notebook shows of files of 10,000 objects, beside h5py's own listing.

Run with ``python benchmarks/html_speed.py``. The peer is `h5py.Group.visititems`, the
least that a program does which looks at every object.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np

import beamio

_REPEATS = 5
_LIMIT_SECONDS, _LIMIT_BYTES = 0.3, 200_000


def main() -> None:
    """Print the time and the size for three files."""
    head = f"{'10,000 objects':<28} {'HTML':>9} {'size':>9}"
    print(f"{head} {'visititems':>11} {'ratio':>7}")
    with TemporaryDirectory() as folder:
        for name, make in (
            ("a tree of groups", tree_file),
            ("one group of scalars", flat_file),
            ("scans with images", scan_file),
        ):
            path = Path(folder) / f"{name}.h5"
            with h5py.File(path, "w") as file:
                make(file)
            with beamio.File(path) as file:
                size = len(file._repr_html_() or "")
                ours = shortest(file._repr_html_)
            with h5py.File(path) as file:
                theirs = shortest(partial(file.visititems, lambda *_: None))
            kept = ours < _LIMIT_SECONDS and size < _LIMIT_BYTES
            print(
                f"{name:<28} {ours:>7.3f} s {size / 1e3:>6.0f} kB {theirs:>9.3f} s "
                f"{theirs / ours:>7.1f}{'' if kept else '  over the limit'}"
            )


def shortest(function: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some calls."""
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def tree_file(file: h5py.File) -> None:
    """Write 100 entries with 99 objects each."""
    for i in range(100):
        entry = file.create_group(f"entry_{i}")
        entry.attrs["NX_class"] = "NXentry"
        for j in range(11):
            group = entry.create_group(f"group_{j}")
            group.attrs["NX_class"] = "NXcollection"
            for k in range(8):
                group[f"value_{k}"] = 1.5 * k


def flat_file(file: h5py.File) -> None:
    """Write 10,000 scalars in one group."""
    for i in range(10_000):
        file[f"positions/motor_{i}"] = float(i)


def scan_file(file: h5py.File) -> None:
    """Write 100 scans with 98 counters and an image of 4 million pixels."""
    image = np.random.default_rng(0).poisson(20, (2048, 2048)).astype("u2")
    for i in range(100):
        scan = file.create_group(f"{i + 1}.1/measurement")
        shape = (1, *image.shape)
        scan.create_dataset("image", shape, "u2", chunks=shape)
        if i < 10:
            scan["image"][0] = image
        for j in range(97):
            scan[f"counter_{j}"] = np.arange(50.0)


if __name__ == "__main__":
    main()

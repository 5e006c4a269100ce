"""Read and write a file of many small groups as a dictionary, against silx, in one run.

    python benchmarks/dictionary_speed.py [--groups 1000] [--rounds 7] [--folder DIR]

Groups of a float, a whole number, a text and so on, and one array of 64 MB. Ours is
beamio.to_dict and beamio.from_dict, which reads and writes attributes, tells types by
marks and syncs the new file to the disk; theirs is silx's h5todict and dicttoh5. Each
figure is the median of the rounds, which alternate.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from engine_speed import seconds
from silx.io import dictdump

import beamio

SILX: Any = dictdump
VALUES = (0.5, 7, "counts", True, -1.25, 12, "mm")


def small_groups(groups: int, scalars: int) -> dict[str, Any]:
    """Return a tree of many groups with a few scalars each."""
    values = [VALUES[i % len(VALUES)] for i in range(scalars)]
    group = {f"value{i}": value for i, value in enumerate(values)}
    return {f"group{i}": dict(group) for i in range(groups)}


def with_units(group: dict[str, Any]) -> dict[Any, Any]:
    """Return a group with an attribute of each member, and one of its own."""
    attributes: dict[Any, Any] = {(name, "units"): "mm" for name in group}
    return {**group, **attributes, ("", "NX_class"): "NXcollection"}


def compare(
    name: str, ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int
) -> None:
    """Print the times of two functions, and their ratio."""
    times = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    print(
        f"{name:<28} beamio {mine * 1e3:8.1f} ms   silx {other * 1e3:8.1f} ms   "
        f"ratio {other / mine:5.2f} x"
    )


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--scalars", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=arguments.folder))
    many = small_groups(arguments.groups, arguments.scalars)
    trees: dict[str, Any] = {
        "small groups": many,
        "attributes": {name: with_units(group) for name, group in many.items()},
        "one array": {"data": np.zeros((64, 1000, 1000), "u1")},
    }
    try:
        for name, tree in trees.items():
            our, their = folder / "ours.h5", folder / "theirs.h5"

            def write(tree: dict[str, Any] = tree, path: Path = our) -> None:
                path.unlink(missing_ok=True)
                beamio.from_dict(tree, path)

            def silx_write(tree: dict[str, Any] = tree, path: Path = their) -> None:
                SILX.dicttoh5(tree, str(path))

            compare(f"write {name}", write, silx_write, arguments.rounds)
            for path in (our, their):

                def read(path: Path = path) -> Any:
                    return beamio.to_dict(path)

                def silx_read(path: Path = path) -> Any:
                    return SILX.h5todict(str(path), include_attributes=True)

                compare(f"read {name}, {path.stem}", read, silx_read, arguments.rounds)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

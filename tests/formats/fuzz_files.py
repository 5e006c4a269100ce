"""Open damaged copies of a file; all that happens must be an error of beamio's.

Run as ``python fuzz_files.py FILE FOLDER SEED NUMBER`` in a process of its own, which
the C of a library may end.
"""

import gc
import logging
import os
import random
import sys
import warnings
from pathlib import Path

import beamio


def damaged(content, chance):
    """The content cut, with bytes changed, with parts left out or doubled."""
    content = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(content))
        kind = chance.randrange(5)
        if kind == 0:
            del content[max(place, 1) :]
        elif kind == 1:
            content[place] = chance.randrange(256)
        elif kind == 2:
            content[place] = chance.choice(b"\n #@-+.e019\\\t\0{};=%!")
        elif kind == 3:
            del content[place : place + chance.choice([1, 2, 10, 100])]
        else:
            part = content[place : place + chance.choice([1, 5, 30])]
            content[place:place] = part * chance.choice([1, 3, 30, 300])
        if not content:
            content = bytearray(b"#")
    return bytes(content)


def check(read):
    """Call a function; tell whether it went well, or raised an error of one line."""
    try:
        read()
    except beamio.BeamioError as error:
        told = str(error)
    else:
        return True
    assert "\n" not in told
    return False


def read_all(path):
    """Read every dataset and attribute of a file."""

    def look(_, item):
        dict(item.attrs)
        if hasattr(item, "shape"):
            check(lambda: item[()])

    def visit(item):
        look("", item)
        if hasattr(item, "visititems"):
            item.visititems(look)

    with beamio.open(path) as file:
        for name in file:
            check(lambda name=name: visit(file[name]))


def main(source, folder, seed, number):
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    chance = random.Random(seed)  # noqa: S311 (no secret)
    content = Path(source).read_bytes()
    path = Path(folder) / f"damaged{Path(source).suffix}"
    opened = 0
    for _ in range(int(number)):
        path.write_bytes(damaged(content, chance))
        opened += check(lambda: read_all(path))
    gc.collect()
    files = len(os.listdir("/proc/self/fd"))
    sys.stdout.write(f"{opened} of {number} opened; {files} open files\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

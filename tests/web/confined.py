"""Look at all that a file holds, in every way, as a process that is confined.

It takes names of files from standard input, and prints all that it could find out as a
line of JSON. The first argument says how it is confined: "looking" leaves out what the
kernel and a hook in Python do.
"""

import json
import os
import sys

import h5py

import beamio
from beamio.contents import contents
from beamio.formats.hdf5.confined import confine_hdf5
from beamio.formats.plot import plot_way
from beamio.web.fence import Fence
from beamio.web.worker.sandbox import confine_process


def tried(function):
    try:
        return function()
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        return f"{type(error).__name__} {error}"


def values(item):
    read = item[...].tolist() if hasattr(item, "dtype") else list(item)
    return [repr(item), read, {name: str(item.attrs[name]) for name in item.attrs}]


def looked(name):
    def in_file(opener):
        with opener(name) as file:
            paths = [*file, *(f"{above}/x" for above in file)]
            ways = {path: tried(lambda path=path: values(file[path])) for path in paths}
            return {**ways, "plot": tried(lambda: repr(plot_way(file)))}

    return {
        "listed": tried(lambda: [str(i) for i in contents(name, details=True)]),
        "beamio": tried(lambda: in_file(beamio.open)),
        "h5py": tried(lambda: in_file(h5py.File)),
    }


def main():
    mode, root = sys.argv[1:]
    fence = Fence.around([root])
    if mode == "looking":
        os.chdir(root)
        confine_hdf5(fence.holds)
    else:
        confine_process(fence)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(looked(json.loads(line)), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

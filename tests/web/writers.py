"""Programs that write files while others look: run with a way and a file's name.

Each says on standard output which frame it is about to write, and which it has written;
at the end, the longest time that a frame took. An error of the writer's ends it with
another status than 0.
"""

import sys
import time

import h5py
import numpy as np

FRAMES = 25
PAUSE = 0.06


def frame(number):
    """Return a frame of which no pixel is zero."""
    return np.full((8, 10), number + 1, "u2")


def say(word, number):
    sys.stdout.write(f"{word} {number}\n")
    sys.stdout.flush()


def paced(write):
    """Write all frames, and say how long the slowest took."""
    slowest = 0.0
    for number in range(FRAMES):
        say("begun", number + 1)
        start = time.perf_counter()
        write(number)
        slowest = max(slowest, time.perf_counter() - start)
        say("written", number + 1)
        time.sleep(PAUSE)
    say("slowest", slowest)


def growing(path, *, swmr):
    with h5py.File(path, "w", libver="latest" if swmr else None) as file:
        data = file.create_dataset(
            "entry/data", (0, 8, 10), "u2", maxshape=(None, 8, 10), chunks=(1, 8, 10)
        )
        if swmr:
            file.swmr_mode = True

        def write(number):
            data.resize(number + 1, 0)
            if swmr:
                data.flush()  # the shape before the chunk: the worst that may happen
            data[number] = frame(number)
            data.flush() if swmr else file.flush()

        paced(write)


def allocated(path):
    with h5py.File(path, "w", libver="latest") as file:
        shape = (FRAMES, 8, 10)
        data = file.create_dataset("entry/data", shape, "u2", chunks=(1, 4, 10))
        file.swmr_mode = True

        def write(number):
            data[number, :4] = frame(number)[:4]
            data.flush()
            data[number, 4:] = frame(number)[4:]
            data.flush()

        paced(write)


def scans(path):
    def write(number):
        with h5py.File(path, "a") as file:
            file[f"entry/{number}.1"] = frame(number)

    paced(write)


if __name__ == "__main__":
    way, path = sys.argv[1:]
    if way == "scans":
        scans(path)
    elif way == "allocated":
        allocated(path)
    else:
        growing(path, swmr=way == "swmr")

"""Files are followed while they are written, never ahead of the writer."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

pytest.importorskip("starlette")

from beamio.formats.hdf5.written import written
from beamio.web.fence import Fence
from beamio.web.live import Watch
from beamio.web.questions import ALL
from beamio.web.worker import Pool

WRITERS = Path(__file__).with_name("writers.py")
FRAMES = 25
PATIENCE = 60


class Writer:
    """A program that writes, and how far it has come."""

    def __init__(self, way, path):
        command = [sys.executable, str(WRITERS), way, str(path)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said = {"begun": 0.0, "written": 0.0}

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def look(self):
        for line in iter(self.process.stdout.readline, ""):
            word, number = line.split()
            self.said[word] = float(number)
        return self.said


@pytest.fixture
def writing():
    """Give a function that starts a writer, which is ended after the test."""
    started = []

    def start(way, path):
        started.append(Writer(way, path))
        return started[-1]

    yield start
    for writer in started:
        writer.end()


async def events_of(fence, path, until, *, inside="/entry/data"):
    """Return the events of an object until one is the last, each with its time."""
    pool = Pool(fence, 1)
    name = fence.name(str(path))
    query = {"file": name, "path": inside}
    deadline = time.monotonic() + PATIENCE
    found = []

    async def is_gone():
        return time.monotonic() > deadline

    try:
        follow = Watch(pool, fence, tick=0.05).follow(ALL["live"], query, is_gone)
        async for part in follow:
            if part.kind == "event":
                event = json.loads(part.body)
                found.append(event)
                if until(event):
                    await follow.aclose()
                    break
    finally:
        await pool.close()
    return found


def last_frame(path, number):
    """Return a frame, read as another program reads it; None while it can't be."""
    for _ in range(50):
        for swmr in (True, False):
            try:
                with h5py.File(path, locking=False, swmr=swmr) as file:
                    return file["entry/data"][number]
            except (OSError, RuntimeError, KeyError):
                continue
        time.sleep(0.01)
    return None


@pytest.mark.parametrize("way", ["swmr", "flush", "allocated"])
def test_a_growing_dataset_is_followed_and_never_ahead(tmp_path, writing, way):
    path = tmp_path / "scan.h5"
    told, writers = [], []

    def until(event):
        if not writers:  # the file is looked for already
            writers.append(writing(way, path))
        frames = event.get("frames")
        if frames is None:
            return False
        told.append(frames)
        assert frames <= writers[0].look()["begun"]
        if frames and (pixels := last_frame(path, frames - 1)) is not None:
            assert (pixels == frames).all()
        return frames == FRAMES

    asyncio.run(events_of(Fence.around([str(tmp_path)]), path, until))
    assert told[-1] == FRAMES
    assert told == sorted(told)
    assert len(told) > 2
    assert writers[0].process.wait(PATIENCE) == 0
    assert writers[0].look()["slowest"] < 10


def test_scans_that_are_added_to_a_closed_file_are_counted(tmp_path, writing):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file.create_group("entry")
    writer = writing("scans", path)
    counts = []

    def until(event):
        counts.append(event.get("members", 0))
        assert counts[-1] <= writer.look()["begun"]
        return counts[-1] == FRAMES

    fence = Fence.around([str(tmp_path)])
    asyncio.run(events_of(fence, path, until, inside="/entry"))
    assert counts[-1] == FRAMES
    assert writer.process.wait(PATIENCE) == 0


def test_a_file_that_goes_away_and_comes_back_is_told(tmp_path):
    path = tmp_path / "scan.h5"

    def write(frames):
        new = tmp_path / "new.h5"
        with h5py.File(new, "w") as file:
            file["entry/data"] = np.ones((frames, 2, 2))
        new.rename(path)

    write(3)
    steps = iter([path.unlink, lambda: write(5), lambda: write(2)])

    def until(_event):
        step = next(steps, None)
        if step is not None:
            step()
        return step is None

    fence = Fence.around([str(tmp_path)])
    events = asyncio.run(events_of(fence, path, until))
    frames = [event.get("frames") for event in events]
    assert frames == [3, None, 5, 2]
    assert "no such file" in events[1]["problem"]
    assert events[3]["replaced"]


def test_a_writer_that_is_killed_is_no_end_of_following(tmp_path, writing):
    path = tmp_path / "scan.h5"
    writer = writing("swmr", path)

    def until(event):
        if event.get("frames", 0) > 3:
            writer.process.kill()
            return True
        return False

    fence = Fence.around([str(tmp_path)])
    events = asyncio.run(events_of(fence, path, until))
    again = asyncio.run(events_of(fence, path, lambda event: "frames" in event))
    assert again[-1]["frames"] >= events[-1]["frames"]


def test_frames_of_raw_files_count_when_their_bytes_are_there(tmp_path):
    raw = tmp_path / "pixels.raw"
    raw.write_bytes(bytes(2 * 12 + 5))
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        external = [(str(raw), 0, h5py.h5f.UNLIMITED)]
        data = file.create_dataset("data", (4, 3, 4), "u1", external=external)
        assert written(data).frames == 2
        raw.write_bytes(bytes(48))
        assert written(data).frames == 4
        assert written(data).is_elsewhere


def test_frames_of_virtual_datasets_count_when_their_sources_are_there(tmp_path):
    layout = h5py.VirtualLayout((9, 2, 2), "u1")
    for block in range(3):
        source = h5py.VirtualSource(f"part{block}.h5", "data", (3, 2, 2))
        layout[3 * block : 3 * block + 3] = source
    with h5py.File(tmp_path / "master.h5", "w") as file:
        file.create_virtual_dataset("data", layout)
    counts = []
    for block, there in enumerate([3, 2]):
        with h5py.File(tmp_path / f"part{block}.h5", "w") as file:
            part = file.create_dataset("data", (3, 2, 2), "u1", chunks=(1, 2, 2))
            part[:there] = 1
        with h5py.File(tmp_path / "master.h5") as file:
            counts.append(written(file["data"]).frames)
    assert counts == [3, 5]


def test_a_gap_is_told_apart_from_the_newest_frame(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        data = file.create_dataset("data", (6, 2, 2), "u1", chunks=(1, 2, 2))
        data[0] = data[1] = data[4] = 1
        file.flush()
        assert (written(data).frames, written(data).newest) == (2, 5)

"""A scan to work on, and jobs that take their time."""

import os
import textwrap
import time

import pytest

from beamio.demo import Simulation, run_demo

_SLOW = """
    import importlib, time
    run = importlib.import_module("beamio.flatfield.run")
    run._FRAMES = 1
    write = run.ResultFile.write
    def slowly(self, batch):
        time.sleep(0.4)
        write(self, batch)
    run.ResultFile.write = slowly
"""
_FULL = """
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
"""


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    """Give the bytes of a scan of 12 frames."""
    folder = tmp_path_factory.mktemp("simulated")
    run_demo(folder, Simulation(frames=12, rows=64, columns=80, seed=0))
    return (folder / "scan.nx").read_bytes()


@pytest.fixture
def scan(tmp_path, simulated):
    """Give a scan in a folder of its own."""
    path = tmp_path / "visit" / "scan.nx"
    path.parent.mkdir()
    path.write_bytes(simulated)
    return path


@pytest.fixture
def in_jobs(tmp_path, monkeypatch):
    """Give a function that makes all jobs run some lines at their start."""

    def make(lines):
        folder = tmp_path / "start"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(textwrap.dedent(lines))
        before = os.environ.get("PYTHONPATH", "")
        monkeypatch.setenv("PYTHONPATH", f"{folder}:{before}".rstrip(":"))

    return make


@pytest.fixture
def slow_jobs(in_jobs):
    """Make corrections take several seconds."""
    in_jobs(_SLOW)


@pytest.fixture
def full_disk(in_jobs):
    """Let jobs write 100 kB into a file, and no more."""
    in_jobs(_FULL)


@pytest.fixture
def until():
    """Give a function that waits until something holds, and returns it."""

    def wait(found, seconds=60):
        end = time.monotonic() + seconds
        while not (value := found()):
            assert time.monotonic() < end, "it took too long"
            time.sleep(0.05)
        return value

    return wait

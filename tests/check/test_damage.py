"""A damaged file never gives a traceback, a hang, or the end of this process."""

import os
import sys

import h5py
import numpy as np
import pytest
from check.damage import scan
from check.fuzz import outcomes, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beamio import OptionError, check
from beamio.check import run as checking
from beamio.engine import asking


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_of_a_file_with_a_byte_changed_something_is_told_or_nothing_is_wrong(
    tmp_path, libver
):
    raw = small(tmp_path / "small.h5", libver)
    random = np.random.default_rng(1)
    places = random.choice(len(raw), 40, replace=False).tolist()
    jobs = [(place, how) for place in places for how in ("flip", "one")]
    for _, report in outcomes(raw, jobs, tmp_path, patience=1.5):
        assert report.status in {0, 1, 2}
        assert (report.status == 0) == (not report.problems)
        assert all(each.message for each in report.findings)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_file_that_is_cut_anywhere_can_not_be_read(tmp_path, libver):
    raw = small(tmp_path / "small.h5", libver)
    jobs = [(place, "cut") for place in range(0, len(raw), 97)]
    for _, report in outcomes(raw, jobs, tmp_path):
        assert report.status == 2
        assert report.problems


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_of_a_file_with_many_bytes_changed_something_is_told(tmp_path, data):
    raw = bytearray(small(tmp_path / "small.h5", "earliest"))
    for _ in range(data.draw(st.integers(1, 40))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.h5"
    path.write_bytes(raw)
    os.utime(path, (0, 0))
    report = check(path, deep=True, patience=3)
    assert report.status in {0, 1, 2}
    assert report.is_readable or report.problems


DYING = """
import json, os, signal, sys
for line in sys.stdin:
    print(json.dumps(["at", ["/entry/data", 0]]), flush=True)
    {act}
"""


def child_that(monkeypatch, act):
    """Let the process that looks be one that does something else."""
    command = [sys.executable, "-c", DYING.format(act=act)]
    started = asking.subprocess.Popen

    def instead(_, **options):
        return started(command, **options)

    monkeypatch.setattr(asking.subprocess, "Popen", instead)


def test_a_crash_is_a_finding_and_the_next_file_is_looked_at(tmp_path, monkeypatch):
    path = scan(tmp_path / "a.h5")
    child_that(monkeypatch, "os.kill(os.getpid(), signal.SIGSEGV)")
    reports = list(checking.check_files([path, path]))
    for report in reports:
        assert report.status == 2
        (finding,) = report.findings
        assert (finding.kind, finding.path) == ("crash", "/entry/data")
        assert "crashes on this file (SIGSEGV), at /entry/data" in finding.message


def test_an_endless_loop_is_a_finding(tmp_path, monkeypatch):
    path = scan(tmp_path / "a.h5")
    loop = "signal.setitimer(signal.ITIMER_PROF, 0.2)\n    while True: pass"
    child_that(monkeypatch, loop)
    (finding,) = check(path).findings
    assert (finding.kind, finding.path) == ("endless loop", "/entry/data")


def test_a_header_that_leads_libhdf5_in_circles_is_given_up(tmp_path):
    """A byte of a symbol table of which libhdf5 2.0 finds no end."""
    raw = small(tmp_path / "small.h5", "earliest")
    ((_, report),) = outcomes(raw, [(2120, "zero")], tmp_path, patience=1)
    assert report.problems


def test_patience_is_a_time(tmp_path):
    with pytest.raises(OptionError):
        check(tmp_path / "a.h5", patience=0)


def test_shapes_without_end_take_no_longer_than_what_was_written(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        x = file.create_dataset("x", (2**50, 2**10), "f8", chunks=(1, 1024))
        x[2**49] = 1.5
    report = check(tmp_path / "a.h5", deep=True, patience=10)
    assert report.status == 0
    assert report.seconds < 60


def test_a_large_chunk_with_nothing_in_it_is_a_finding(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        chunk = (2**13, 2**13, 2**5)  # 2 GB
        x = file.create_dataset("x", chunk, "u1", chunks=chunk, compression="gzip")
        x.id.write_direct_chunk((0, 0, 0), b"nothing", 0)
    report = check(tmp_path / "a.h5", deep=True, patience=60)
    assert [each.kind for each in report.problems] == ["damaged chunks"]

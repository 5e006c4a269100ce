"""Validation by another process, which may die of a file."""

import subprocess
import sys

import h5py
import numpy as np
import pytest
from check.fuzz import small
from nexus_tomo import ANGLE, attribute, write_tomo

from beamio.engine import asking
from beamio.errors import DamagedFileError, MissingFileError, MissingPathError
from beamio.nexus import validate
from beamio.nexus.validation import Validator
from beamio.nexus.validation.examine import examine

DYING = """
import json, os, signal, sys
for line in sys.stdin:
    print(json.dumps(["at", ["/entry/sample", 0]]), flush=True)
    {act}
"""


@pytest.fixture
def tomo(tmp_path):
    return write_tomo(tmp_path / "scan.nx")


def test_it_is_the_report_that_this_process_would_give(tomo):
    with h5py.File(tomo, "a") as file:
        attribute(ANGLE, "units", "m")(file)
        file["entry/odd"] = np.zeros(3)
    assert validate(tomo) == examine(str(tomo))


def test_errors_are_those_that_this_process_would_raise(tomo, tmp_path):
    with pytest.raises(MissingFileError, match=r"none\.nx"):
        validate(tmp_path / "none.nx")
    with pytest.raises(MissingPathError, match="NXtomography") as raised:
        validate(tomo, "NXtomography")
    assert "did you mean" in str(raised.value)
    with pytest.raises(MissingPathError) as raised:
        validate(tomo, entry="/entrance")
    assert "entry" in str(raised.value)


def test_one_process_looks_at_several_files(tomo):
    with Validator() as validator:
        reports = [validator.validate(tomo) for _ in range(3)]
    assert all(report.is_valid for report in reports)


@pytest.mark.parametrize(
    ("act", "word"),
    [
        (
            "os.kill(os.getpid(), signal.SIGSEGV)",
            "crashes on this file .SIGSEGV. at /e",
        ),
        (
            "signal.setitimer(signal.ITIMER_PROF, 0.2)\n    while True: pass",
            "does not come to an end at /entry/sample",
        ),
    ],
)
def test_a_process_that_dies_is_an_error_that_names_the_place(
    tomo, monkeypatch, act, word
):
    started = asking.subprocess.Popen

    def instead(_, **options):
        return started([sys.executable, "-c", DYING.format(act=act)], **options)

    monkeypatch.setattr(asking.subprocess, "Popen", instead)
    with pytest.raises(DamagedFileError, match=word):
        validate(tomo)


def test_a_file_after_one_that_can_not_be_read_to_its_end_is_looked_at(tomo, tmp_path):
    """A byte of a symbol table of which libhdf5 2.0 finds no end."""
    raw = bytearray(small(tmp_path / "small.h5", "earliest"))
    raw[2120] = 0
    damaged = tmp_path / "damaged.h5"
    damaged.write_bytes(raw)
    with Validator(patience=1) as validator:
        with pytest.raises(DamagedFileError):
            validator.validate(damaged, entry="/entry")
        assert validator.validate(tomo).is_valid


def test_the_command_goes_on_after_a_damaged_file(tomo, tmp_path):
    damaged = tmp_path / "damaged.nx"
    damaged.write_bytes(tomo.read_bytes()[:400])
    result = subprocess.run(
        [sys.executable, "-m", "beamio", "nexus", "validate", "--quiet", damaged, tomo],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "is a valid NXtomo" in result.stdout

import json
import subprocess
import sys

import h5py
import pytest
from nexus_tomo import ANGLE, write_tomo


def run(*args):
    return subprocess.run(
        [sys.executable, "-m", "beamio", "nexus", "validate", *map(str, args)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tomo(tmp_path):
    return write_tomo(tmp_path / "scan.nx")


def test_a_valid_file_exits_with_0(tomo):
    result = run(tomo, "--quiet")
    assert result.returncode == 0
    assert "/entry is a valid NXtomo" in result.stdout


def test_a_problem_exits_with_1_and_says_where_and_what_to_do(tomo):
    with h5py.File(tomo, "r+") as file:
        file[ANGLE].attrs["units"] = "m"
    result = run(tomo)
    assert result.returncode == 1
    assert f"error  {ANGLE}\n    its units are 'm'" in result.stdout
    assert (
        "-> set its attribute units to units of angle, such as rad or deg"
        in result.stdout
    )
    assert "the signal is data: 6 x 4 x 5 uint16" in result.stdout


def test_json_is_all_that_was_found(tomo):
    [facts] = json.loads(run(tomo, "--json").stdout)
    assert facts["is_valid"]
    assert facts["entries"][0]["definition"] == "NXtomo"
    assert facts["plot"][-1]["path"] == "/entry/data"


def test_warnings_count_only_when_strict(tomo):
    with h5py.File(tomo, "r+") as file:
        del file["entry/data/image_key"]
    assert run(tomo, "--quiet").returncode == 0
    assert run(tomo, "--quiet", "--strict").returncode == 1


def test_what_cannot_be_read_exits_with_2_and_the_others_are_looked_at(tomo, tmp_path):
    damaged = tmp_path / "damaged.nx"
    damaged.write_bytes(tomo.read_bytes()[:300])
    for bad in (damaged, tmp_path / "none.nx"):
        result = run(bad, tomo, "--quiet")
        assert result.returncode == 2
        assert result.stderr.startswith("beamio: ")
        assert len(result.stderr.splitlines()) == 1
        assert "is a valid NXtomo" in result.stdout


def test_names_in_files_do_not_reach_the_terminal_as_they_are(tomo):
    with h5py.File(tomo, "r+") as file:
        file["entry/\x1b[31m"] = 1
        file["entry/sample/name"][()] = "\x1b[31m"
        del file["entry/definition"]
        file["entry/definition"] = "NX\x1b[31m"
    result = run(tomo)
    assert "\x1b" not in result.stdout + result.stderr

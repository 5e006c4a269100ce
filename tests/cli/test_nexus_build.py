import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from nexus.tomography import bliss, exchange, frames

from beamio.cli import main
from beamio.cli.nexus_build import build
from beamio.nexus import NXtomo

GUIDE = Path(__file__).parents[2] / "docs/guide/nexus.md"
_ELSEWHERE = {"--flats", "--darks", "--output"}
"""Other spellings."""
RAW, FLATS, DARKS = frames((6, 5, 7)), frames((4, 5, 7), seed=1), frames((2, 5, 7))


def beamio(*arguments, folder):
    return subprocess.run(
        [sys.executable, "-m", "beamio", "nexus", "build", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
    )


def test_a_dry_run_shows_what_is_what_and_writes_nothing(tmp_path):
    bliss(tmp_path, frames((16, 5, 7)))
    found = beamio("sample_0001.h5", "-o", "a.nx", "--dry-run", folder=tmp_path)
    assert found.returncode == 0
    lines = [line.split()[:2] for line in found.stdout.splitlines()]
    kinds = ["darks", "flats", "projections", "flats", "alignment"]
    assert [line[0] for line in lines if line and line[0] in kinds] == kinds
    assert "/4.1/measurement/srot" in found.stdout
    assert "--source ESRF" in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 100
    assert not (tmp_path / "a.nx").exists()


def test_plan_and_report_are_json(tmp_path):
    exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    arguments = ("a.h5", "-o", "a.nx", "--json")
    plan = json.loads(beamio(*arguments, "--dry-run", folder=tmp_path).stdout)
    assert [part["frames"] for part in plan["parts"]] == [2, 4, 6]
    assert plan["facts"]["energy"] == {
        "value": "27.4 keV",
        "from": "/measurement/instrument/monochromator/energy",
    }
    report = json.loads(beamio(*arguments, folder=tmp_path).stdout)
    assert (report["frames"], report["verified"], report["linked"]) == (12, True, False)
    assert report["bytes_written"] == (tmp_path / "a.nx").stat().st_size


def test_options_say_what_is_known(tmp_path):
    exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    options = ["--angles", "0:90", "--energy", "20keV", "--sample", "leaf", "--no-dark"]
    found = beamio(
        "a.h5", "-o", "a.nx", *options, "--filter", "gzip", "--no-verify",
        folder=tmp_path,
    )  # fmt: skip
    assert found.returncode == 0
    assert "10 frames written, not compared" in found.stdout
    with h5py.File(tmp_path / "a.nx") as file:
        assert file["entry/sample/rotation_angle"][()].tolist()[-6:] == [
            0, 15, 30, 45, 60, 75,
        ]  # fmt: skip
        assert file["entry/instrument/detector/data"].compression == "gzip"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.h5", "-o", "a.h5"], "would replace the input"),
        (["a.h5", "-o", "empty.h5"], "exists already"),
        (["a.h5", "-o", "gone/a.nx"], "does not exist; make it first"),
        (["b.h5", "-o", "a.nx"], "there is no such file; did you mean a.h5"),
        (["a.h5", "-o", "a.nx", "--energy", "20"], "--energy: '20' has no unit"),
        (["a.h5", "-o", "a.nx", "--angles", "x"], "is no range such as 0:180"),
        (["a.h5", "-o", "a.nx", "--flat", "b.h5"], "there is no such file"),
        (["empty.h5", "-o", "a.nx"], "no raw frames found"),
        (["text.h5", "-o", "a.nx"], "text.h5"),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path, arguments, message):
    exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    h5py.File(tmp_path / "empty.h5", "w").close()
    (tmp_path / "text.h5").write_text("text")
    found = beamio(*arguments, folder=tmp_path)
    assert found.returncode == 1
    assert found.stderr.startswith("beamio: ")
    assert found.stderr.count("\n") == 1
    assert message in found.stderr
    assert not (tmp_path / "a.nx").exists()


def test_every_option_is_in_the_guide():
    text = GUIDE.read_text(encoding="utf-8")
    for option in build.params:
        for spelling in option.opts:
            if spelling.startswith("--") and spelling not in _ELSEWHERE:
                assert spelling in text, spelling


def test_on_a_terminal_angles_are_asked_for(tmp_path, monkeypatch):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    with h5py.File(source, "r+") as file:
        del file["exchange/theta"]
    arguments = [str(source), "-o", str(tmp_path / "a.nx")]
    untold = CliRunner().invoke(main, ["nexus", "build", *arguments])
    assert (untold.exit_code, "--angles 0:180" in untold.stderr) == (1, True)
    monkeypatch.setattr("beamio.cli.nexus_build.is_asked", lambda: True)
    answers = "0:180:7\n0:x\nnone.txt\n0..180\n"
    found = CliRunner().invoke(main, ["nexus", "build", *arguments], input=answers)
    assert found.exit_code == 0, found.stderr
    assert found.stderr.count("rotation angles, such as") == 4
    with NXtomo.read(tmp_path / "a.nx") as scan:
        assert scan.projections.rotation_angle.tolist() == [0, 36, 72, 108, 144, 180]


def test_nobody_is_asked_where_json_is_wanted(tmp_path, monkeypatch):
    source = exchange(tmp_path / "a.h5", RAW, FLATS, DARKS)
    with h5py.File(source, "r+") as file:
        del file["exchange/theta"]
    monkeypatch.setattr("beamio.cli.nexus_build.is_asked", lambda: True)
    arguments = ["nexus", "build", str(source), "-o", str(tmp_path / "a.nx"), "--json"]
    assert CliRunner().invoke(main, arguments, input="0:180\n").exit_code == 1


def test_a_volume_is_looked_at_and_not_written(tmp_path):
    np.save(tmp_path / "rec.npy", np.ones((3, 4, 5), "f4"))
    arguments = ["nexus", "proc", str(tmp_path / "rec.npy"), "--program", "nabu"]
    arguments += ["-o", str(tmp_path / "out.nx"), "--voxel-size", "1um", "--dry-run"]
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 0, found.stderr
    for word in ("3 x 4 x 5 float32", "nabu", "1e-06 x 1e-06 x 1e-06 m"):
        assert word in found.stdout
    assert "--sample, --source" in found.stderr
    facts = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout)
    assert (facts["shape"], facts["facts"]["program"]) == ([3, 4, 5], "nabu")
    assert "raw" in facts["unknown"]
    assert [path.name for path in tmp_path.iterdir()] == ["rec.npy"]
    wrong = CliRunner().invoke(main, [*arguments, "--chunks", "1,2"])
    assert (wrong.exit_code, "three numbers" in wrong.stderr) == (1, True)

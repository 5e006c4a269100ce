import json

import h5py
import pytest
from click.testing import CliRunner

from beamio.cli import main


@pytest.fixture(autouse=True)
def scan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("scan.h5", "w") as file:
        file["entry/energy"] = 12.4
        file["entry/\x1b[31m"] = h5py.SoftLink("\x1b[2J")


def info(*arguments):
    return CliRunner().invoke(main, ["info", *arguments])


def test_versions_are_shown_without_a_file():
    result = info()
    assert f"h5py        {h5py.__version__}" in result.stdout
    assert json.loads(info("--json").stdout)["versions"]["h5py"] == h5py.__version__


def test_a_file_is_described():
    lines = info("scan.h5").stdout.splitlines()
    assert lines[0] == "scan.h5"
    assert lines[3] == "  2 groups, 1 soft link, 1 dataset"


def test_the_json_can_be_read():
    (found,) = json.loads(info("scan.h5", "--json").stdout)
    assert found["counts"] == {"group": 2, "dataset": 1, "soft link": 1}


def test_control_characters_are_shown_and_not_sent():
    assert "\x1b" not in info("scan.h5").output


def test_a_file_that_is_missing_does_not_stop_the_rest():
    result = info("gone.h5", "scan.h5")
    assert result.exit_code == 1
    assert "scan.h5\n" in result.stdout
    assert result.stderr.startswith("beamio: gone.h5: there is no such file")

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
        file["entry/\x1b[31m"] = 1


def find(*arguments):
    return CliRunner().invoke(main, ["find", *arguments])


def test_what_was_found_is_a_url_a_line():
    result = find("scan.h5", "--name", "energy")
    assert (result.stdout, result.exit_code) == ("scan.h5::/entry/energy\n", 0)


def test_nothing_found_is_told_by_the_exit_status():
    assert find("scan.h5", "--name", "angle").exit_code == 1


def test_a_file_that_is_missing_is_told_by_the_exit_status():
    result = find("gone.h5", "scan.h5", "--where", "energy > 12")
    assert result.exit_code == 2
    assert result.stdout == "scan.h5::/entry\n"
    assert result.stderr.startswith("beamio: gone.h5: there is no such file")


def test_the_json_can_be_read():
    found = json.loads(find("scan.h5", "--dtype", "float64", "--json").stdout)
    assert [(each["file"], each["path"]) for each in found] == [
        ("scan.h5", "/entry/energy")
    ]
    assert json.loads(find("scan.h5", "--name", "x", "--json").stdout) == []


def test_control_characters_are_shown_and_not_sent():
    assert "\x1b" not in find("scan.h5", "--dtype", "int64").stdout


def test_a_condition_that_makes_no_sense_is_one_line():
    result = find("scan.h5", "--where", "import os")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1

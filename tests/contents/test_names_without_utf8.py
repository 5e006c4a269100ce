"""Names of which the bytes are no UTF-8, as old programs wrote them."""

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

import beamio
from beamio.cli import main

NAME = "caf\udce9"
"""What stands for the bytes in Python, as for names of files."""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "latin.h5"
    with h5py.File(path, "w") as file:
        file[b"caf\xe9/image"] = np.arange(6.0).reshape(2, 3)
        file[b"caf\xe9/text"] = "diatom"
        file[b"caf\xe9/image"].attrs[b"l\xe4nge"] = np.bytes_(b"\xb5m")
        file[b"caf\xe9"].attrs["NX_class"] = "NXdata"
        file[b"caf\xe9"].attrs["signal"] = "image"
    return path


def test_names_are_texts_that_open_what_they_name(path):
    with beamio.File(path) as file:
        assert list(file) == [NAME]
        assert file[NAME].name == f"/{NAME}"
        assert file[f"{NAME}/image"][1, 2] == 5
        assert list(file[NAME]["image"].attrs) == ["l\udce4nge"]
        assert file[NAME]["image"].attrs["l\udce4nge"] == b"\xb5m"
        found = []
        file.visit(found.append)
        assert found == [NAME, f"{NAME}/image", f"{NAME}/text"]
        assert file.get(f"{NAME}/text")[()] == b"diatom"


def test_names_that_are_not_there_are_missing_paths(path):
    with beamio.File(path) as file:
        assert NAME in file
        assert "caf\udcea" not in file
        assert file.get("caf\udcea") is None
        with pytest.raises(beamio.MissingPathError, match="/ has no"):
            file["caf\udcea"]


def test_what_is_written_under_such_a_name_has_its_bytes(tmp_path):
    with beamio.File(tmp_path / "new.h5", "w") as file:
        file[NAME] = 1
    with h5py.File(tmp_path / "new.h5") as file:
        assert list(file) == [b"caf\xe9"]


@pytest.mark.parametrize(
    "words",
    [
        ["dump"],
        ["dump", "--json"],
        ["dump", "--cdl"],
        ["ls", "-lr"],
        ["show"],
        ["show", "-o", "curve.png"],
        ["find", "--text", "diatom"],
        ["find", "--attr", "*"],
        ["info"],
        ["check", "--deep"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("inside", ["", f"::/{NAME}"], ids=["file", "group"])
def test_every_command_reads_them(path, words, inside, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, [words[0], *words[1:], f"{path}{inside}"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", ["dump", "ls", "show", "info", "find"])
def test_every_command_says_that_one_is_missing(path, command):
    wanted = ["--name", "x"] if command == "find" else []
    result = CliRunner().invoke(main, [command, *wanted, f"{path}::/caf\udcea"])
    assert "/ has no 'caf\\udcea'" in result.stderr

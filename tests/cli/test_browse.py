import sys

import h5py
import pytest
from click.testing import CliRunner

from beamio.cli import main


def browsed(*args):
    return CliRunner().invoke(main, ["browse", *map(str, args)])


@pytest.fixture
def scan(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"] = 1
    return tmp_path / "scan.h5"


def test_without_textual_the_remedy_is_told(scan, monkeypatch):
    monkeypatch.setitem(sys.modules, "textual", None)
    result = browsed(scan)
    assert result.exit_code == 1
    assert "pip install 'beamio[tui]'" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nowhere.h5", "there is no such file"),
        ("scan.h5::/nothing", "nothing"),
        ("bad.h5", "bad.h5"),
        ("scan.h5::/data[0:", "bracket"),
    ],
)
def test_what_is_not_there_is_told_before_the_screen_is_taken(scan, url, message):
    (scan.parent / "bad.h5").write_bytes(scan.read_bytes()[:700])
    result = browsed(scan.parent / url)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_a_terminal_there_is_no_screen(scan):
    result = browsed(scan)
    assert result.exit_code == 1
    assert "beamio ls" in result.stderr

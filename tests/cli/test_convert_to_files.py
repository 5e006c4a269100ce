"""What ``beamio convert`` prints about files that are not HDF5, and refuses."""

import os

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from beamio.cli import main


def run(*args):
    return CliRunner().invoke(main, ["convert", *map(str, args)])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("a.h5", "w") as file:
        file["stack"] = np.arange(24, dtype="u4").reshape(2, 3, 4)
        file["curves/x"] = [1.5, 2.5]
        file["curves/y"] = [1, 2, 3]
        file["text"] = "words"
    return tmp_path


@pytest.mark.usefixtures("here")
def test_files_and_notes_are_named():
    result = run("a.h5::/stack", "-o", "f.cbf", "--dtype", "int32")
    assert result.exit_code == 0, result.stderr
    assert "f_0000.cbf ... f_0001.cbf  2 images" in result.output
    assert "2 files written" in result.output
    assert "uint32 is written as int32 in CBF; the values are the same" in result.stderr


def test_a_dry_run_names_the_files(here):
    before = os.listdir(here)
    result = run("a.h5::/stack", "-o", "f.png", "--dry-run")
    assert "f_0000.png\nf_0001.png\n" in result.output
    assert os.listdir(here) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.h5::/stack", "-o", "f.cbf"], ["uint32", "EDF and TIFF can", "--dtype"]),
        (["a.h5::/stack", "-o", "f.edf", "--dtype", "u1x"], ["'u1x'", "uint16"]),
        (["a.h5::/stack", "-o", "f.edf", "--slice", "9"], ["[9]", "(2, 3, 4)"]),
        (["a.h5::/stack", "-o", "f.edf", "--slice", "a"], ["'a'"]),
        (["a.h5::/stack", "-o", "f.edf", "--filter", "zstd"], ["--filter"]),
        (["a.h5::/stack", "-o", "f.jpg"], ["'.jpg'", ".edf"]),
        (["a.h5::/stack", "-o", ".", "--format", "jpg"], ["'jpg'", "png"]),
        (["a.h5::/stack", "-o", "no/f.edf"], ["make it first"]),
        (["a.h5::/stack", "-o", "%d_%s.edf"], ["more than one"]),
        (["a.h5::/stack", "-o", "a.h5", "--format", "edf"], ["the input"]),
        (["a.h5::/curves", "-o", "f.csv"], ["y: has 3 rows, x has 2"]),
        (["a.h5::/curves", "-o", "f.edf"], ["/curves: holds no images"]),
        (["a.h5::/curves/x", "-o", "f.tif"], ["no image", "npy and CSV"]),
        (["a.h5::/text", "-o", "f.npy"], ["text", "CSV and JSON"]),
        (["a.h5::/stack", "-o", "f.png", "--range", "1"], ["'1' is no range"]),
        (["a.h5::/stack", "-o", "f.png", "--bits", "9"], ["8 or 16"]),
        (["a.h5", "a.h5", "-o", "f.edf"], ["2 sources", "%s.edf"]),
    ],
)
def test_a_mistake_is_one_clear_line_and_nothing_is_written(here, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.splitlines()
    for word in words:
        assert word in line
    assert os.listdir(here) == ["a.h5"]

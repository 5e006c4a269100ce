"""``beamio dump`` of several files."""

import json

import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from zoo import low_level

from beamio.cli import main


def test_json_of_several_files_is_one_object_and_what_fails_is_told(tmp_path):
    urls = [str(tmp_path / f"{name}.npy") for name in ("a", "none", "b")]
    np.save(urls[0], [1, 2])
    np.save(urls[2], np.array([np.nan]))
    result = CliRunner().invoke(main, ["dump", "--json", *urls])
    found = json.loads(result.stdout, parse_constant=lambda _: 1 / 0)
    assert list(found) == [urls[0], urls[2]]
    assert found[urls[0]]["data"] == [1, 2]
    assert found[urls[2]]["data"] == [None]
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_json_of_one_file_is_what_it_holds(tmp_path):
    np.save(tmp_path / "a.npy", [1, 2])
    result = CliRunner().invoke(main, ["dump", "--json", f"{tmp_path}/a.npy"])
    assert json.loads(result.stdout)["data"] == [1, 2]


def test_json_of_files_that_all_fail_is_an_empty_object(tmp_path):
    urls = [f"{tmp_path}/{name}" for name in "ab"]
    result = CliRunner().invoke(main, ["dump", "--json", *urls])
    assert json.loads(result.stdout) == {}
    assert result.exit_code == 1


def test_json_of_references_says_that_they_are_some(tmp_path):
    path = tmp_path / "scales.h5"
    with h5py.File(path, "w") as file:
        data = file.create_dataset("data", data=[1, 2])
        file["x"] = [0.5, 1]
        file["x"].make_scale("x")
        data.dims[0].attach_scale(file["x"])
        file["null"] = np.array([h5py.Reference()], h5py.ref_dtype)
    result = CliRunner().invoke(main, ["dump", "--json", str(path)])
    found = json.loads(result.stdout)
    assert found["x@REFERENCE_LIST"] == [["<HDF5 object reference>", 0]]
    assert found["null"] == [None]


@pytest.mark.parametrize("words", [["dump", "--json"], ["dump"], ["show"]])
def test_types_that_numpy_has_not_are_one_line(tmp_path, words):
    path = tmp_path / "time.h5"
    with h5py.File(path, "w") as file:
        low_level(file, b"time", h5py.h5t.UNIX_D32LE, (2,))
    result = CliRunner().invoke(main, [*words, f"{path}::/time"])
    assert "NumPy" in result.output
    assert "a defect" not in result.stderr

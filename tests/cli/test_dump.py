"""``beamio dump`` of several files."""

import json

import numpy as np
from click.testing import CliRunner

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

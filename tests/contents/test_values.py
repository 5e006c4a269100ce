"""The values that are shown are those of the file, and no more of them are read."""

import json

import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from zoo import write_zoo

from beamio.cli import main
from beamio.contents import values
from beamio.view.values import value_lines


@given(shape=st.lists(st.integers(0, 12), min_size=1, max_size=3).map(tuple))
def test_the_ends_look_as_numpy_shows_the_whole(tmp_path_factory, shape):
    data = np.arange(np.prod(shape), dtype="i4").reshape(shape)
    path = tmp_path_factory.mktemp("ends") / "file.h5"
    with h5py.File(path, "w") as file:
        file["x"] = data
    (found,) = values(f"{path}::/x")
    if data.size:
        whole = np.array2string(data, threshold=0, edgeitems=3, max_line_width=80)
        assert "\n".join(value_lines(found.values)).split() == whole.split()
    assert max(found.values.shape) <= 7 or not data.size
    (full,) = values(f"{path}::/x", full=True)
    assert np.array_equal(full.values, data)


def test_only_the_ends_are_read(tmp_path):
    path = tmp_path / "large.h5"
    with h5py.File(path, "w") as file:
        large = file.create_dataset("x", (10**9,), "u1", chunks=(10**6,))
        large[0], large[-1] = 1, 2
    (found,) = values(f"{path}::/x")
    assert found.values.tolist() == [1, 0, 0, 0, 0, 0, 2]


def test_whatever_a_file_holds_is_shown(tmp_path):
    for found in values(write_zoo(tmp_path)):
        if found.values is not None:
            assert list(value_lines(found.values))


@pytest.fixture
def scan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("scan.h5", "w") as file:
        file["entry/energy"] = 12.4
        file["entry/energy"].attrs["units"] = "keV"
        file["entry/counts"] = np.arange(20).reshape(4, 5)
        file["entry/title"] = "a\x1b[31mscan"
    return "scan.h5"


def dump(*arguments):
    return CliRunner().invoke(main, ["dump", *arguments])


def test_values_and_attributes_are_printed(scan):
    assert dump(f"{scan}::/entry/energy").stdout.splitlines() == [
        "/entry/energy  float64  keV",
        "    @units = 'keV'",
        "    12.4",
    ]


def test_a_slice_is_printed(scan):
    lines = dump(f"{scan}::/entry/counts[1,1:3]").stdout.splitlines()
    assert lines == ["/entry/counts[1,1:3]  2 int64", "    [6 7]"]


def test_the_json_can_be_read(scan):
    found = json.loads(dump("--json", scan).stdout)
    assert found["entry"]["energy"] == 12.4
    assert json.loads(dump("--json", f"{scan}::/entry/counts[0]").stdout) == {
        "values": [0, 1, 2, 3, 4]
    }


def test_control_characters_are_shown_and_not_sent(scan):
    assert "\x1b" not in dump(scan).stdout
    assert "\x1b" not in dump("--json", scan).stdout


def test_a_file_that_is_missing_does_not_stop_the_rest(scan):
    result = dump("gone.h5", scan)
    assert result.exit_code == 1
    assert "/entry/energy" in result.stdout

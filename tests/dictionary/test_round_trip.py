"""What is written as a dictionary is read as the same dictionary."""

import h5py
import numpy as np
import pytest
from dictionary.trees import SCALARS, VALUES, same, trees
from hypothesis import HealthCheck, given, settings

import beamio

quick = settings(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("dictionary")


def through_file(tree, folder, **options):
    path = folder / "tree.h5"
    path.unlink(missing_ok=True)
    beamio.from_dict(tree, path)
    return beamio.to_dict(path, **options)


@quick
@given(tree=trees())
def test_a_tree_comes_back_as_it_was(folder, tree):
    found = through_file(tree, folder)
    assert same(found, tree), (found, tree)


@settings(quick, max_examples=200)
@given(value=VALUES)
def test_a_value_comes_back_as_it_was(folder, value):
    tree = {"x": value, "@x": value}
    found = through_file(tree, folder)
    assert same(found, tree), (found, tree)


@quick
@given(value=SCALARS)
def test_a_scalar_is_kept_next_to_arrays(folder, value):
    tree = {"x": [np.arange(3), [value], {"y": (value,)}]}
    assert same(through_file(tree, folder), tree)


def test_wide_text_with_few_letters_comes_back(folder):
    wide = np.array(["a", "b"], "<U9000000")
    assert same(through_file({"x": wide}, folder), {"x": wide})


def test_a_short_text_can_not_claim_the_memory(folder):
    path = folder / "claim.h5"
    with h5py.File(path, "w") as file:
        file["x"] = ["a"]
        file["x"].attrs["beamio_type"] = "array <U400000000"
        file["y"] = '{"$type": "array <U400000000", "value": ["a"]}'
        file["y"].attrs["beamio_type"] = "json"
    found = beamio.to_dict(path)
    assert found["x"].tolist() == ["a"]
    assert isinstance(found["y"], str)


def test_members_keep_their_order(tmp_path):
    tree = {name: {"b": 1, "a": 2} for name in "hzabqkxl"}
    found = through_file(tree, tmp_path)
    assert list(found) == list(tree)
    assert list(found["z"]) == ["b", "a"]


def test_virtual_datasets_come_back(tmp_path):
    with h5py.File(tmp_path / "source.h5", "w") as file:
        file["data"] = np.arange(6)
    layout = h5py.VirtualLayout((2, 6), "i8")
    layout[1] = h5py.VirtualSource("source.h5", "data", (6,))
    own = h5py.VirtualLayout((3,), "i8")
    own[:] = h5py.VirtualSource(tmp_path / "tree.h5", "x", (3,))
    tree = {"x": np.arange(3), "seen": layout, "own": own}
    found = through_file(tree, tmp_path)
    beamio.from_dict(found, tmp_path / "again.h5")
    with h5py.File(tmp_path / "again.h5") as file:
        assert file["seen"].virtual_sources()[0].file_name == "source.h5"
        assert file["own"].virtual_sources()[0].file_name == "."
    values = beamio.to_dict(tmp_path / "again.h5", virtual="values")
    assert values["seen"].tolist() == [[0] * 6, list(range(6))]
    assert values["own"].tolist() == [0, 1, 2]

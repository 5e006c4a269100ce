"""What is written as a dictionary is read as the same dictionary."""

import enum
from collections import OrderedDict
from typing import NamedTuple

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


class Colour(enum.IntEnum):
    RED = 1


class Unit(enum.StrEnum):
    MM = "mm"


class Pair(NamedTuple):
    a: object
    b: object


def test_derived_classes_come_back_as_what_they_are_derived_from(folder):
    tree = {
        "int": Colour.RED,
        "str": Unit.MM,
        "list": [Colour.RED, Unit.MM],
        "pair": Pair(1, 2.5),
        "pairs": [Pair(1, 2), Pair(3, 4)],
        "dict": OrderedDict(a=1),
        "records": np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    }
    found = through_file(tree, folder)
    assert found["int"] == 1
    assert type(found["int"]) is int
    assert found["str"] == "mm"
    assert type(found["str"]) is str
    assert found["list"] == [1, "mm"]
    assert found["pair"] == (1, 2.5)
    assert found["pairs"] == [(1, 2), (3, 4)]
    assert found["dict"] == {"a": 1}
    assert found["records"].tolist() == [(1, 2.0)]


def test_types_of_hdf5_come_back(folder):
    colours = h5py.enum_dtype({"RED": 1, "BLUE": 2}, "i4")
    ragged = np.empty(2, h5py.vlen_dtype("i4"))
    ragged[:] = [np.arange(3, dtype="i4"), np.arange(1, dtype="i4")]
    found = through_file({"c": np.array([1, 2], colours), "r": ragged}, folder)
    assert h5py.check_enum_dtype(found["c"].dtype) == {"RED": 1, "BLUE": 2}
    assert h5py.check_vlen_dtype(found["r"].dtype) == np.dtype("i4")
    assert [part.tolist() for part in found["r"]] == [[0, 1, 2], [0]]


def test_numbers_of_thousands_of_digits_come_back(folder):
    number = -(7**9000)
    assert through_file({"x": number}, folder) == {"x": number}


@pytest.mark.parametrize("compression", ["gzip", "bitshuffle-lz4", "zstd", "blosc2"])
@pytest.mark.parametrize(
    "dtype", ["M8[s]", "U4", "S3", "f2", "?", "c16", "g", "i4,U3", "O"]
)
def test_compressed_arrays_of_every_type_come_back(folder, compression, dtype):
    fill = "ab" if dtype in {"O", "U4", "S3"} else 0
    array = np.full((40, 40), fill, dtype)
    path = folder / "compressed.h5"
    path.unlink(missing_ok=True)
    beamio.from_dict({"x": array}, path, compression=compression)
    assert same(beamio.to_dict(path), {"x": array})


def test_a_depth_that_may_be_written_may_be_read(folder):
    tree = {}
    for _ in range(99):
        tree = {"a": tree}
    assert through_file(tree, folder) == tree

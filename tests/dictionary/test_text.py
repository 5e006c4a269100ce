"""Dictionaries as text in JSON and INI."""

import configparser
import json

import h5py
import numpy as np
import pytest
from dictionary.trees import TEXT, same, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import beamio
from beamio.dictionary import from_ini, from_json, to_ini, to_json

quick = settings(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None
)


@quick
@given(tree=trees())
def test_json_gives_back_the_same_tree(tree):
    found = from_json(to_json(tree))
    assert same(found, tree), (found, tree)


@quick
@given(tree=trees())
def test_ini_gives_back_the_same_tree(tree):
    text = to_ini(tree)
    found = from_ini(text)
    assert same(found, tree), (text, found, tree)


@quick
@given(tree=trees())
def test_plain_json_is_what_any_program_reads(tree):
    json.loads(to_json(tree, exact=False), parse_constant=pytest.fail)


KEYS = TEXT | st.sampled_from(
    ["#a", "[a]", "a = b", "a:b", "", "rem", "DEFAULT", "$type"]
)


@quick
@given(tree=st.dictionaries(KEYS, st.text() | st.dictionaries(KEYS, st.integers())))
def test_any_text_may_be_a_name(tree):
    assert from_json(to_json(tree)) == tree
    assert from_ini(to_ini(tree)) == tree


def test_json_of_plain_values_is_plain():
    tree = {"a": {"b": [1, 2.5, None, "x", True]}, "@units": "mm"}
    assert json.loads(to_json(tree)) == tree
    assert json.loads(to_json(tree, indent=2)) == tree


def test_plain_json_is_near():
    tree = {
        "array": np.arange(4.0).reshape(2, 2),
        "nan": [float("nan"), 1j],
        "bytes": b"ab\xff",
        "link": h5py.ExternalLink("a.h5", "/x"),
        "time": np.array("2026-01-02", "M8[D]"),
        "table": np.array([(1, b"a")], [("n", "i4"), ("t", "S2")]),
        ("a@b",): np.float32(0.5),
    }
    assert json.loads(to_json(tree, exact=False)) == {
        "array": [[0, 1], [2, 3]],
        "nan": [None, [0, 1]],
        "bytes": "ab\ufffd",
        "link": "a.h5::/x",
        "time": "2026-01-02",
        "table": [[1, "a"]],
        "a@b": 0.5,
    }


@pytest.mark.parametrize("write", [to_json, to_ini])
def test_large_arrays_must_be_asked_for(write):
    tree = {"g": {"x": np.zeros(10_001)}}
    with pytest.raises(beamio.OptionError, match="g/x: the array has 10,001 elements"):
        write(tree)
    assert write(tree, largest=None)


@pytest.mark.parametrize("write", [to_json, to_ini])
def test_what_text_cant_hold_is_told_with_its_key(write):
    with pytest.raises(beamio.OptionError, match="g/x: VirtualLayout is of no type"):
        write({"a": 1, "g": {"x": h5py.VirtualLayout((1,), "i4")}})
    with pytest.raises(beamio.OptionError, match="holds itself"):
        tree = {}
        tree["a"] = tree
        write(tree)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1', "line 1, column 8: this is no JSON"),
        ('{"a": 1, "a": 2}', "the name 'a' is given twice"),
        ('{"$type": "pickle", "value": 1}', "no type that beamio knows"),
        ('{"$type": 5}', "can't be read"),
        ('{"$type": "array O", "value": [1], "shape": [7]}', "can't be read"),
        ('{"$type": "array [[", "value": [1]}', "can't be read"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_text_that_is_no_json_is_told(text, told):
    with pytest.raises(beamio.OptionError, match=told):
        from_json(text)


def test_ini_of_people_is_read():
    text = "# a comment\n[a]\nx = 1\ny: yes\nz = [1, 2]\nText = Hello  World\n[a/b]\n"
    assert from_ini(text) == {
        "a": {"x": 1, "y": "yes", "z": [1, 2], "Text": "Hello  World", "b": {}}
    }


def test_other_programs_read_our_ini():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(to_ini({"title": "100 %", "a": {"b": {"c": 5}}}))
    assert json.loads(parser["/"]["title"]) == "100 %"
    assert parser["a/b"]["c"] == "5"


@pytest.mark.parametrize("text", ["x = 1", "[a]\nx\n", "[a]\n[a]\n", "[a]\nx=1\nx=2\n"])
def test_text_that_is_no_ini_is_told_in_one_line(text):
    with pytest.raises(beamio.OptionError, match="this is no INI") as caught:
        from_ini(text)
    assert "\n" not in str(caught.value)


def test_a_file_becomes_json(tmp_path):
    tree = {"a": {"b": (1, None)}, "a@x": 1}
    beamio.from_dict(tree, tmp_path / "a.h5")
    text = to_json(beamio.to_dict(tmp_path / "a.h5"))
    beamio.from_dict(from_json(text), tmp_path / "b.h5")
    found = beamio.to_dict(tmp_path / "b.h5")
    assert found == {"a": {"b": (1, None), "@x": 1}}

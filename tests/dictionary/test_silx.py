"""What silx has written reads as it does in silx, and silx reads what is ours."""

import h5py
import numpy as np
import pytest
from dictionary.trees import ARRAYS, ATTRIBUTES, NAMES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from silx.io.dictdump import dicttoh5, dicttonx, h5todict, nxtodict

import beamio

quick = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
PLAIN = NAMES.filter(lambda name: "@" not in name and not name.startswith(">"))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
VALUES = (
    st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.booleans()
    | TEXT
    | st.lists(st.integers(-9, 9), max_size=4)
    | st.lists(TEXT, min_size=1, max_size=3)
    | st.binary(max_size=4).filter(lambda data: 0 not in data)
    | ARRAYS.filter(lambda array: array.dtype.kind in "biufc")
)
TREES = st.dictionaries(
    PLAIN,
    VALUES | st.dictionaries(PLAIN, VALUES, max_size=3),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("silx")


def check_same(ours, theirs):
    """Compare trees of arrays; in silx, a name may be any text."""
    assert set(ours) == set(theirs)
    for key, value in theirs.items():
        if isinstance(value, dict):
            check_same(ours[key], value)
        else:
            check_value(ours[key], value)


def check_value(mine, value):
    one, other = np.asarray(mine), np.asarray(value)
    assert one.shape == other.shape
    assert one.dtype == other.dtype
    if one.dtype.kind in "fc":
        assert np.array_equal(one, other, equal_nan=True)
    else:
        assert one.tolist() == other.tolist()


def with_attributes(tree, names):
    """A tree with attributes of its groups and datasets, as dicttoh5 takes them."""
    found = {}
    for key, value in tree.items():
        found[key] = with_attributes(value, names) if isinstance(value, dict) else value
        for number, name in enumerate(names):
            found[(key, name)] = [number, "text", 0.5][number % 3]
    return found


@quick
@given(tree=TREES, names=st.lists(ATTRIBUTES, max_size=2, unique=True))
def test_what_dicttoh5_has_written_reads_as_in_silx(folder, tree, names):
    path = folder / "theirs.h5"
    dicttoh5(with_attributes(tree, names), str(path))
    for attributes in (False, True):
        theirs = h5todict(str(path), include_attributes=attributes)
        style = "tuples" if attributes else False
        ours = beamio.to_dict(path, asarray=True, attributes=style)
        check_same(literal(ours), theirs)


@quick
@given(tree=TREES, names=st.lists(ATTRIBUTES, max_size=2, unique=True))
def test_silx_reads_what_is_ours(folder, tree, names):
    path = folder / "ours.h5"
    path.unlink(missing_ok=True)
    beamio.from_dict(with_attributes(tree, names), path)
    theirs = h5todict(str(path), include_attributes=True)
    ours = beamio.to_dict(path, asarray=True, attributes="tuples")
    check_same(literal(ours), theirs)


def layered(values):
    groups = st.dictionaries(st.sampled_from("vwx"), values, max_size=3)
    return st.dictionaries(st.sampled_from("ghk"), groups, min_size=1, max_size=3)


@quick
@given(
    old=layered(VALUES), new=layered(VALUES), mode=st.sampled_from(["add", "replace"])
)
def test_add_and_replace_change_what_those_of_silx_change(folder, old, new, mode):
    check_change(folder, old, new, mode)


# silx casts a value to the type that is there, and repeats it over an array.
@quick
@given(old=layered(st.integers(-9, 9)), new=layered(st.integers(-9, 9)))
def test_modify_changes_what_that_of_silx_changes(folder, old, new):
    check_change(folder, old, new, "modify")


def check_change(folder, old, new, mode):
    mine, other = folder / "mine.h5", folder / "other.h5"
    mine.unlink(missing_ok=True)
    beamio.from_dict(with_attributes(old, ["a"]), mine)
    dicttoh5(with_attributes(old, ["a"]), str(other))
    beamio.from_dict(with_attributes(new, ["a", "b"]), mine, mode=mode)
    dicttoh5(with_attributes(new, ["a", "b"]), str(other), mode="a", update_mode=mode)
    names = {"beamio_type"}
    found = h5todict(str(mine), include_attributes=True)
    check_same(without(found, names), h5todict(str(other), include_attributes=True))


def without(tree, names):
    """A tree without the attributes of some names."""
    return {
        key: without(value, names) if isinstance(value, dict) else value
        for key, value in tree.items()
        if not (isinstance(key, tuple) and key[1] in names)
    }


def literal(tree):
    """A tree with names as silx has them, where ours are tuples of one."""
    return {
        key[0] if isinstance(key, tuple) and len(key) == 1 else key: (
            literal(value) if isinstance(value, dict) else value
        )
        for key, value in tree.items()
    }


def test_scalars_read_as_in_silx_but_of_pythons_own_types(tmp_path):
    tree = {"i": 5, "f": 0.5, "b": True, "c": 1j, "s": "ä", "y": b"ab", "n": np.int8(3)}
    dicttoh5(tree, str(tmp_path / "a.h5"))
    theirs = h5todict(str(tmp_path / "a.h5"), asarray=False)
    ours = beamio.to_dict(tmp_path / "a.h5")
    assert ours == theirs == tree
    assert [type(ours[name]) for name in tree] == [type(v) for v in tree.values()]


GAUSS = {
    "entry": {
        "title": "A plot",
        "instrument": {
            "@NX_class": "NXinstrument",
            "positioners": {"@NX_class": "NXcollection", "x": np.arange(0, 1.1, 0.1)},
        },
        "plot": {
            "y": np.array([0.08, 0.19, 0.39]),
            "y@units": "counts",
            ">x": "../instrument/positioners/x",
            ">far": "other.h5::/entry/data",
            "@signal": "y",
            "@NX_class": "NXdata",
        },
        "@NX_class": "NXentry",
    },
    "@NX_class": "NXroot",
    "@default": "entry",
}


@pytest.mark.parametrize("follow", [False, True])
def test_what_dicttonx_has_written_reads_as_in_silx(tmp_path, follow):
    path = str(tmp_path / "nx.h5")
    tree = {**GAUSS, "entry": {**GAUSS["entry"], "plot": dict(GAUSS["entry"]["plot"])}}
    if follow:
        del tree["entry"]["plot"][">far"]
    dicttonx(tree, path)
    theirs = nxtodict(path, dereference_links=follow, asarray=True)
    ours = beamio.to_dict(path, asarray=True, links="follow" if follow else "keep")
    check_same(spelled(ours), theirs)


def test_dictionaries_for_dicttonx_write_what_silx_writes(tmp_path):
    mine, other = str(tmp_path / "mine.h5"), str(tmp_path / "theirs.h5")
    beamio.from_dict(GAUSS, mine)
    dicttonx(GAUSS, other, add_nx_class=False)
    options = {"dereference_links": False}
    check_same(nxtodict(mine, **options), nxtodict(other, **options))


def spelled(tree):
    """A tree with its links as text, as nxtodict has them."""
    found = {}
    for key, value in tree.items():
        if isinstance(value, h5py.SoftLink):
            found[f">{key}"] = value.path
        elif isinstance(value, h5py.ExternalLink):
            found[f">{key}"] = f"{value.filename}::{value.path}"
        else:
            found[key] = spelled(value) if isinstance(value, dict) else value
    return found


def test_silx_sees_something_sensible_where_hdf5_needs_a_mark(tmp_path):
    tree = {
        "none": None,
        "big": 2**70,
        "tuple": (1, 2),
        "mixed": [1, "a", None],
        "ragged": [[1, 2], [3]],
        "arrays": [np.arange(2), np.arange(3)],
    }
    beamio.from_dict(tree, tmp_path / "a.h5")
    theirs = h5todict(str(tmp_path / "a.h5"), asarray=False)
    assert isinstance(theirs["none"], h5py.Empty)
    assert theirs["big"] == "1180591620717411303424"
    assert theirs["tuple"].tolist() == [1, 2]
    assert theirs["mixed"] == '[1, "a", null]'
    assert theirs["ragged"] == "[[1, 2], [3]]"
    assert theirs["arrays"]["1"].tolist() == [0, 1, 2]

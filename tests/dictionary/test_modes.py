"""What becomes of what is there already, and of what can't be written or read."""

import fcntl
import logging
import os
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest

import beamio
from beamio.dictionary import target

OLD = {"a": 1, "g": {"x": [1, 2], "x@units": "mm", "y": "old"}, "@title": "old"}
NEW = {"b": 2, "a": 5, "g": {"x": [3, 4], "z": 0.5}, "@title": "new", "@more": 1}


@pytest.fixture(params=["copied", "in place", "open"])
def change(request, tmp_path, monkeypatch):
    """Write OLD, then another tree in a mode, in each of the ways; give the tree."""
    path = tmp_path / "tree.h5"
    beamio.from_dict(OLD, path)
    if request.param == "in place":
        monkeypatch.setattr(target, "SMALL", 0)

    def changed(tree, mode, inside="", **options):
        if request.param == "open" and not inside:
            with h5py.File(path, "r+") as file:
                beamio.from_dict(tree, file, mode=mode, **options)
        else:
            beamio.from_dict(tree, f"{path}{inside}", mode=mode, **options)
        return beamio.to_dict(path)

    changed.path = path
    return changed


def test_create_refuses_what_exists(change):
    with pytest.raises(beamio.OutputExistsError, match="exists already"):
        change(NEW, "create")
    with pytest.raises(beamio.OutputExistsError, match="::/g: exists already"):
        change(NEW, "create", "::/g")
    assert beamio.to_dict(change.path) == OLD


def test_create_makes_a_group_in_an_existing_file(change):
    found = change({"x": 1}, "create", "::/new/deep")
    assert found == {**OLD, "new": {"deep": {"x": 1}}}


def test_add_keeps_what_is_there(change):
    assert change(NEW, "add") == {
        "a": 1,
        "g": {"x": [1, 2], "x@units": "mm", "y": "old", "z": 0.5},
        "@title": "old",
        "b": 2,
        "@more": 1,
    }


def test_modify_changes_values_and_keeps_the_rest(change):
    assert change(NEW, "modify") == {
        "a": 5,
        "g": {"x": [3, 4], "x@units": "mm", "y": "old", "z": 0.5},
        "@title": "new",
        "b": 2,
        "@more": 1,
    }


def test_modify_changes_types_and_shapes_and_keeps_attributes(change):
    found = change({"g": {"x": (1, None, "a"), "y": np.arange(3)}, "a": None}, "modify")
    assert found["a"] is None
    assert found["g"]["x"] == (1, None, "a")
    assert found["g"]["x@units"] == "mm"
    assert found["g"]["y"].tolist() == [0, 1, 2]


def test_replace_writes_members_anew_and_keeps_others(change):
    assert change(NEW, "replace") == {**NEW}
    assert change({"a": {"c": 1}}, "replace") == {**NEW, "a": {"c": 1}}


def test_a_change_in_place_keeps_how_a_dataset_is_stored(change):
    values = np.zeros((100, 100))
    change({"big": values}, "add", compression="gzip", chunks=(10, 10))
    found = change({"big": values + 1}, "modify")
    assert (found["big"] == 1).all()
    with h5py.File(change.path) as file:
        assert file["big"].chunks == (10, 10)
        assert file["big"].compression == "gzip"


@pytest.mark.parametrize(
    ("tree", "mode", "told"),
    [
        ({"b": 1, "g": 5}, "modify", "g: is a group, and a value is given; replace"),
        ({"b": 1, "a": {"x": 1}}, "modify", "a: is a dataset, and a group is given"),
        ({"b": 1, "a": {"x": 1}}, "add", "a: is a dataset, and a group is given"),
        ({"b": 1, "q@x": 1}, "modify", "q: attributes are given of what is not there"),
        (
            {"b": 1, "g": {"n": object()}},
            "add",
            "g/n: a value of class builtins.object",
        ),
    ],
)
def test_a_clash_is_told_before_anything_is_changed(change, tree, mode, told):
    with pytest.raises(beamio.OptionError, match=told):
        change(tree, mode)
    assert beamio.to_dict(change.path) == OLD


def test_what_clashes_is_logged_and_left_out_if_asked(change, caplog):
    tree = {"b": 1, "g": 5, "n": object()}
    with caplog.at_level(logging.ERROR, "beamio.dictionary"):
        assert change(tree, "modify", errors="log") == {**OLD, "b": 1}
    assert len(caplog.records) == 2
    assert "it was left out" in caplog.text
    caplog.clear()
    assert change({"c": 1, "n": object()}, "add", errors="ignore")["c"] == 1
    assert not caplog.records


def test_a_change_keeps_permissions_and_readers_see_the_old_file(tmp_path):
    path = tmp_path / "tree.h5"
    beamio.from_dict(OLD, path)
    path.chmod(0o640)
    with h5py.File(path, "r") as reader:
        beamio.from_dict({"a": 2}, path, mode="modify")
        assert reader["a"][()] == 1
    assert path.stat().st_mode & 0o777 == 0o640
    assert beamio.to_dict(path)["a"] == 2


def test_a_failed_change_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "tree.h5"
    beamio.from_dict(OLD, path)
    before = path.read_bytes()
    monkeypatch.setattr(
        "beamio.dictionary.write.HDF5Writer._dataset",
        lambda *_: (_ for _ in ()).throw(KeyboardInterrupt),
    )
    with pytest.raises(KeyboardInterrupt):
        beamio.from_dict({"b": 1}, path, mode="add")
    assert path.read_bytes() == before
    with pytest.raises(KeyboardInterrupt):
        beamio.from_dict({"b": 1}, tmp_path / "new.h5")
    assert os.listdir(tmp_path) == ["tree.h5"]


def test_a_file_that_another_program_writes_is_left_alone(change):
    script = (
        "import h5py, sys; f = h5py.File(sys.argv[1], 'r+'); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, change.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        writer.stdout.readline()
        with pytest.raises((beamio.BusyFileError, BlockingIOError)):
            change({"b": 1}, "add", "::/")
        writer.communicate(b"\n")


def test_a_read_only_file_is_not_replaced(tmp_path):
    path = tmp_path / "tree.h5"
    beamio.from_dict(OLD, path)
    path.chmod(0o444)
    with pytest.raises(beamio.OutputError, match="is read-only"):
        beamio.from_dict(NEW, path, mode="modify")
    with h5py.File(path) as file, pytest.raises(beamio.OutputError, match="reading"):
        beamio.from_dict(NEW, file, mode="modify")


def test_a_full_disk_leaves_nothing_behind(tmp_path):
    beamio.from_dict(OLD, tmp_path / "tree.h5")
    script = """
import resource, signal, sys, numpy, beamio
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
for name in ("tree.h5", "new.h5"):
    try:
        beamio.from_dict({"b": numpy.ones(100_000)}, name, mode="add")
    except beamio.DiskFullError as error:
        print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.count("the disk is full") == 2, result
    assert os.listdir(tmp_path) == ["tree.h5"]
    assert beamio.to_dict(tmp_path / "tree.h5") == OLD


def test_room_is_looked_for_before_a_file_is_changed_in_place(tmp_path, monkeypatch):
    beamio.from_dict(OLD, tmp_path / "tree.h5")
    before = (tmp_path / "tree.h5").read_bytes()
    monkeypatch.setattr(target, "SMALL", 0)
    free = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    tree = {"b": {"c": np.zeros(1_000_001, "u1")}}
    with pytest.raises(beamio.DiskFullError, match=r"1\.0 MB are free"):
        beamio.from_dict(tree, tmp_path / "tree.h5", mode="add")
    assert (tmp_path / "tree.h5").read_bytes() == before


def test_a_file_that_this_program_writes_is_told_of(tmp_path):
    path = tmp_path / "tree.h5"
    beamio.from_dict(OLD, path)
    with h5py.File(path, "r+"), pytest.raises(beamio.BusyFileError, match="open file"):
        beamio.from_dict({"b": 1}, path, mode="add")
    with h5py.File(path, "r"):
        beamio.from_dict({"b": 1}, path, mode="add")
    assert beamio.to_dict(path)["b"] == 1


def test_a_file_with_two_names_keeps_both(tmp_path):
    beamio.from_dict(OLD, tmp_path / "one.h5")
    (tmp_path / "two.h5").hardlink_to(tmp_path / "one.h5")
    beamio.from_dict({"a": 2}, tmp_path / "one.h5", mode="modify")
    assert beamio.to_dict(tmp_path / "two.h5")["a"] == 2


def test_links_are_replaced_and_never_written_through(change):
    change({">soft": "/g", ">s": "/a", ">far": "none.h5::/x"}, "add")
    with pytest.raises(beamio.OptionError, match="soft: is a link"):
        change({"soft": {"x": 1}}, "modify")
    found = change({"s": 7, "far": 8}, "modify")
    assert (found["a"], found["s"], found["far"]) == (1, 7, 8)


def test_a_path_through_a_link_to_another_file_is_told(tmp_path):
    beamio.from_dict(OLD, tmp_path / "far.h5")
    beamio.from_dict({">far": "far.h5::/", ">g": "/none"}, tmp_path / "tree.h5")
    for path in ("/far/g", "/g"):
        with pytest.raises(beamio.OptionError, match=r"tree\.h5::.*is no group, or a"):
            beamio.from_dict({"x": 1}, f"{tmp_path}/tree.h5::{path}", mode="modify")
    assert beamio.to_dict(tmp_path / "far.h5") == OLD


def test_locks_are_given_back(tmp_path):
    path = tmp_path / "tree.h5"
    beamio.from_dict(OLD, path)
    beamio.from_dict({"b": 1}, path, mode="add")
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

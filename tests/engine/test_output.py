import os
import subprocess
import sys
from pathlib import Path

import pytest

from beamio.engine import check_output, check_space, completed_file, file_series
from beamio.errors import DiskFullError, OptionError, OutputError, OutputExistsError


def test_a_file_has_its_name_only_after_it_is_on_the_disk(tmp_path, monkeypatch):
    path, steps = tmp_path / "a.txt", []
    monkeypatch.setattr(
        os,
        "fsync",
        lambda descriptor: steps.append(
            (os.readlink(f"/proc/self/fd/{descriptor}"), path.exists())
        ),
    )
    with completed_file(path) as part:
        part.write_text("all")
        assert not path.exists()
    assert path.read_text() == "all"
    assert steps == [(str(part), False), (str(tmp_path), True)]
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_file_that_fails_is_never_there(tmp_path, error):
    with pytest.raises(error), completed_file(tmp_path / "a.txt") as part:
        part.write_text("half")
        raise error
    assert os.listdir(tmp_path) == []


def test_what_another_program_made_meanwhile_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(OutputExistsError), completed_file(path) as part:
        part.write_text("mine")
        path.write_text("theirs")
    assert path.read_text() == "theirs"
    with completed_file(path, overwrite=True) as part:
        part.write_text("mine")
    assert path.read_text() == "mine"
    assert os.listdir(tmp_path) == ["a.txt"]


def left_behind(path):
    """A part whose writer is dead."""
    code = (
        "import os, sys; from beamio.engine import completed_file\n"
        "with completed_file(sys.argv[1]) as part: print(part, flush=True); os._exit(1)"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Path(done.stdout.strip())


def test_only_the_parts_of_the_dead_are_removed(tmp_path):
    dead, other = left_behind(tmp_path / "a.txt"), left_behind(tmp_path / "b.txt")
    assert dead.exists()
    assert other.exists()
    with completed_file(tmp_path / "a.txt", overwrite=True) as living:
        assert not dead.exists()
        with completed_file(tmp_path / "a.txt", overwrite=True):
            assert living.exists()
    assert set(os.listdir(tmp_path)) == {"a.txt", other.name}


def test_the_folder_of_a_series_is_looked_through_and_synced_once(
    tmp_path, monkeypatch
):
    files = [tmp_path / f"{i}.txt" for i in range(3)]
    dead, other = left_behind(files[1]), left_behind(tmp_path / "b.txt")
    synced, listed = [], []
    listing = os.listdir
    monkeypatch.setattr(
        os, "fsync", lambda d: synced.append(os.readlink(f"/proc/self/fd/{d}"))
    )
    monkeypatch.setattr(os, "listdir", lambda f: listed.append(f) or listing(f))
    with file_series(files):
        assert not dead.exists()
        for file in files:
            with completed_file(file, in_series=True) as part:
                part.write_text("all")
    assert synced.count(str(tmp_path)) == 1
    assert len(synced) == 4
    assert len(listed) == 1
    assert set(listing(tmp_path)) == {"0.txt", "1.txt", "2.txt", other.name}


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "a.txt"
    with completed_file(path, overwrite=True) as one:
        one.write_text("one")
        with completed_file(path, overwrite=True) as other:
            other.write_text("other")
        assert path.read_text() == "other"
    assert path.read_text() == "one"


def test_a_long_name_can_be_written(tmp_path):
    path = tmp_path / ("a" * 251 + ".txt")
    with completed_file(path) as part:
        part.write_text("all")
    assert path.read_text() == "all"


def test_a_link_keeps_pointing_to_what_is_replaced(tmp_path):
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "a.txt", tmp_path / "a.txt"
    target.write_text("old")
    link.symlink_to(target)
    with completed_file(link, overwrite=True) as part:
        assert part.parent == target.parent
        part.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize(
    ("name", "number"), [("disk", 28), ("quota", 122), ("file size", 27)]
)
def test_a_full_disk_is_named(tmp_path, name, number):
    with (
        pytest.raises(DiskFullError, match="disk is full"),
        completed_file(tmp_path / "a.txt"),
    ):
        raise OSError(number, name)


def test_space_is_looked_for_before(tmp_path):
    check_space(tmp_path / "a", 1)
    with pytest.raises(DiskFullError, match=r"needs 1,000,000,000,000\.0 MB"):
        check_space(tmp_path / "a", 10**18)


def test_an_output_is_refused_before_any_work(tmp_path):
    there = tmp_path / "there"
    there.touch()
    (tmp_path / "link").symlink_to(there)
    with pytest.raises(OutputExistsError):
        check_output(there)
    check_output(there, overwrite=True)
    for name in ("there", "link", "./there"):
        with pytest.raises(OptionError, match="would replace the input"):
            check_output(tmp_path / name, overwrite=True, inputs=[there])
    with pytest.raises(OutputError, match="is a folder"):
        check_output(tmp_path)
    with pytest.raises(OutputError, match="does not exist"):
        check_output(tmp_path / "no" / "a")

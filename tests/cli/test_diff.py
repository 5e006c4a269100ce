"""``beamio diff``: what it prints, writes, and answers."""

import json
import shutil
import subprocess

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from beamio.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def files(tmp_path):
    """Two files of which images, a text and an attribute differ."""
    a = np.arange(3 * 40 * 50, dtype="u2").reshape(3, 40, 50)
    for name, step in (("a.h5", 0), ("b.h5", 4)):
        with h5py.File(tmp_path / name, "w") as file:
            data = a.copy()
            data[1, 2, 3] -= step
            data[2, 5, 5] += step // 2
            file["entry/data"] = data
            file["entry/title"] = f"a scan {step}"
            file["entry/same"] = 1.5
            file["entry/data"].attrs["units"] = "counts" if step else "photons"
    return tmp_path / "a.h5", tmp_path / "b.h5"


def test_what_differs_is_told(files):
    result = run(*files)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"A  {files[0]}"
    assert "/entry/data" in lines
    assert "    2 of 6,000 values differ (0.033 %)" in lines
    assert "    most at [1,2,3]: 2103 in A, 2099 in B" in lines
    assert "/entry/data@units  value: 'photons' in A, 'counts' in B" in lines
    assert "/entry/title  value: 'a scan 0' in A, 'a scan 4' in B" in lines
    assert "A and B differ: 3 differences" in lines


def test_a_copy_is_the_same(files):
    copy = shutil.copy(files[0], files[0].with_name("copy.h5"))
    result = run(files[0], copy)
    assert result.exit_code == 0
    assert result.stdout.startswith("A and B are the same\n")


def test_what_can_not_be_opened_is_told_in_one_line(files):
    result = run(files[0], "none.h5")
    assert result.exit_code == 2
    assert result.stderr.startswith("beamio: none.h5: ")
    assert result.stderr.count("\n") == 1


def test_a_part_that_can_not_be_read_is_no_answer(files):
    with h5py.File(files[1], "r+") as file:
        layout = h5py.VirtualLayout((3,), "f8")
        layout[...] = h5py.VirtualSource("gone.h5", "x", (3,))
        file.create_virtual_dataset("entry/virtual", layout)
    copy = shutil.copy(files[1], files[1].with_name("copy.h5"))
    result = run(files[1], copy)
    assert result.exit_code == 2
    assert "/entry/virtual  can't be compared" in result.stdout
    assert "could not be compared as a whole" in result.stdout


def test_json_can_be_read(files):
    result = run(*files, "--json", "--rtol", "0")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["same"] is False
    value = report["differences"][1]["values"]
    assert (value["count"], value["where"], value["absolute"]) == (2, [1, 2, 3], 4)


def test_only_so_many_differences_are_shown(files):
    result = run(*files, "--max", "1")
    assert "and 2 more; --max 0 shows all" in result.stdout


def test_hostile_names_and_values_do_not_reach_the_terminal(tmp_path):
    for name in ("a.h5", "b.h5"):
        with h5py.File(tmp_path / name, "w") as file:
            file["\x1b[31m"] = f"\x1b]0;{name}\x07"
            file["\x1b[32m" + name] = 1
    result = run(tmp_path / "a.h5", tmp_path / "b.h5")
    assert "\x1b" not in result.stdout
    assert "\\x1b[31m" in result.stdout


def test_the_difference_is_written_to_hdf5(files, tmp_path):
    output = tmp_path / "d.h5"
    result = run(*files, "-o", output)
    assert f"B - A in {output}" in result.stdout
    with h5py.File(output) as file, h5py.File(files[0]) as a, h5py.File(files[1]) as b:
        one, other = (each["entry/data"][...].astype(int) for each in (a, b))
        assert (file["entry/data"][...] == other - one).all()
        assert list(file["entry"]) == ["data"]
    assert run(*files, "-o", output).exit_code == 2
    assert run(*files, "-o", output, "--overwrite").exit_code == 1


def test_the_difference_is_written_to_npy(files, tmp_path):
    urls = [f"{file}::/entry/data" for file in files]
    run(*urls, "-o", tmp_path / "d.npy")
    found = np.load(tmp_path / "d.npy")
    assert (found[1, 2, 3], found[2, 5, 5], np.count_nonzero(found)) == (-4, 2, 2)


def test_the_difference_is_drawn(files, tmp_path):
    from PIL import Image

    result = run(*files, "-o", tmp_path / "d.png")
    assert result.exit_code == 1
    with Image.open(tmp_path / "d.png") as image:
        assert image.width > image.height > 100


def test_a_picture_of_no_image_is_refused(tmp_path):
    for name, value in (("a.h5", [1, 2]), ("b.h5", [1, 3])):
        with h5py.File(tmp_path / name, "w") as file:
            file["x"] = value
    result = run(tmp_path / "a.h5", tmp_path / "b.h5", "-o", tmp_path / "d.png")
    assert result.exit_code == 2
    assert "no dataset that differs is an image" in result.stderr
    assert not (tmp_path / "d.png").exists()


H5DIFF = pytest.mark.skipif(shutil.which("h5diff") is None, reason="h5diff is missing")
PLACES = [None, (0, 0, 0), (1, 39, 49)]


@H5DIFF
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_h5diff_comes_to_the_same_verdict(tmp_path, place):
    for name in ("a.h5", "b.h5"):
        data = np.arange(3 * 40 * 50, dtype="f4").reshape(3, 40, 50)
        if place is not None and name == "b.h5":
            data[place] += 0.5
        with h5py.File(tmp_path / name, "w") as file:
            file.create_dataset("data", data=data, chunks=(1, 40, 50))
    files = tmp_path / "a.h5", tmp_path / "b.h5"
    theirs = subprocess.run(["h5diff", *files], check=False, capture_output=True)
    assert run(*files).exit_code == theirs.returncode
    theirs = subprocess.run(
        ["h5diff", "-d", "1", *files], check=False, capture_output=True
    )
    assert run(*files, "--atol", "1").exit_code == theirs.returncode

"""Files that are not HDF5."""

import fabio
import numpy as np

from beamio import check


def edf(path, shape=(20, 30)):
    image = fabio.edfimage.EdfImage(np.ones(shape, "u2"))
    image.write(str(path))
    return path


def test_a_good_image_is_no_problem(tmp_path):
    report = check(edf(tmp_path / "a.edf"), deep=True)
    assert report.status == 0
    assert report.looked_at["bytes"] >= 1200


def test_an_image_that_is_cut_short_can_not_be_read(tmp_path):
    path = edf(tmp_path / "a.edf")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 100)
    report = check(path)
    assert report.status == 2
    assert "cut short" in report.problems[0].message


def test_images_of_several_shapes_in_a_series_are_a_problem(tmp_path):
    for number in range(3):
        edf(tmp_path / f"a_{number:04d}.edf", (20, 30 + number // 2))
    report = check(f"{tmp_path}/a_%04d.edf")
    assert report.status == 1
    assert report.problems[0].kind == "images that do not fit"


def test_numpy_files_are_checked(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(10))
    assert check(tmp_path / "a.npy", deep=True).status == 0
    raw = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "b.npy").write_bytes(raw[:-8])
    assert check(tmp_path / "b.npy").status == 2
    (tmp_path / "c.npy").write_bytes(raw[:40])
    assert check(tmp_path / "c.npy").status == 2


def test_real_files_have_no_problem(samples):
    for name in ("medipix.edf", "oleg.dat"):
        assert check(samples / name, deep=True).status == 0

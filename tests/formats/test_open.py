import os

import h5py
import numpy as np
import pytest

import beamio
from beamio.errors import (
    DamagedFileError,
    MissingFileError,
    MissingPathError,
    NotAnImageError,
    OptionError,
    UnknownFormatError,
    UnreadableError,
    UrlError,
)

STACK = np.arange(3 * 4 * 5, dtype="<u2").reshape(3, 4, 5)


def write_edf(path, image, **header):
    import fabio

    fabio.edfimage.EdfImage(data=image, header=header).write(str(path))


@pytest.fixture
def hdf5(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["entry/data"] = STACK
        file["entry/title"] = "a scan"
    return path


@pytest.fixture
def series(tmp_path):
    folder = tmp_path / "series"
    folder.mkdir()
    for number, image in enumerate(STACK, 9):  # 10 comes after 9
        write_edf(folder / f"scan_{number}.edf", image)
    return folder


def images(tree):
    return tree["scan_0/instrument/detector_0/data"]


@pytest.mark.parametrize("suffix", ["h5", "nxs", "cxi", "nc", "edf", "dat", ""])
def test_hdf5_is_known_whatever_its_name(hdf5, tmp_path, suffix):
    path = hdf5.rename(tmp_path / f"scan.{suffix}")
    with beamio.open(path) as file:
        assert isinstance(file, beamio.File)
        assert (file["entry/data"][1] == STACK[1]).all()


def test_hdf5_behind_a_user_block_is_known(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w", userblock_size=1024) as file:
        file["data"] = STACK
    with path.open("r+b") as file:
        file.write(b"#F not a SPEC file\n")
    with beamio.open(path) as file:
        assert isinstance(file, beamio.File)


def test_what_a_path_names_is_opened_and_closed_with_its_file(hdf5):
    with beamio.open(f"{hdf5}::/entry/data") as data:
        assert isinstance(data, beamio.Dataset)
        assert (data[()] == STACK).all()
    assert not data
    group = beamio.open(f"{hdf5}::entry")
    assert group["title"].asstr()[()] == "a scan"
    with group["title"]:  # was not opened alone, so it closes nothing
        pass
    assert group


def test_a_part_is_read_when_it_is_asked_for(hdf5):
    with beamio.open(f"{hdf5}::/entry/data[1:,::2,-1]") as part:
        assert isinstance(part, beamio.TreeDataset)
        assert part.shape == (2, 2)
        assert part.file["entry/title"].asstr()[()] == "a scan"
        np.testing.assert_array_equal(part[...], STACK[1:, ::2, -1])
    with pytest.raises(ValueError, match="closed"):
        part[...]


def test_an_empty_part_is_empty(hdf5):
    assert beamio.open(f"{hdf5}::/entry/data[3:]").shape == (0, 4, 5)


def test_a_name_that_is_there_comes_before_any_grammar(tmp_path, hdf5):
    for name in ("a::b.h5", "scan_%04d.h5", "scan[1].h5", "*?.h5"):
        path = tmp_path / name
        path.write_bytes(hdf5.read_bytes())
        with beamio.open(path) as file:
            assert isinstance(file, beamio.File)
        assert beamio.open(f"{path}::/entry/data[0,0,0]")[()] == 0


@pytest.mark.parametrize("name", ["", "/*.edf", "/scan_*", "/scan_%d.edf"])
def test_many_images_are_one_stack_in_the_order_of_their_numbers(series, name):
    with beamio.open(f"{series}{name}") as tree:
        np.testing.assert_array_equal(images(tree)[...], STACK)


def test_other_files_in_a_folder_are_told(series):
    (series / "notes.txt").write_text("a good day")
    (series / ".hidden").write_text("")
    with pytest.warns(UserWarning, match=r"left out, no images: notes\.txt"):
        tree = beamio.open(series)
    assert len(images(tree)) == 3


def test_images_of_two_kinds_are_no_stack(series):
    (series / "image.tif").write_bytes(b"II*\0")
    with pytest.raises(UnknownFormatError, match=r"2 kinds \(tif, edf\).*/\*\.tif"):
        beamio.open(series)


def test_a_folder_without_images_says_what_it_holds(tmp_path):
    with pytest.raises(MissingFileError, match="holds no file"):
        beamio.open(tmp_path)
    for name in ("a.h5", "b.txt"):
        (tmp_path / name).write_text("x")
    with pytest.raises(UnknownFormatError, match=r"no images, but a\.h5, b\.txt"):
        beamio.open(tmp_path)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("", UrlError, "names no file"),
        ("::/entry", UrlError, "names no file"),
        ("scan.h5::/entry/data[1", UrlError, r"data>>\[1<<"),
        ("scan.h5::/entry/data[a]", UrlError, r"\[>>a<<\]"),
        ("scan.h5::/entry/dat", MissingPathError, "did you mean data"),
        ("scan.h5::/entry[0]", NotAnImageError, "is a group"),
        ("scan.h5::/entry/data[9]", OptionError, r"no \[9\] in the shape \(3, 4, 5\)"),
        ("scam.h5", MissingFileError, r"did you mean scan\.h5"),
        ("scam*.h5", MissingFileError, r"did you mean scan\.h5"),
        ("scan_%04d.h5", MissingFileError, r"did you mean scan\.h5"),
        ("nowhere/scan.h5", MissingFileError, "no folder nowhere"),
        ("empty.edf", DamagedFileError, r"is empty \(0 bytes\)"),
        ("lost.edf", MissingFileError, "is a link that leads nowhere"),
        ("pipe.edf", UnreadableError, "is a pipe"),
        ("/dev/zero", UnreadableError, "is a device"),
        ("notes.txt", UnknownFormatError, "neither HDF5 nor"),
    ],
)
def test_what_cannot_be_opened_says_why(hdf5, monkeypatch, name, error, message):
    monkeypatch.chdir(hdf5.parent)
    (hdf5.parent / "empty.edf").touch()
    (hdf5.parent / "notes.txt").write_text("a good day")
    (hdf5.parent / "lost.edf").symlink_to("gone.edf")
    os.mkfifo(hdf5.parent / "pipe.edf")
    with pytest.raises(error, match=message) as caught:
        beamio.open(name)
    assert "\n" not in str(caught.value)


def test_a_file_that_may_not_be_read_says_so(hdf5):
    hdf5.chmod(0)
    if os.access(hdf5, os.R_OK):
        pytest.skip("the superuser may read everything")
    with pytest.raises(UnreadableError, match="permission"):
        beamio.open(hdf5)


@pytest.mark.parametrize("name", ["", "/scan.edf", "/*.edf", "/s_%d.edf", "::/a"])
def test_a_folder_that_may_not_be_read_says_so(tmp_path, name):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    if os.access(folder, os.R_OK):
        pytest.skip("the superuser may read everything")
    with pytest.raises(UnreadableError, match="Permission denied"):
        beamio.open(f"{folder}{name}")


@pytest.mark.parametrize(
    "name", ["a" * 300, "a" * 5000, "/".join("a" * 5000), "*" * 300]
)
def test_a_name_that_is_too_long_for_a_file_is_an_error(name):
    with pytest.raises(UnreadableError):
        beamio.open(name)


def test_a_name_of_many_files_of_hdf5_says_what_to_do(hdf5):
    (hdf5.parent / "scan2.h5").write_bytes(hdf5.read_bytes())
    with pytest.raises(
        UnknownFormatError, match=r"open one of .*scan2\.h5, .*scan\.h5"
    ):
        beamio.open(f"{hdf5.parent}/scan*.h5")
    with beamio.open(f"{hdf5.parent}/scan[2].h5::/entry/title") as title:
        assert title.asstr()[()] == "a scan"


def test_names_may_hold_anything(tmp_path, hdf5):
    for name in ("a b.h5", "a\nb.h5", "é北.h5", "a?b&c.h5", "%.h5", "%s.h5", "[.h5"):
        path = tmp_path / name
        path.write_bytes(hdf5.read_bytes())
        assert beamio.read(f"{path}::/entry/data[1,2,3]") == STACK[1, 2, 3]


@pytest.mark.parametrize("name", ["scan_%d_%d.edf", "scan_%d/a.edf"])
def test_a_series_counts_with_one_number_of_its_name(tmp_path, name):
    with pytest.raises(OptionError):
        beamio.open(tmp_path / name)


def test_a_series_of_a_width_has_numbers_of_that_width(series):
    (series / "scan_9.edf").rename(series / "scan_009.edf")
    (series / "scan_10.edf").rename(series / "scan_010.edf")
    with beamio.open(f"{series}/scan_%03d.edf") as tree:
        assert len(images(tree)) == 2


def test_a_link_to_nowhere_in_a_file_says_where(tmp_path):
    with h5py.File(tmp_path / "links.h5", "w") as file:
        file["soft"] = h5py.SoftLink("/nothing")
        file["external"] = h5py.ExternalLink("gone.h5", "/data")
    for name in ("soft", "external"):
        with pytest.raises(MissingPathError, match=f"links.h5::/{name}"):
            beamio.open(f"{tmp_path / 'links.h5'}::/{name}")


def test_the_schemes_of_silx_are_understood(hdf5, series):
    assert (
        beamio.open(f"silx:{hdf5}?path=/entry/data&slice=1,2,3")[()] == STACK[1, 2, 3]
    )
    name = series / "scan_9.edf"
    assert beamio.open(f"fabio:{name}?slice=0")[()].shape == (4, 5)


def test_the_sample_files_open(samples):
    names = ["ID16B_diatomee.edf", "medipix.edf", "series", "oleg.dat", "diffmap.h5"]
    for name in names:
        with beamio.open(samples / name) as file:
            found = []
            file.visit(found.append)
            assert len(found) > 3

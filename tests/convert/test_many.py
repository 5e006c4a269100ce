"""Many sources to files that are not HDF5."""

import errno
import os

import fabio
import h5py
import numpy as np
import pytest
from fabio.edfimage import EdfImage

import beamio
from beamio.convert import convert
from beamio.errors import (
    BeamioError,
    DamagedFileError,
    MissingImagesError,
    OptionError,
    OutputError,
)
from beamio.repack.verify import Verifier


@pytest.fixture
def sources(tmp_path):
    """Three files, the second of which is cut."""
    found = []
    for i in range(3):
        path = tmp_path / f"s{i}.npy"
        np.save(path, np.full((2, 3, 4), i, "u2"))
        found.append(path)
    found[1].write_bytes(found[1].read_bytes()[:-5])
    return found


def test_a_source_that_fails_does_not_stop_the_rest(tmp_path, sources):
    report = convert(sources, tmp_path / "%s.edf")
    assert [one.rpartition("/")[2] for one in report.written] == [
        f"s{i}_000{j}.edf" for i in (0, 2) for j in (0, 1)
    ]
    ((failed,),) = ([one.source for one in report.failed],)
    assert failed == str(sources[1])
    assert (report.frames, report.verified) == (4, True)
    with fabio.open(report.written[-1]) as file:
        assert (file.data == 2).all()


@pytest.mark.parametrize("output", ["%s.edf", "all.h5"])
def test_a_source_that_is_not_there_does_not_stop_the_rest(tmp_path, sources, output):
    lost = tmp_path / "lost.npy"
    report = convert([lost, sources[0], tmp_path / "*.tif"], tmp_path / output)
    assert [one.source for one in report.converted] == [str(sources[0])]
    assert [one.source for one in report.failed] == [str(lost), f"{tmp_path}/*.tif"]
    assert "there is no such file" in report.failed[0].message
    with pytest.raises(OutputError, match=r"lost\.npy: there is no such file"):
        convert([lost, lost], tmp_path / f"new_{output}")


def test_an_hdf5_file_that_is_not_there_does_not_stop_the_rest(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["data"] = [1, 2]
    report = convert([tmp_path / "lost.h5", tmp_path / "scan.h5"], tmp_path / "o.h5")
    assert [one.source for one in report.failed] == [str(tmp_path / "lost.h5")]
    with h5py.File(tmp_path / "o.h5") as file:
        assert file["scan/data"][:].tolist() == [1, 2]


def test_a_folder_of_images_is_called_by_its_own_name(tmp_path, sources):
    folder = tmp_path / "monday"
    folder.mkdir()
    for i in range(2):
        EdfImage(np.zeros((2, 3), "u2")).write(str(folder / f"dark_{i}.edf"))
    report = convert([folder, sources[0]], tmp_path / "all.h5")
    assert [one.path for one in report.converted] == ["/monday", "/s0"]


def test_a_folder_gets_a_file_of_each_source(tmp_path, sources):
    folder = tmp_path / "out"
    folder.mkdir()
    convert([sources[0], sources[2]], folder, format="tif")
    assert sorted(path.name for path in folder.iterdir()) == ["s0.tif", "s2.tif"]


def test_many_sources_are_not_one_file(tmp_path, sources):
    with pytest.raises(OptionError, match=r"3 sources can't be one file; .* %s.edf"):
        convert(sources, tmp_path / "a.edf")


def test_nothing_written_is_an_error(tmp_path, sources):
    with pytest.raises(OutputError, match="no file was written"):
        convert([sources[1], sources[1]], tmp_path / "%s.edf")


def test_a_dry_run_tells_the_files_and_writes_none(tmp_path, sources):
    before = sorted(tmp_path.iterdir())
    report = convert(sources[0], tmp_path / "a.cbf", dry_run=True)
    assert [one.rpartition("/")[2] for one in report.written] == [
        "a_0000.cbf",
        "a_0001.cbf",
    ]
    assert sorted(tmp_path.iterdir()) == before


def test_options_of_hdf5_are_not_for_other_files(tmp_path, sources):
    with pytest.raises(OptionError, match="--filter is for HDF5 files"):
        convert(sources[0], tmp_path / "a.edf", filter="zstd")
    with pytest.raises(OptionError, match="--delete-source is for HDF5 files"):
        convert(sources[0], tmp_path / "a.edf", delete_source=True)


@pytest.mark.parametrize("output", ["o.h5", "o.tif", "o_%04d.edf", "o.npy"])
def test_a_source_that_changes_meanwhile_gives_no_output(tmp_path, output):
    source = tmp_path / "a.npy"
    np.save(source, np.zeros((3, 512, 512)))

    def write(*_):
        with source.open("ab") as file:
            file.write(b"more")

    with pytest.raises(DamagedFileError, match=r"a\.npy: was changed while"):
        convert(source, tmp_path / output, progress=write)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("name", ["s0.npy", "in.h5"])
def test_a_source_that_can_not_be_deleted_is_told(tmp_path, sources, name, monkeypatch):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["data"] = [1, 2]
    source, output = str(sources[0].with_name(name)), tmp_path / "o.h5"

    def refuse(path, **_):
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(type(output), "unlink", refuse)
        report = convert(source, output, delete_source=True)
    assert (report.deleted, len(report.undeleted)) == ((), 1)
    assert report.undeleted[0].message == f"{source}: Read-only file system"
    assert output.exists()


def test_a_file_that_is_replaced_by_a_smaller_one_has_grown_from_nothing(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((2, 3, 4)))
    (tmp_path / "o.h5").write_bytes(bytes(1 << 20))
    report = convert(tmp_path / "a.npy", tmp_path / "o.h5", mode="w")
    assert report.bytes_after == (tmp_path / "o.h5").stat().st_size


def test_a_range_without_files_is_told_as_it_was_asked_for(tmp_path):
    for i in range(3):
        EdfImage(np.zeros((3, 4), "u2")).write(str(tmp_path / f"s{i}.edf"))
    for asked, told in (
        ({"begin": 20}, "has no file from 20; its numbers are 0, 1 and 2"),
        ({"end": -1}, "has no file to -1;"),
        ({"begin": 7, "end": 9}, "has no file from 7 to 9;"),
    ):
        with pytest.raises(MissingImagesError, match=told):
            convert(f"{tmp_path}/s%d.edf", tmp_path / "o.h5", **asked)


@pytest.fixture
def mixed(tmp_path, sources):
    """An array, an HDF5 file, a group of one, one that is damaged, and a scan."""
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file.attrs["who"] = "we"
        file["entry/data"] = np.arange(5000, dtype="i4")
        file["entry/data"].attrs["units"] = "mm"
        file["entry/again"] = h5py.SoftLink("/entry/data")
        file["entry/same"] = file["entry/data"]
        file["entry/ref"] = file["entry/data"].ref
    (tmp_path / "bad.h5").write_bytes((tmp_path / "in.h5").read_bytes()[:-9])
    return [
        sources[0],
        tmp_path / "in.h5",
        f"{tmp_path / 'in.h5'}::/entry",
        tmp_path / "bad.h5",
        sources[2],
    ]


def check_mixed(group):
    for path in ("in/entry", "in_entry"):
        entry = group[path]
        assert entry["data"][-1] == 4999
        assert entry["data"].attrs["units"] == "mm"
        assert entry["again"] == entry["same"] == entry["data"]
        assert group[entry["ref"][()]] == entry["data"]
    assert group["in"].attrs["who"] == "we"
    for i in (0, 2):
        assert (group[f"s{i}/data/data"][()] == i).all()
    assert sorted(group) == ["in", "in_entry", "s0", "s2"]


@pytest.mark.parametrize("group", ["", "::/week/all"])
def test_hdf5_is_copied_among_sources_of_other_formats(tmp_path, mixed, group):
    output = f"{tmp_path}/o.h5{group}"
    report = convert(mixed, output, filter="lz4")
    assert [one.source for one in report.failed] == [str(tmp_path / "bad.h5")]
    assert report.verified
    assert len(report.converted) == 4
    with h5py.File(tmp_path / "o.h5") as file:
        check_mixed(file[group.strip(":") or "/"])
    before = (tmp_path / "o.h5").read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        convert(mixed, output, mode="a")
    assert (tmp_path / "o.h5").read_bytes() == before
    convert(mixed, output, mode="a", overwrite=True)
    with h5py.File(tmp_path / "o.h5") as file:
        check_mixed(file[group.strip(":") or "/"])


def test_a_wrong_copy_among_other_formats_is_not_kept(tmp_path, mixed, monkeypatch):
    def wrong(*_):
        raise OutputError("is not as its source")

    monkeypatch.setattr(Verifier, "verify", wrong)
    with pytest.raises(OutputError, match="not as its source"):
        convert(mixed, tmp_path / "o.h5")
    assert not (tmp_path / "o.h5").exists()


@pytest.mark.parametrize("mark", [b"TREE", b"SNOD", b"HEAP"])
@pytest.mark.parametrize("group", ["", "::/entry"])
@pytest.mark.parametrize("way", ["o.h5", "o.tif", "o.json", "dictionary"])
def test_damage_in_the_structure_of_hdf5_is_one_line(tmp_path, mark, group, way):
    path = tmp_path / "in.h5"
    with h5py.File(path, "w") as file:
        for i in range(3):
            file[f"entry/{i}/data"] = np.zeros((2, 3, 4))
    whole = path.read_bytes()
    last = whole.rindex(mark)
    path.write_bytes(whole[:last] + b"oops" + whole[last + 4 :])
    with pytest.raises(BeamioError, match=r"in\.h5") as caught:
        if way == "dictionary":
            beamio.to_dict(f"{path}{group}")
        else:
            convert(f"{path}{group}", tmp_path / way)
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == ["in.h5"]

"""Many sources to files that are not HDF5."""

import fabio
import numpy as np
import pytest

from beamio.convert import convert
from beamio.errors import OptionError, OutputError


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

"""Groups, many files, and what goes wrong on the way."""

import errno
from pathlib import Path

import fabio
import h5py
import numpy as np
import pytest
from convert.sources import dataset, same, written

import beamio
from beamio.convert.to_files import write_files
from beamio.convert.writers import image_files
from beamio.convert.writers.options import FileOptions
from beamio.errors import (
    DiskFullError,
    MissingPathError,
    NotAnImageError,
    OptionError,
    OutputError,
    OutputExistsError,
)

STACK = np.arange(60, dtype="u2").reshape(5, 3, 4)


@pytest.fixture
def scan(tmp_path):
    """A file with a group of images, and one with a stack that is its default."""
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        for name in ("0000", "0100"):
            file[f"images/{name}"] = np.full((3, 4), int(name), "u2")
        file["images/angle"] = [0.5, 1.5]
        file["entry/data/stack"] = STACK
        file.attrs["default"] = "entry"
        file["entry"].attrs["default"] = "data"
        file["entry/data"].attrs["signal"] = "stack"
        file["entry/data/again"] = h5py.SoftLink("/entry")
        file["entry/data/lost"] = h5py.SoftLink("/nowhere")
    with beamio.File(path) as file:
        yield file


def names(folder, suffix):
    return sorted(path.name for path in folder.glob(f"*{suffix}"))


def test_a_group_of_images_becomes_files_of_their_names(tmp_path, scan):
    report = written(scan["images"], tmp_path, format="edf")
    assert names(tmp_path, "edf") == ["0000.edf", "0100.edf"]
    assert report.notes == ("1 dataset left out: no images",)
    with fabio.open(tmp_path / "0100.edf") as file:
        assert same(file.data, scan["images/0100"][()])


def test_a_file_is_written_by_its_default(tmp_path, scan):
    written(scan, tmp_path / "a.tif")
    with fabio.open(tmp_path / "a.tif") as file:
        assert file.nframes == len(STACK)
    written(scan, tmp_path / "b.edf")
    with fabio.open(tmp_path / "b.edf") as file:
        assert same(file.getframe(4).data, STACK[4])


def test_what_can_not_be_reached_is_a_failure_and_the_rest_is_written(tmp_path, scan):
    report = written(scan["entry/data"], tmp_path / "a.npy")
    assert np.array_equal(np.load(tmp_path / "a.npy"), STACK)
    assert [Path(place).name for place, _ in report.failures] == ["lost"]


def test_a_slice_is_taken_of_each_dataset(tmp_path, scan):
    written(scan["images"], tmp_path / "%s.npy", slice="1")
    assert np.load(tmp_path / "0100.npy").tolist() == [100] * 4
    written(scan["entry/data/stack"], tmp_path / "part.edf", slice="::2,1:,:3")
    with fabio.open(tmp_path / "part.edf") as file:
        assert same(file.getframe(1).data, STACK[2, 1:, :3])


def test_images_that_differ_are_not_put_in_one_file(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a"], file["b"] = np.zeros((2, 3)), np.zeros((3, 3))
        with pytest.raises(OptionError, match=r"3 x 3 .* 2 x 3 .* --series"):
            written(file, tmp_path / "a.edf")
        written(file, tmp_path / "a.edf", series=True)
    assert names(tmp_path, "edf") == ["a_a.edf", "a_b.edf"]


def test_nothing_is_written_if_one_name_is_taken(tmp_path, scan):
    (tmp_path / "a_0003.cbf").write_text("mine")
    source = scan["entry/data/stack"]
    with pytest.raises(OutputExistsError, match=r"a_0003.cbf: exists already"):
        written(source, tmp_path / "a.cbf")
    assert names(tmp_path, "cbf") == ["a_0003.cbf"]
    written(source, tmp_path / "a.cbf", overwrite=True)
    assert len(names(tmp_path, "cbf")) == 5


def test_the_source_is_never_replaced(tmp_path, scan):
    with pytest.raises(OptionError, match="would replace the input"):
        written(scan, tmp_path / "scan.h5", format="edf", overwrite=True)


@pytest.mark.parametrize("selection", [":", "1:6", "::2", "3", ":,1", ":,:,1:3"])
def test_chunks_of_many_images_are_read_once(tmp_path, monkeypatch, selection):
    values = np.arange(7 * 3 * 4, dtype="u2").reshape(7, 3, 4)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", data=values, chunks=(3, 2, 4), compression="gzip")
    reads = []
    read = beamio.Dataset.read

    def counted(self, *args, **options):
        reads.append(args)
        return read(self, *args, **options)

    monkeypatch.setattr(beamio.Dataset, "read", counted)
    wanted = eval(f"values[{selection}]")  # noqa: S307 (our own slices)
    with beamio.File(tmp_path / "a.h5") as file:
        for output in ("a.edf", "b_%d.edf"):
            report = written(file["x"], tmp_path / output, slice=selection)
            found = [pixels for name in report.files for pixels in pixels_of(name)]
            assert same(np.squeeze(found), np.squeeze(wanted))
    assert len(reads) <= 2 * 3


def pixels_of(name):
    with fabio.open(name) as file:
        if file.nframes == 1:
            return [file.data.copy()]
        return [file.getframe(i).data.copy() for i in range(file.nframes)]


def test_the_stacks_of_an_eiger_master_file_are_one_series(tmp_path):
    with h5py.File(tmp_path / "x_master.h5", "w") as master:
        for i in (1, 2):
            with h5py.File(tmp_path / f"x_data_{i:06d}.h5", "w") as file:
                file["entry/data/data"] = STACK + i
            link = h5py.ExternalLink(f"x_data_{i:06d}.h5", "/entry/data/data")
            master[f"entry/data/data_{i:06d}"] = link
    with beamio.File(tmp_path / "x_master.h5") as file:
        report = written(file, tmp_path / "a.cbf")
        assert len(written(file, tmp_path / "a.tif").files) == 1
    assert report.files[7] == str(tmp_path / "a_0007.cbf")
    with fabio.open(report.files[7]) as image:
        assert np.array_equal(image.data, STACK[2] + 2)


def test_an_image_that_can_not_be_read_does_not_stop_the_rest(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=STACK, chunks=(1, 3, 4), compression="gzip")
        place = file["x"].id.get_chunk_info(2).byte_offset
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 8)
    with beamio.File(path) as file:
        report = written(file["x"], tmp_path / "a_%04d.edf")
    assert names(tmp_path, "edf") == [f"a_000{i}.edf" for i in (0, 1, 3, 4)]
    ((place, _),) = report.failures
    assert place.endswith("x[2]")


def test_a_stack_with_an_image_that_can_not_be_written_leaves_no_file(tmp_path):
    values = np.array([[[1.0]], [[1.5]]])
    with pytest.raises(OptionError, match=r"data\[1\]: 1.5 is no uint8"):
        written(dataset(values), tmp_path / "a.edf", dtype="u1")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_only_complete_files(tmp_path, scan, monkeypatch):
    calls = []

    def full(*_):
        calls.append(1)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, "no space")
        return []

    monkeypatch.setattr(image_files, "check_images", full)
    with pytest.raises(DiskFullError, match="3 files of 5 are complete and stay"):
        written(scan["entry/data/stack"], tmp_path / "a.cbf", threads=1)
    assert len(names(tmp_path, "cbf")) == 3
    assert not list(tmp_path.glob(".*"))


def test_an_interruption_leaves_only_complete_files(tmp_path, scan):
    def stop(*step):
        if step[1] == 2:
            raise KeyboardInterrupt

    for output in ("a.edf", "b.cbf"):
        with pytest.raises(KeyboardInterrupt):
            write_files(scan["entry/data/stack"], tmp_path / output, progress=stop)
    assert not names(tmp_path, "edf")
    assert not list(tmp_path.glob(".*"))
    for file in tmp_path.glob("*.cbf"):
        with fabio.open(file) as image:
            assert image.data.shape == (3, 4)


def test_what_reads_back_otherwise_is_not_kept(tmp_path, scan, monkeypatch):
    monkeypatch.setattr(image_files, "digest", lambda _: b"another")
    for output in ("a.edf", "a.cbf"):
        with pytest.raises(OutputError, match="does not read back the same"):
            written(scan["entry/data/stack"], tmp_path / output)
    assert {path.name for path in tmp_path.iterdir()} == {"scan.h5"}
    assert not written(scan, tmp_path / "a.edf", verify=False).verified


@pytest.mark.parametrize(
    ("path", "output", "error", "message"),
    [
        ("images/angle", "a.edf", NotAnImageError, "no image; npy and CSV"),
        ("images", "a.xyz", OptionError, "is no format to write"),
        ("images", "a", OptionError, "is no format to write"),
        ("images", "no/a_%d.edf", OutputError, "make it first"),
        ("entry/data/stack", "a.csv", OptionError, "has 3 axes"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, scan, path, output, error, message):
    with pytest.raises(error, match=message):
        written(scan[path], tmp_path / output)


def test_files_without_a_default_ask_for_a_name(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["p/a"], file["q/b"] = np.zeros((2, 3)), np.zeros((3, 3))
        with pytest.raises(MissingPathError, match="2 datasets of images; name one"):
            written(file, tmp_path / "a.edf")


def test_files_of_another_source_are_not_written_again(tmp_path, scan):
    first = written(scan["images"], tmp_path / "%s.edf")
    with pytest.raises(OptionError, match="another source"):
        write_files(
            scan["images"],
            tmp_path / "%s.edf",
            FileOptions(overwrite=True),
            taken=frozenset(first.files),
        )


@pytest.fixture
def week(tmp_path):
    """Two files with an image each, in one file, and a folder."""
    for number, day in enumerate(["monday", "tuesday"]):
        np.save(tmp_path / f"{day}.npy", np.full((3, 4), number, "u2"))
    days = [tmp_path / "monday.npy", tmp_path / "tuesday.npy"]
    beamio.convert(days, tmp_path / "week.h5")
    (tmp_path / "out").mkdir()
    return tmp_path / "week.h5"


@pytest.mark.parametrize("output", ["out", "out/%s.edf"])
def test_each_entry_of_a_file_comes_back(week, output):
    report = beamio.convert(week, week.with_name("out") / ".." / output, format="edf")
    assert [Path(file).name for file in report.written] == [
        "monday.edf",
        "tuesday.edf",
    ]
    for number, file in enumerate(report.written):
        with fabio.open(file) as image:
            assert (image.data == number).all()
    assert not report.converted[0].notes


def test_entries_that_one_file_does_not_hold_are_told(week):
    report = beamio.convert(week, week.with_suffix(".edf"))
    (note,) = report.converted[0].notes
    assert note.startswith("1 other group with images left out; a folder, or ")


def test_names_that_are_no_utf8_are_written_too(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file[b"caf\xe9"] = np.zeros((3, 4), "u2")
        file["tea"] = np.ones((3, 4), "u2")
    report = beamio.convert(tmp_path / "in.h5", tmp_path / "%s.edf")
    assert len(report.written) == 2
    assert not report.failed
    with fabio.open(min(report.written)) as image:
        assert (image.data == 0).all()

import gc
import threading
from itertools import islice
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
import pytest

import beamio
from beamio.errors import (
    CorruptChunkError,
    MissingPathError,
    NotAnImageError,
    UnreadableError,
)

STACK = np.arange(7 * 5 * 4, dtype="u2").reshape(7, 5, 4)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        stack = file.create_dataset(
            "stack", data=STACK, chunks=(3, 5, 4), **hdf5plugin.Bitshuffle()
        )
        stack.attrs["units"] = "counts"
        file["single"] = STACK[0]
        file["map"] = STACK[:6].reshape(2, 3, 5, 4)
        file["line"] = STACK[0, 0]
        file["text"] = [["a"]]
        for number in (9, 10, 100):
            file[f"group/frame_{number}"] = STACK[number % 7]
            file[f"group/frame_{number}"].attrs["angle"] = number
        file["group/notes"] = "none"
        file["bare/notes"] = "none"
    return path


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stack", STACK),
        ("single", STACK[:1]),
        ("map", STACK[:6]),
        ("stack[2:6:3]", STACK[2:6:3]),
        ("stack[4]", STACK[4:5]),
        ("map[:,1,1:,2:]", STACK[:6].reshape(2, 3, 5, 4)[:, 1, 1:, 2:]),
        ("stack[3:3]", STACK[:0]),
    ],
)
def test_the_frames_of_a_stack_come_in_order(path, name, expected, threads):
    found = list(beamio.frames(f"{path}::/{name}", threads=threads))
    assert len(found) == len(expected)
    for index, (frame, image) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_array_equal(frame.image, image)
        assert frame.index == index
        assert frame.file == str(path)
    assert all(frame.name == f"{frame.index:04d}" for frame in found)
    assert "stack" not in name or found == [] or found[0].header == {"units": "counts"}


def test_the_images_of_a_group_come_as_people_count(path):
    found = list(beamio.frames(f"{path}::/group"))
    assert [frame.name for frame in found] == ["frame_9", "frame_10", "frame_100"]
    assert [frame.header["angle"] for frame in found] == [9, 10, 100]
    np.testing.assert_array_equal(found[2].image, STACK[2])


def test_the_frames_of_an_eiger_master_file_are_those_of_all_its_files(tmp_path):
    for number in (1, 2, 3):
        with h5py.File(tmp_path / f"scan_data_{number:06d}.h5", "w") as file:
            file["entry/data/data"] = STACK[2 * number - 2 : 2 * number]
    with h5py.File(tmp_path / "scan_master.h5", "w") as file:
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        entry.create_group("data").attrs["NX_class"] = "NXdata"
        for number in (1, 2, 3):
            name = f"scan_data_{number:06d}.h5"
            link = h5py.ExternalLink(name, "/entry/data/data")
            entry[f"data/data_{number:06d}"] = link
        entry["instrument/mask"] = STACK[0]
    for url in ("", "::/entry/data"):
        found = list(beamio.frames(f"{tmp_path / 'scan_master.h5'}{url}"))
        assert [frame.index for frame in found] == list(range(6))
        np.testing.assert_array_equal([frame.image for frame in found], STACK[:6])
        assert found[2].file == str(tmp_path / "scan_data_000002.h5")
    (tmp_path / "scan_data_000002.h5").unlink()
    with pytest.raises(MissingPathError, match="data_000002"):
        list(beamio.frames(tmp_path / "scan_master.h5"))


def test_the_frames_of_image_files_have_their_headers(tmp_path):
    import fabio

    for number in range(8, 12):
        image = fabio.edfimage.EdfImage(
            data=STACK[number % 7], header={"angle": f"{number}.5"}
        )
        image.write(str(tmp_path / f"scan_{number}.edf"))
    for name in (tmp_path, tmp_path / "scan_*.edf", tmp_path / "scan_%d.edf"):
        found = list(beamio.frames(name))
        assert [frame.name for frame in found] == [
            "scan_8",
            "scan_9",
            "scan_10",
            "scan_11",
        ]
        assert [frame.header["angle"] for frame in found] == [
            "8.5",
            "9.5",
            "10.5",
            "11.5",
        ]
        assert Path(found[1].file) == tmp_path / "scan_9.edf"
        np.testing.assert_array_equal(found[1].image, STACK[2])
    (frame,) = beamio.frames(f"{tmp_path}::[2:3]")
    assert frame.header["angle"] == "10.5"
    (frame,) = beamio.frames(tmp_path / "scan_9.edf")
    assert (frame.name, frame.image.shape) == ("scan_9", (5, 4))


def test_the_frames_of_a_real_file(samples):
    found = list(beamio.frames(samples / "ID16B_diatomee.edf"))
    whole = beamio.read(samples / "ID16B_diatomee.edf")
    assert [frame.name for frame in found] == [f"{index:04d}" for index in range(6)]
    for frame in found:
        np.testing.assert_array_equal(frame.image, whole[frame.index])
        assert frame.header


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("line", NotAnImageError, "/line has the shape"),
        ("text", NotAnImageError, "holds text"),
        ("bare", NotAnImageError, "group without images"),
        ("nothing", MissingPathError, "nothing"),
        ("", MissingPathError, "no default dataset"),
    ],
)
def test_what_is_no_image_is_an_error(path, name, error, message):
    with pytest.raises(error, match=message):
        next(beamio.frames(f"{path}::/{name}" if name else path))


def open_files(path):
    names = [link for link in Path("/proc/self/fd").iterdir() if link.exists()]
    return [link for link in names if link.resolve() == path.resolve()]


def threads_of_ours():
    return [one for one in threading.enumerate() if one.name.startswith("beamio")]


@pytest.mark.parametrize("end", ["close", "drop"])
def test_a_generator_that_is_left_early_leaves_nothing(path, end):
    made = beamio.frames(f"{path}::/stack", threads=3)
    assert [frame.index for frame in islice(made, 2)] == [0, 1]
    assert open_files(path)
    if end == "close":
        made.close()
    del made
    gc.collect()
    assert not open_files(path)
    assert not threads_of_ours()


def test_frames_before_a_damaged_one_are_given(tmp_path):
    path = tmp_path / "scan.h5"
    stack = np.random.default_rng(1).integers(0, 9, (4, 800, 900), "u2")
    with h5py.File(path, "w") as file:
        data = file.create_dataset(
            "stack", data=stack, chunks=(1, 800, 900), **hdf5plugin.Bitshuffle()
        )
        place = data.id.get_chunk_info(2).byte_offset
    with path.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 64)
    made = beamio.frames(path, threads=2)
    assert (next(made).image == stack[0]).all()
    assert (next(made).image == stack[1]).all()
    with pytest.raises(CorruptChunkError):
        next(made)
    assert not threads_of_ours()


def test_few_frames_wait_in_memory(tmp_path, monkeypatch):
    from beamio.formats.tree import TreeDataset

    np.save(tmp_path / "stack.npy", np.zeros((40, 1024, 2048), "u2"))
    read = []
    original = TreeDataset.read

    def noted(self, selection=(), **options):
        read.append(selection)
        return original(self, selection, **options)

    monkeypatch.setattr(TreeDataset, "read", noted)
    for frame in beamio.frames(tmp_path / "stack.npy", threads=2):
        assert len(read) <= frame.index + 3


def test_a_series_whose_file_vanishes_is_an_error(tmp_path):
    import fabio

    for number in range(12):
        image = fabio.edfimage.EdfImage(data=np.zeros((1000, 1000), "u2"))
        image.write(str(tmp_path / f"scan_{number}.edf"))
    made = beamio.frames(tmp_path, threads=1)
    next(made)
    (tmp_path / "scan_9.edf").unlink()
    with pytest.raises(UnreadableError, match="scan_9"):
        list(made)

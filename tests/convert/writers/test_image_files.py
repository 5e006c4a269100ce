"""What other programs read in the images that we write."""

import base64
import hashlib
import logging
import re

import fabio
import numpy as np
import pytest
import silx.io
from convert.sources import INTEGERS, NUMBERS, dataset, images, same, written
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from beamio.errors import OptionError

FEW = settings(max_examples=40)
BY_PILLOW = ["u1", "u2", "i4", "f4"]


def frames_of(path):
    with fabio.open(path) as file:
        if file.nframes == 1:
            return [file.data.copy()]
        return [file.getframe(i).data.copy() for i in range(file.nframes)]


@FEW
@given(images(NUMBERS, frames=st.integers(1, 4)))
def test_fabio_and_silx_read_edf_stacks_equal(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("edf") / "a.edf"
    report = written(dataset(values), path)
    assert report.files == (str(path),)
    assert report.verified
    assert all(map(same, frames_of(path), values))
    with silx.io.open(str(path)) as file:
        found = file["scan_0/instrument/detector_0/data"][()]
    assert same(found.reshape(values.shape), values)


@FEW
@given(images(NUMBERS, frames=st.integers(1, 4)))
def test_fabio_reads_tiff_stacks_equal(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("tiff") / "a.tif"
    written(dataset(values), path)
    found = frames_of(path)
    assert len(found) == len(values)
    assert all(map(same, found, values))


@FEW
@given(images(BY_PILLOW, frames=st.integers(1, 4)))
def test_pillow_reads_tiff_stacks_equal(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("tiff") / "a.tiff"
    written(dataset(values), path)
    with Image.open(path) as file:
        assert file.n_frames == len(values)
        for index, wanted in enumerate(values):
            file.seek(index)
            assert same(np.asarray(file), wanted)


@FEW
@given(images(["u1", "u2", "i1", "i2", "i4"]))
def test_fabio_reads_cbf_equal_and_the_checksum_is_right(tmp_path_factory, values):
    steps = np.diff(values.ravel().astype("i4"), prepend=np.int32(0))
    assume((steps != -(2**31)).all())  # fabio's decoder does not know it
    path = tmp_path_factory.mktemp("cbf") / "a.cbf"
    written(dataset(values), path)
    (found,) = frames_of(path)
    assert same(found, values.astype("i4"))
    data = path.read_bytes()
    size = int(re.search(rb"X-Binary-Size: (\d+)", data)[1])
    start = data.index(b"\x0c\x1a\x04\xd5") + 4
    digest = hashlib.md5(data[start : start + size]).digest()  # noqa: S324 (the format's)
    assert b"Content-MD5: " + base64.b64encode(digest) in data


@FEW
@given(images([*INTEGERS, "f2", "f4", "f8"], frames=st.integers(2, 3)))
def test_numpy_reads_numbered_npy_files_equal(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("npy")
    report = written(dataset(values), folder / "a_%d.npy")
    assert all(same(np.load(f), v) for f, v in zip(report.files, values, strict=True))
    assert np.load(report.files[0]).dtype == values.dtype


@pytest.mark.parametrize("suffix", ["edf", "tif"])
@given(images(NUMBERS, frames=st.integers(2, 3)))
@settings(max_examples=15)
def test_a_series_has_one_image_in_each_file(tmp_path_factory, suffix, values):
    folder = tmp_path_factory.mktemp("series")
    report = written(dataset(values), folder / f"a.{suffix}", series=True)
    names = [f"{folder}/a_{i:04d}.{suffix}" for i in range(len(values))]
    assert list(report.files) == names
    for name, wanted in zip(names, values, strict=True):
        (found,) = frames_of(name)
        assert same(found, wanted)


def test_the_header_of_an_edf_file_has_the_notes_of_its_frame(tmp_path):
    with fabio.open(_scan(tmp_path, "edf")) as file:
        headers = [file.getframe(i).header for i in range(3)]
    assert [header["count_time"] for header in headers] == ["0.1", "0.2", "0.3"]
    assert headers[1]["title"] == "a, (b)"
    assert headers[2]["motor_mne"].split() == ["srot", "sx"]
    assert headers[2]["motor_pos"].split() == ["2.5", "3"]
    assert headers[0]["units"] == "counts"
    assert [headers[2][name] for name in ("UB", "row")] == ["1.5 2.0", "2 2"]
    assert headers[0]["unicode"] == r"\xb5m"


def test_the_description_of_a_tiff_file_has_the_notes_of_its_frame(tmp_path):
    with Image.open(_scan(tmp_path, "tif")) as file:
        file.seek(1)
        lines = file.tag_v2[270].splitlines()
    # Pillow takes the bytes for Latin-1; they are UTF-8.
    lines = [line.encode("latin-1").decode() for line in lines]
    assert {"count_time=0.2", "title=a; {b}", "units=counts", "unicode=µm"} <= {*lines}


def test_the_contents_of_a_cbf_file_have_the_notes_of_its_frame(tmp_path):
    with fabio.open(_scan(tmp_path, "cbf")) as file:
        lines = file.header["_array_data.header_contents"].splitlines()
    assert {"# count_time 0.1", "# title a; {b}", "# units counts"} <= {*lines}


def test_notes_follow_the_frames_that_are_chosen(tmp_path):
    path = _scan(tmp_path, "edf", slice="1:3")
    with fabio.open(path) as file:
        assert [file.getframe(i).header["count_time"] for i in (0, 1)] == ["0.2", "0.3"]


def _scan(folder, suffix, **options):
    """A file of a scan with notes, as image files have it."""
    from beamio.formats.tree import Branch, Leaf, Tree

    others = {"count_time": [0.1, 0.2, 0.3], "title": "a; {b}", "unicode": "µm"}
    others |= {"UB": [1.5, 2.0], "row": [[i, i] for i in range(3)]}
    # What speaks of the old file must not come into the new one.
    others |= {"Dim_1": [7, 7, 7], "EDF_HeaderSize": "1024", "imageDescription": ""}
    detector = {
        "data": Leaf.of(
            np.arange(36, dtype="u2").reshape(3, 3, 4), {"units": "counts"}
        ),
        "others": others,
    }
    positioners = {"srot": [0.5, 1.5, 2.5], "sx": 3}
    instrument = {"detector_0": detector, "positioners": positioners}
    tree = Tree("scan.x", Branch.of({"scan_0": {"instrument": instrument}}))
    source = tree["scan_0/instrument/detector_0/data"]
    return written(source, folder / f"a.{suffix}", **options).files[0]


def test_a_header_is_no_longer_than_what_readers_take(tmp_path, caplog):
    notes = {f"key{i}": "x" * 500 for i in range(2000)}
    values = np.arange(6, dtype="u2").reshape(2, 3)
    for suffix in ("edf", "cbf"):
        path = tmp_path / f"a.{suffix}"
        with caplog.at_level(logging.WARNING):
            report = written(dataset(values, **notes), path)
            (found,) = frames_of(path)
        assert np.array_equal(found, values)
        assert "the last ones are left out" in report.notes[-1]
    assert not caplog.records


@pytest.mark.parametrize(
    ("suffix", "code", "can"),
    [
        ("edf", "c8", "npy can"),
        ("edf", "f2", "npy can, or float64"),
        ("tif", "c16", "npy can"),
        ("cbf", "u4", "EDF and TIFF can, or int32"),
        ("cbf", "f4", "EDF and TIFF can"),
        ("png", "c8", "npy can"),
    ],
)
def test_a_format_that_cannot_hold_a_type_names_one_that_can(
    tmp_path, suffix, code, can
):
    with pytest.raises(OptionError, match=f"can't hold .*; {can}"):
        written(dataset(np.zeros((2, 3), code)), tmp_path / f"a.{suffix}")
    assert not list(tmp_path.iterdir())


def test_booleans_are_said_to_become_integers(tmp_path):
    values = np.array([[True, False]])
    report = written(dataset(values), tmp_path / "a.edf")
    assert report.notes == ("bool is written as uint8 in EDF; the values are the same",)
    assert frames_of(tmp_path / "a.edf")[0].tolist() == [[1, 0]]


def test_a_stack_too_large_for_tiff_names_what_holds_it(tmp_path):
    values = np.lib.stride_tricks.as_strided(
        np.zeros(1), (600, 1000, 1000), (0, 0, 0), writeable=False
    )
    with pytest.raises(OptionError, match=r"holds 4.3 GB at most; .* or EDF or npy"):
        written(dataset(values), tmp_path / "a.tif")


def test_the_text_of_a_tiff_or_cbf_file_comes_back_as_it_was(tmp_path):
    text = "# Detector: PILATUS 1M, S/N 1\r\n# Exposure_time 0.1 s"
    others = {"_array_data.header_contents": text, "X-Binary-Size": "9", "energy": 12.5}
    convention = {"_array_data.header_convention": "PILATUS_1.2"}
    source = dataset(np.zeros((2, 3), "i4"), **others, **convention)
    written(source, tmp_path / "a.cbf")
    with fabio.open(tmp_path / "a.cbf") as file:
        header = file.header
        assert file.pilatus_headers["Exposure_time"] == 0.1
    assert header["_array_data.header_contents"] == f"{text}\r\n# energy 12.5"
    lines = {"imageDescription": "a=1\nb", "nRows": "7", "date": "Unknown Date"}
    written(dataset(np.zeros((2, 3), "i4"), **lines), tmp_path / "a.tif")
    with fabio.open(tmp_path / "a.tif") as file:
        assert file.header["imageDescription"].rstrip("\0") == "a=1\nb"


def test_another_type_is_written_if_no_value_is_lost(tmp_path):
    values = np.array([[1.0, 65535.0]])
    written(dataset(values), tmp_path / "a.tif", dtype="uint16")
    assert same(frames_of(tmp_path / "a.tif")[0], values.astype("u2"))
    with pytest.raises(OptionError, match=r"data: 65535.0 is no uint8"):
        written(dataset(values), tmp_path / "b.tif", dtype="uint8")
    written(dataset(values), tmp_path / "c.tif", dtype="uint16", unsafe_cast=True)

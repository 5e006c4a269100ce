"""Images of files as a series: names, headers, regions, and what the engine reads."""

import subprocess
import sys
from contextlib import ExitStack

import numpy as np
import pytest
from image_files import edf_block, pixels, write_cbf, write_edf, write_pages, write_tiff

from beamio.engine.native import read
from beamio.errors import DamagedFileError, MissingPathError, NotAnImageError
from beamio.formats.images import ImageFrames, images_of
from beamio.model import Region

REGION = Region(slice(1, 4), slice(2, 5))


@pytest.fixture
def frames(tmp_path):
    """Two EDF files, of three images and of one, and their pixels."""
    images = pixels((4, 6, 7), "u2")
    headers = [
        {"run": str(i), "motor_mne": "sx", "motor_pos": str(i)} for i in range(4)
    ]
    files = [
        write_edf(tmp_path / "a.edf", images[:3], headers[:3]),
        write_edf(tmp_path / "b.edf", images[3:], headers[3:]),
    ]
    return ImageFrames(files), images


def test_images_are_read_one_by_one_or_many_at_once(frames):
    series, images = frames
    assert series.shape == images.shape
    for i, image in enumerate(images):
        np.testing.assert_array_equal(series.read(i, REGION), image[1:4, 2:5])
    out = np.empty((3, 3, 3), "f4")
    found = series.read_many([3, 0, 2], REGION, out=out, threads=2)
    assert found is out
    np.testing.assert_array_equal(out, images[[3, 0, 2], 1:4, 2:5])


def test_names_tell_file_and_place(frames, tmp_path):
    series, _ = frames
    assert [series.name(i) for i in range(4)] == [
        "a_0000",
        "a_0001",
        "a_0002",
        "b_0000",
    ]
    assert ImageFrames([str(tmp_path / "b.edf")]).name(0) == "b"


def test_headers_and_motors_are_found_by_name(frames):
    series, _ = frames
    assert series.attribute("run") == ["0", "1", "2", "3"]
    assert series.attribute("sx") == ["0", "1", "2", "3"]
    with pytest.raises(MissingPathError, match="motor or counter 'sy'"):
        series.attribute("sy")


def test_headers_are_text_in_their_order(tmp_path):
    [image] = images_of(write_tiff(tmp_path / "a.tif", pixels((1, 4, 5), "u2")))
    assert image.header["nColumns"] == "5"
    assert all(isinstance(value, str) for value in image.header.values())
    assert list(image.header) == list(image.fields)


@pytest.mark.parametrize("kind", ["edf", "tif", "cbf"])
def test_the_engine_reads_a_series_from_its_files(tmp_path, kind):
    images = pixels((3, 90, 80), "u1").astype("i4")
    files = []
    for i, image in enumerate(images):
        path = str(tmp_path / f"{i}.{kind}")
        if kind == "cbf":
            write_cbf(path, image)
        else:
            (write_edf if kind == "edf" else write_tiff)(path, [image])
        files.append(path)
    series = ImageFrames(files)
    out = np.empty((3, 3, 3), "i4")
    with ExitStack() as stack:
        sources = series.sources([2, 1, 0], REGION, stack)
        read([source.into(out[i]) for i, source in enumerate(sources)], threads=2)
    np.testing.assert_array_equal(out, images[::-1, 1:4, 2:5])


def test_what_the_engine_can_not_read_has_no_sources(tmp_path):
    image = pixels((6, 7), "u1").astype("i4")
    compressed = tmp_path / "a.edf"
    compressed.write_bytes(edf_block(image, kind="SignedInteger", compression="GZIP"))
    for file in (
        str(compressed),
        write_pages(tmp_path / "a.tif", [image], compression="tiff_lzw"),
    ):
        series = ImageFrames([file])
        with ExitStack() as stack:
            assert series.sources([0], REGION, stack) is None
        np.testing.assert_array_equal(series.read(0, REGION), image[1:4, 2:5])


def test_the_engine_reads_nothing_that_has_not_its_digest(tmp_path):
    file = tmp_path / "a.cbf"
    write_cbf(file, pixels((6, 7), "u1").astype("i4"))
    file.write_bytes(file.read_bytes().replace(b"Content-MD5: ", b"Content-MD5: x"))
    series = ImageFrames([str(file)])
    with (
        ExitStack() as stack,
        pytest.raises(DamagedFileError, match=r"a\.cbf.*MD5"),
    ):
        series.sources([0], REGION, stack)


def test_colours_are_no_series_of_images(tmp_path):
    file = write_pages(tmp_path / "a.tif", [pixels((6, 7, 3), "u1")])
    with pytest.raises(NotAnImageError, match=r"\(6, 7, 3\)"):
        ImageFrames([file])


def test_types_that_differ_have_one_that_holds_both(tmp_path):
    first, second = pixels((4, 5), "u2"), pixels((4, 5), "i2", seed=1)
    files = [
        write_edf(tmp_path / "a.edf", [first]),
        write_edf(tmp_path / "b.edf", [second]),
    ]
    series = ImageFrames(files)
    whole = Region.whole((4, 5))
    assert series.dtype == np.int32
    np.testing.assert_array_equal(series.read(0, whole), first)
    np.testing.assert_array_equal(series.read(1, whole), second)


PEAK = """
import sys, beamio
with beamio.open(sys.argv[1]) as tree:
    data = tree["scan_0/instrument/detector_0/data"]
    data[-1] if data.ndim == 3 else data[...]
lines = open("/proc/self/status").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_one_frame_of_many_costs_the_memory_of_one(tmp_path):
    image = np.zeros((1024, 1024), "u2")
    header = edf_block(image, kind="UnsignedShort", cut=image.nbytes)
    peaks = {}
    for count in (1, 60):
        path = tmp_path / f"{count}.edf"
        with path.open("wb") as file:
            for _ in range(count):
                file.write(header)
                file.seek(image.nbytes, 1)  # a hole, which reads as zeros
            file.truncate()
        script = [sys.executable, "-c", PEAK, str(path)]
        done = subprocess.run(script, check=True, capture_output=True, text=True)
        peaks[count] = int(done.stdout) / 1024
    assert peaks[60] - peaks[1] < 5  # of 120 MB

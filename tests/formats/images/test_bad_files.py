"""Image files that lie about what they hold."""

import gzip
import os
import re
import signal
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from image_files import (
    edf_block,
    pixels,
    write_bruker,
    write_by_fabio,
    write_cbf,
    write_dtrek,
    write_edf,
    write_kcd,
    write_mar345,
    write_marccd,
    write_pages,
    write_tiff,
)

from beamio.errors import (
    BeamioError,
    DamagedFileError,
    NotAnImageError,
    ShapeMismatchError,
    UnknownFormatError,
    UnreadableError,
)
from beamio.formats.images import ImageFrames, images_of, read_many

IMAGE = pixels((16, 16), "u2")


def edf(tmp_path, *blocks):
    file = tmp_path / "a.edf"
    file.write_bytes(b"".join(blocks))
    return str(file)


def test_a_header_without_pixels(tmp_path):
    file = edf(tmp_path, edf_block(IMAGE, kind="UnsignedShort", cut=IMAGE.nbytes))
    with pytest.raises(DamagedFileError, match="512 bytes of pixels are announced, 0"):
        images_of(file)


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB", "BZIP2"])
def test_pixels_that_are_fewer_than_the_header_says(tmp_path, compression):
    block = edf_block(IMAGE, kind="UnsignedShort", compression=compression)
    file = edf(tmp_path, block, block[:-1])
    with pytest.raises(DamagedFileError, match=r"image 1.*cut short"):
        images_of(file)


@pytest.mark.parametrize("compression", ["GZIP", "ZLIB", "BZIP2"])
def test_compressed_pixels_that_are_fewer_than_the_shape(tmp_path, compression):
    entries = {"Dim_1": 17}
    block = edf_block(IMAGE, entries, kind="UnsignedShort", compression=compression)
    [image] = images_of(edf(tmp_path, block))
    with pytest.raises(DamagedFileError, match="544 bytes of pixels are announced"):
        image.read()


def test_a_block_that_is_smaller_than_its_image(tmp_path):
    block = edf_block(IMAGE, {"Dim_2": 17}, kind="UnsignedShort")
    with pytest.raises(DamagedFileError, match="544 bytes of pixels are announced"):
        images_of(edf(tmp_path, block, block))


def test_a_byte_order_that_does_not_exist(tmp_path):
    block = edf_block(IMAGE, {"ByteOrder": "Mixed"}, kind="UnsignedShort")
    with pytest.raises(DamagedFileError, match=r"image 1.*ByteOrder is 'Mixed'"):
        images_of(edf(tmp_path, edf_block(IMAGE, kind="UnsignedShort"), block))
    file = write_dtrek(tmp_path / "a.img", IMAGE)
    raw = Path(file).read_bytes().replace(b"little_endian", b"mixed_endians")
    Path(file).write_bytes(raw)
    with pytest.raises(DamagedFileError, match="BYTE_ORDER is 'mixed_endians'"):
        images_of(file)


def test_the_byte_order_of_single_bytes_does_not_matter(tmp_path):
    entries = {"ByteOrder": "None"}
    block = edf_block(IMAGE, entries, kind="UnsignedByte")
    [image] = images_of(edf(tmp_path, block))
    np.testing.assert_array_equal(image.read(), IMAGE.astype("u1"))


BESIDE = {
    "EDF_DataBlockID": "1.Image.Psd",
    "EDF_BinarySize": 0,
    "Size": 0,
    "EDF_BinaryFileName": "pixels.raw",
}


def test_pixels_in_another_file_that_is_not_there(tmp_path):
    block = edf_block(IMAGE, BESIDE, kind="UnsignedShort", cut=IMAGE.nbytes)
    file = edf(tmp_path, block)
    with pytest.raises(UnreadableError, match=r"pixels\.raw, which is not there"):
        images_of(file)
    os.mkfifo(tmp_path / "pixels.raw")  # nobody writes to it: it would wait for ever
    with pytest.raises(UnreadableError, match=r"pixels\.raw, which is not there"):
        images_of(file)


def test_pixels_in_another_file_that_is_compressed_and_cut(tmp_path):
    block = edf_block(IMAGE, BESIDE, kind="UnsignedShort", cut=IMAGE.nbytes)
    raw = IMAGE.tobytes()
    (tmp_path / "pixels.raw.gz").write_bytes(gzip.compress(raw))
    [image] = images_of(edf(tmp_path, block))
    np.testing.assert_array_equal(image.read(), IMAGE)
    (tmp_path / "pixels.raw.gz").write_bytes(gzip.compress(raw[:-2]))
    with pytest.raises(DamagedFileError, match="incomplete"):
        image.read()


def test_warnings_of_others_are_put_back_after_many_threads(tmp_path):
    file = write_pages(tmp_path / "a.tif", [IMAGE] * 40, compression="tiff_lzw")
    before = list(warnings.filters)
    images = images_of(file)
    out = np.empty((40, *IMAGE.shape), "u2")
    for _ in range(5):
        read_many(images, out, threads=8)
    assert warnings.filters == before


def test_a_compression_that_does_not_exist(tmp_path):
    block = edf_block(IMAGE, {"COMPRESSION": "LIQUID"}, kind="UnsignedShort")
    with pytest.raises(UnreadableError, match="compressed as 'LIQUID'"):
        images_of(edf(tmp_path, block))


def test_text_of_a_header_is_kept_whatever_its_bytes(tmp_path):
    entries = {
        "utf": "Müller µ",
        "latin": "Müller".encode("latin-1").decode("utf-8", "surrogateescape"),
        "after": "plain",
    }
    block = edf_block(IMAGE, entries, kind="UnsignedShort")
    [image] = images_of(edf(tmp_path, block))
    assert {name: image.header[name] for name in entries} == {
        "utf": "Müller µ",
        "latin": "Müller",
        "after": "plain",
    }
    assert list(image.header)[:3] == ["HeaderID", "ByteOrder", "DataType"]


def test_a_negative_size_is_no_endless_file(tmp_path):
    block = edf_block(IMAGE, {"Size": -512}, kind="UnsignedShort")
    with pytest.raises(DamagedFileError):
        images_of(edf(tmp_path, block, block))


@pytest.mark.parametrize("entries", [{"Dim_1": 0}, {"Dim_1": -16}])
def test_a_shape_that_is_none(tmp_path, entries):
    block = edf_block(IMAGE, entries, kind="UnsignedShort")
    with pytest.raises((NotAnImageError, DamagedFileError), match=r"a\.edf"):
        images_of(edf(tmp_path, block))


def test_images_of_different_shapes_are_listed_but_are_no_series(tmp_path):
    other = pixels((3, 5), "f4")
    blocks = [
        edf_block(IMAGE, kind="UnsignedShort"),
        edf_block(other, kind="FloatValue"),
    ]
    file = edf(tmp_path, *blocks)
    first, second = images_of(file)
    assert (first.shape, second.shape) == ((16, 16), (3, 5))
    np.testing.assert_array_equal(second.read(), other)
    with pytest.raises(ShapeMismatchError, match=r"image 1.*3 x 5.*a\.edf is 16 x 16"):
        ImageFrames([file])


def test_a_digest_that_does_not_match(tmp_path):
    file = write_cbf(tmp_path / "a.cbf", IMAGE.astype("i4"))
    raw = bytearray(Path(file).read_bytes())
    start = raw.index(b"\x0c\x1a\x04\xd5") + 4
    at = next(i for i in range(start, start + 90) if 1 < raw[i] < 100)
    raw[at] += 1
    Path(file).write_bytes(raw)
    [image] = images_of(file)
    with pytest.raises(DamagedFileError, match=r"a\.cbf.*MD5"):
        image.read()


def test_a_cbf_file_that_ends_in_its_header(tmp_path):
    file = write_cbf(tmp_path / "a.cbf", IMAGE.astype("i4"))
    raw = Path(file).read_bytes()
    for end in range(6, raw.index(b"\x0c\x1a\x04\xd5") + 4, 7):
        Path(file).write_bytes(raw[:end])
        with pytest.raises(DamagedFileError, match=r"a\.cbf"):
            images_of(file)


def test_a_cbf_file_without_a_section_is_no_endless_file(tmp_path):
    file = write_cbf(tmp_path / "a.cbf", IMAGE.astype("i4"))
    raw = Path(file).read_bytes().replace(b"--CIF-BINARY", b"--CIF-BANARY", 1)
    Path(file).write_bytes(raw)
    with pytest.raises(DamagedFileError):
        images_of(file)


def test_directories_of_a_tiff_file_that_form_a_circle(tmp_path):
    file = write_tiff(tmp_path / "a.tif", [IMAGE])
    raw = bytearray(Path(file).read_bytes())
    start = int(np.frombuffer(raw[4:8], "<u4")[0])
    count = int(np.frombuffer(raw[start : start + 2], "<u2")[0])
    after = start + 2 + 12 * count
    raw[after : after + 4] = raw[4:8]
    Path(file).write_bytes(raw)
    with pytest.raises(DamagedFileError, match=r"a\.tif.*circle"):
        images_of(file)


def test_a_gzip_file_with_a_changed_byte(tmp_path):
    raw = gzip.compress(edf_block(IMAGE, kind="UnsignedShort"), 0)
    file = tmp_path / "a.edf.gz"
    changed = bytearray(raw)
    changed[-20] ^= 1  # a pixel
    file.write_bytes(changed)
    with pytest.raises(DamagedFileError, match=r"a\.edf\.gz"):
        images_of(str(file))[0].read()
    file.write_bytes(raw[:-100])
    with pytest.raises(DamagedFileError, match=r"a\.edf\.gz"):
        images_of(str(file))[0].read()


def test_a_gzip_file_of_another_name(tmp_path):
    file = tmp_path / "a.edf"
    file.write_bytes(gzip.compress(edf_block(IMAGE, kind="UnsignedShort")))
    with pytest.raises(DamagedFileError, match=r"a\.edf"):
        images_of(str(file))


def test_a_text_file_is_no_image(tmp_path):
    for name in ("a.edf", "a.tif", "a.cbf", "a.txt", "a.img", "a.mccd", "a.mpa"):
        file = tmp_path / name
        file.write_text("some notes\nof a user\n" * 20)
        with pytest.raises(UnknownFormatError, match="neither HDF5 nor an image"):
            images_of(str(file))


def test_a_file_of_multiwire_data_without_data_is_no_endless_file(tmp_path):
    for text in ("", "ADC1_range=16\n", "\n" * 100):
        (tmp_path / "a.mpa").write_text(text)
        with pytest.raises((UnknownFormatError, DamagedFileError), match=r"a\.mpa"):
            images_of(str(tmp_path / "a.mpa"))


def test_packed_pixels_that_are_cut(tmp_path):
    written = IMAGE.astype("u4") % 255
    file = Path(write_mar345(tmp_path / "a.mar", written))
    raw = file.read_bytes()
    for end in (4140, len(raw) - 100, len(raw) - 3):
        file.write_bytes(raw[:end])
        message, found = outcome(file)
        assert found is None
        assert "packed pixels" in message


def test_packed_pixels_that_fabio_writes_outside_of_its_memory_for(tmp_path):
    noise = pixels((100, 100), "u2")
    message, found = outcome(Path(write_mar345(tmp_path / "a.mar", noise)))
    assert "packed pixels" in message or np.array_equal(found[0], noise)


WRITERS = {
    "a.edf": lambda path: write_edf(path, [IMAGE] * 2),
    "a.tif": lambda path: write_tiff(path, [IMAGE] * 2),
    "b.tif": lambda path: write_pages(path, [IMAGE] * 2, compression="tiff_lzw"),
    "c.tif": lambda path: write_pages(path, [IMAGE] * 2, big_tiff=True),
    "a.cbf": lambda path: write_cbf(path, IMAGE.astype("i4")),
    "a.mccd": lambda path: write_marccd(path, IMAGE),
    "a.img": lambda path: write_dtrek(path, IMAGE),
    "a.0001": lambda path: write_bruker(path, IMAGE),
    "a.kcd": lambda path: write_kcd(path, IMAGE | 0x8080),
    "a.esperanto": lambda path: write_by_fabio(
        path, "esperantoimage", np.ones((256, 256), "i4")
    ),
    "a.msk": lambda path: write_by_fabio(path, "fit2dmaskimage", IMAGE > 99),
    "a.pnm": lambda path: write_by_fabio(path, "pnmimage", IMAGE),
    "a.bruker": lambda path: write_by_fabio(path, "bruker100image", IMAGE),
    "a.oxd": lambda path: write_by_fabio(path, "oxdimage", IMAGE.astype("i4")),
}


@pytest.fixture(autouse=True)
def in_time():
    """A test that goes round for ever fails."""

    def ring(*_):
        raise TimeoutError("took longer than 60 seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_cut_anywhere_is_an_error(tmp_path, name):
    file = Path(WRITERS[name](tmp_path / name))
    raw = file.read_bytes()
    whole = [image.read() for image in images_of(str(file))]
    for end in np.unique(np.linspace(1, len(raw) - 1, 60).astype(int)):
        file.write_bytes(raw[:end])
        message, found = outcome(file)
        if found:  # what is left off is padding
            np.testing.assert_array_equal(found, whole)
        else:
            assert re.fullmatch(f".*{name}.*", message)


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_bytes_of_a_header_end_in_pixels_or_in_one_line(tmp_path, name, data):
    file = Path(WRITERS[name](tmp_path / name))
    raw = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, min(len(raw), 2000) - 1))
        byte = st.integers(0, 255) | st.sampled_from(list(b"-0123456789;{}= \n"))
        raw[at] = data.draw(byte)
    file.write_bytes(raw)
    message, _ = outcome(file)
    assert "\n" not in message


def outcome(file):
    """Return the message of the error of a file, else its pixels."""
    try:
        return "", [image.read() for image in images_of(str(file))]
    except BeamioError as error:
        return str(error), None
